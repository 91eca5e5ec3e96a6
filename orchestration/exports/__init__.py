"""Exports: the files that merchants download, from bytes to typed rows.

Here live the layouts (as data), the one reader, the archive of bytes and what a file covers.
Add a source as a folder in `layouts/`; code is only for a new kind of file or of cell.
Keep business rules and checks out: the gate judges rows, dbt gives them a meaning.
Read `layouts/qianfan__orders/columns.csv` first, then `reader.py`; what it puts together lies in
`layout/` (what is known of a source), `table/` (bytes to text) and `values/` (text to types).
"""
