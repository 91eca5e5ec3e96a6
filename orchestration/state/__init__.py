"""State: what must be remembered and cannot be computed again, in state.db.

Here live the manifest of files, the gate's verdicts, the digests' revisions and the ledger.
Add a table to `models.py` with an Alembic migration beside it, and its reads and writes here.
Keep figures out: they are rebuilt from raw; a table that can be derived is not state.
Read `models.py` first: each table says its grain.
"""
