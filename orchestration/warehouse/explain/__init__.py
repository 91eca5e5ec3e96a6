"""From a published figure to the lines of the export files that make it, and the sums between.

Here lives what `seedbed explain` asks of a published build and of the raw rows that it names.
Add a figure to `figures.py`; a new kind of fact also needs its rows in `facts.py` and `lines.py`.
Keep rules out: which row counts is decided by the models, and each sum here must equal theirs.
Read `answer.py` first, then `figures.py` and `walk.py`.
"""
