"""Eligibility: who qualifies for what, why (not), how far, and what another rulebook would change.

Here live the questions that one asks of decided weeks, and the simulation of another rulebook.
Add a question as a module that reads the published decisions and gives typed rows.
Keep rules out: decisions are dbt models, and a simulation runs the same models in a folder aside.
Read `listing.py`, then `simulating.py`.
"""
