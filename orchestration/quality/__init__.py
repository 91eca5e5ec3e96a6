"""Data quality: is a merchant's week unlike its own past, and the weekly page that tells all of it.

Here live pure functions: the detector, and what a page of a week says and looks like.
Add a figure to watch in `own_past.py`, with its planted sizes and both rates in docs/quality.md.
Keep files, tables and the clock out, and whatever blocks: all that is found here is a warning.
Read `own_past.py` first, then docs/quality.md.
"""
