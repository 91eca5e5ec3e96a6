"""Programmes: what the platform promises, as dated data, and what is stated of merchants.

Here live the model of a programme's file and of `facts.yml`, their rows for dbt, the checks over
them, the words for what changed, and the workbook that people may edit instead.
Add a field in `model.py`, its column in `rows.py`, its words in `words.py`, and its cell in
`workbook/columns.csv`; a check is a function in `checks/`. Keep decisions out: they are dbt models.
Read docs/rulebook.md, then `model.py`.
"""
