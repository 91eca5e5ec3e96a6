"""Stage 4: the hand-overs, Parquet files by which dbt learns what Python knows.

Here stands one multi-asset with an output per hand-over.
Add a hand-over in `warehouse/schemas.py` and its rows in `flow/handover.py`.
Keep figures out: those are dbt models.
Read `assets.py` first.
"""
