"""The inbox: where files are dropped, and which of them are new and whole.

Here live the folder, the address that fsspec opens, and what was seen before.
Add another place for files as one more `Inbox`, and choose it in `seen.py`.
Keep archiving and reading out: a look at the inbox changes nothing.
Read `arrivals.py` first, then `folder.py`.
"""
