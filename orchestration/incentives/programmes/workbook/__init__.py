"""Programmes and facts as a workbook that people edit, and back.

Here are its columns as data, and what writes and reads them.
Add a column in `columns.csv`: its path is the place of its value in the YAML file, so that writing,
reading and the sheet 说明 follow. Keep files out: bytes and rows of cells come and go.
Read `columns.py` first.
"""
