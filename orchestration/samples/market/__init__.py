"""A market: many invented merchants, what happened to them, and every export of it, with truth.

Here live their histories, the columns of each source, the weekly exports, and what goes wrong.
Add a source as columns and records, a mishap to the mishaps, a figure to the truth modules.
Keep written files out of the truth: it follows from the histories and the plans alone.
Read `world.py` first, then `exports.py`.
"""
