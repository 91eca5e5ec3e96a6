"""The flow: rooms put together into the steps of a week, as plain functions.

Here each step of the way of the data is one function: land, read, gate, audit, publish, ...
Add a step here when it needs two rooms that may not know each other; `defs/` and the CLI call it.
Keep Dagster, printing and the inside of a step out: those belong to `defs/`, `cli/` and rooms.
Read `workspace.py` first, then the steps in the order of the data.
"""
