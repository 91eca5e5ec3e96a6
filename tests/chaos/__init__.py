"""Kills, full disks and damaged files at seeded places of a week, each made good by a plain re-run.

Here stand the steps of a week, the ways to disturb them, and what must be equal afterwards.
Add a step to `steps.py`, a way to kill to `kill.py`, another mishap to `mishaps.py`.
Keep out what one test can prove alone; here everything is the real code on real files.
Read `__main__.py` first, then `steps.py`.
"""
