"""Incentives: the rulebook, read, checked and handed to dbt as tables.

Here live the loaders with their checks (settings, promotions, taxonomies) and the rulebook that
every home starts with.
Add a kind of rule as a module with a pydantic model, and its rows in `compile_tables`.
Keep decisions out: who qualifies is a dbt model, so that it can be explained from the tables.
Read `default_rulebook/settings.yml`, then `rulebook.py`.
"""
