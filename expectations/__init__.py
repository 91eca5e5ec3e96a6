"""Expectations: what a staged row must be to become a raw row, and what a published mart may say.

Here live the suites as files, one per source or family and one per mart, and the adapter to GX.
Add a rule to the file in `suites/` or `suites/marts/`; it becomes a check in the UI under its name.
Keep Great Expectations inside `engine.py` and `data_docs.py`, files and state of a home out.
Read `suites/qianfan__orders.yml` and `suites/marts/fct_merchant_weeks.yml` first, then `suite.py`.
"""
