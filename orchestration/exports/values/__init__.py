"""Values: from columns of text to typed rows, each with its fault or its skip.

Here live what each type may look like, how a text is cleaned, and why a row goes no further.
Add a type to `../layout/types.py` and its forms to `cell_types.py`.
Keep files out: nothing in here opens anything or knows where a text came from.
Read `typed_rows.py` first, then `cell_types.py`.
"""
