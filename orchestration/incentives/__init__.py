"""Incentives: the rulebook, read, checked and handed to dbt as tables.

Here live the loader with its checks and the rulebook that every home starts with.
Add a kind of rule as a pydantic model in `rulebook.py` and its rows in `compile_tables`.
Keep decisions out: who qualifies is a dbt model, so that it can be explained from the tables.
Read `default_rulebook/settings.yml`, then `rulebook.py`.
"""
