"""Reading, step 2: landed files become staged rows, or are held with a reason.

Here live the step, the reading of one file, and what is written into the manifest of it.
Add a reason to hold a file to `read_file.py`.
Keep the inside of a file out: `exports/` reads it.
Read `read.py` first, then `read_file.py`.
"""
