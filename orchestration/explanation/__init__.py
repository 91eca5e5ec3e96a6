"""How an explanation reads, in a terminal and in Dagster's UI: sums, proofs, tables, in one form.

Here live the sentences and tables that `seedbed explain` and `explain_job` show.
Add a column where a fact is told here; what a fact is decides `orchestration/warehouse/explain`.
Keep I/O out: it prints to the console that it is given, or gives its text.
Read `shown.py` first.
"""
