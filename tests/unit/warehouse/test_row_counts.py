"""Rows of the built tables, of both files."""

from pathlib import Path

import duckdb

from orchestration.home import Home
from orchestration.sections import DuckDBSettings
from orchestration.warehouse.row_counts import row_counts


def test_rows_of_both_files_are_counted_and_views_are_not(tmp_path: Path) -> None:
    home = Home(tmp_path)
    assert row_counts(home, DuckDBSettings()) == {}
    for path, schema in ((home.warehouse_db, "intermediate"), (home.marts_db, "marts")):
        with duckdb.connect() as connection:
            connection.execute(f"attach '{path}' as made; create schema made.{schema}")
            connection.execute(f"create table made.{schema}.some as select * from range(7)")
            connection.execute(f"create table made.{schema}.none as select 1 as n where false")
            connection.execute(f"delete from made.{schema}.some where range > 4")
            connection.execute(f"create view made.{schema}.seen as select 1 as n")
    counted = {("intermediate", "some"): 5, ("intermediate", "none"): 0}
    counted |= {("marts", "some"): 5, ("marts", "none"): 0}
    assert row_counts(home, DuckDBSettings()) == counted
