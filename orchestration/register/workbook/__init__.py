"""The register as a workbook that people fill in, and back.

Here are its columns as data, and what writes and reads them: cells, tables, entries.
Add a column in `columns.py`; writing, reading and the sheet 说明 follow.
Keep files out: bytes and rows of cells come and go. Read `columns.py` first.
"""
