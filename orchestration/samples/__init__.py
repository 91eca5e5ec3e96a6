"""Samples: a slice of real orders, and seeded worlds of invented ones, with planted truth.

Here live the shipped workbooks, the demo's one shop (`world.py`) and many merchants (`market/`).
Add a kind of dirt to `dirt.py` or the market's mishaps, in the true headers of its tool.
Keep the pipeline out: nothing here imports it, so that it can prove the pipeline right.
Read `world.py` or `market/world.py` first, and `real_orders/README.md` for the real orders.
"""
