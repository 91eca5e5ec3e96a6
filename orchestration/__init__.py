"""Seedbed: from the files merchants export to checked weekly numbers and a digest.

Each folder is one room of the house and opens with what lives in it.
Add a new step where its room is, and its wiring in `defs/`.
Keep Dagster out of every room but `defs/`, and the clock out of every function but one.
Read `docs/architecture.md` first; imports point down only, and `make check` proves it.
"""
