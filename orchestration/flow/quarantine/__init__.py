"""Quarantine as a place to work in: look at it, take it away as a workbook, bring it back mended.

Here the rows that count are found, written into a workbook, read back and laid over their files.
Add what a person may decide of a row in `read.py`, and what comes of it in `retry.py`.
Keep reading, checking and loading out: a mended file goes the way of every other file.
Read `rows.py` first, then `export.py` and `retry.py`.
"""
