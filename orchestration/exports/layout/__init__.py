"""Layouts: how the files of a source look, as data, and which source a file is of.

Here live their rows, the book of a home's layouts, and how headers tell what a file is.
Add a source or a spelling as rows in `../layouts/`; add a term to `rows.py` if no row can say it.
Keep bytes and cells out: what a cell means is known in `../values/`.
Read `types.py` and `rows.py` first, then `book.py` and `recognise.py`.
"""
