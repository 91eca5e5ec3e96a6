"""The warehouse: Parquet hand-overs, quarantine, the DuckDB files, publish.

Here live the schemas of everything that Python hands to dbt, and the only code that opens DuckDB.
Add a hand-over to `schemas.py` and its writer to `handover.py`.
Keep business rules out: they are dbt models; and never insert into a DuckDB file from Python.
Read `schemas.py` first.
"""
