"""Expectations: what a staged row must be before it may become a raw row.

Here live the suites as files, one per source or family, and the small adapter to GX.
Add a rule to the source's file in `suites/`; it becomes a check in the UI under its name.
Keep Great Expectations inside `engine.py` and `data_docs.py`, files and state of a home out.
Read `suites/qianfan__orders.yml` first, then `suite.py`.
"""
