"""What Dagster sees: assets, checks, partitions, jobs, schedules and resources.

One folder per stage of the way of the data; each function only wires a step of `flow/`.
Add an asset to the folder of its stage, and a new stage as a folder of its own.
Keep logic out: if a function here needs a test of its own, it belongs into a room below.
Read `jobs.py` first, then the stages in the order of the data.
"""
