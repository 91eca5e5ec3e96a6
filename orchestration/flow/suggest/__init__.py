"""Suggestions: whose the files may be that nobody has claimed, and what speaks for it.

Here live what such a file is, the evidence for each merchant, and how it is weighed.
Add a kind of evidence to `evidence.py` and its weight to `weighed.py`.
Keep deciding out: a file is given to a merchant only when somebody says so.
Read `weighed.py` first, then `suggestions.py`.
"""
