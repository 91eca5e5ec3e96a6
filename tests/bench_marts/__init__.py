"""The marts at scale: a synthetic home of many merchants, and what its builds cost.

`world` invents orders and advertising in SQL, `files` writes them as the gate leaves them, with
the manifest that goes with it, `exports` writes one more week as the files that merchants drop.
`plain.sql` makes the main tables by the same rules without dbt, pandas the cohort table.
Read `__main__` first.
"""
