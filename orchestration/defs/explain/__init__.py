"""The question "why is this number so", asked and answered in the UI.

Here stands the job that explains a figure down to lines of files; it reads and changes nothing.
Add another question of a reader of the UI here.
Keep answers out: `flow/explain.py` finds them, `explanation/` words them.
Read `job.py` first.
"""
