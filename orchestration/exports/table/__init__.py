"""Tables: from the bytes of a file to headers and columns of text, whichever kind it is.

Here live the kinds of files, their encodings, sheets and rows, and what is refused as no table.
Add a new kind to `sniff.py`, and a module that gives its rows.
Keep what a text means out: it is cleaned and typed in `../values/`.
Read `sheets.py` first (any file), then `plain_text.py` (the quick way of most CSV).
"""
