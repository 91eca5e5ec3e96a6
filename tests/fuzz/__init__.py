"""The fuzz: valid files of every source, broken in every way, and what must hold all the same.

Here live the ways to break bytes, cells, workbooks and ZIPs, the judge, and those that run them.
Add a way to break a file to its module, and what broke the reader once to `found.py`.
Keep chance out of everything but the generator that a case is given: a number gives one file.
Read `cases.py` first; `python -m tests.fuzz --seconds 600` runs it for long.
"""
