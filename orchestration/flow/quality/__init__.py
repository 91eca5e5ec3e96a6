"""The page of data quality of a week: what the sections say, and where the page is kept.

Here stand the sections, each of what one step has left, and the writing of the page.
Add a section in `sections.py` when people ask for one in the weekly review.
Keep HTML and detectors out: they are pure, in `orchestration/quality`.
Read `write.py` first.
"""
