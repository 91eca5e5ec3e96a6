"""Samples: a slice of real orders and a seeded world of invented ones, with planted truth.

Here live the shipped workbooks, the world that invents orders, and the writer of their exports.
Add a kind of dirt to `dirt.py`, a new export to `workbooks.py`, in the true headers of its tool.
Keep the pipeline out: nothing here imports it, so that it can prove the pipeline right.
Read `world.py` first, and `real_orders/README.md` for where the real orders come from.
"""
