"""The warehouse: Parquet hand-overs, raw and quarantine, the DuckDB files, publish and read.

Here lives every Parquet that Python hands to dbt, and the one way to open a database file.
Add a hand-over to `schemas.py`; `handover.py` writes it by its schema.
Keep business rules out: they are dbt models; and never insert into a DuckDB file from Python.
Read `schemas.py` first, then `split.py` and `publish.py`.
"""
