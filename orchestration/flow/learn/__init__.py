"""Learning: a home is taught the layout of a file whose headers are new.

Here live the lesson (what is proposed), its trial on the file, and the writing of what was decided.
Add a trial that a learnt layout must stand to `check.py`.
Keep guesses out: proposals are made in `exports/learn/`, and a person decides.
Read `lesson.py` first, then `teach.py`.
"""
