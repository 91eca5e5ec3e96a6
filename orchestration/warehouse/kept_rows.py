"""By which rules the rows were made that models keep from run to run.

It is told in the warehouse file itself, so that no copy, restored state or older release can
believe it of another file.
"""

from __future__ import annotations

from orchestration.home import Home
from orchestration.sections import DuckDBSettings
from orchestration.warehouse.connect import open_duckdb

_TABLE = "main.kept_rows"


def kept_rows_rules(home: Home, limits: DuckDBSettings) -> str | None:
    """The rules of all kept rows; None if there are none, or nobody knows."""
    if not home.warehouse_db.exists():
        return None
    with open_duckdb(home, limits, home.warehouse_db) as connection:
        known = connection.execute(
            "select 1 from duckdb_tables() where schema_name || '.' || table_name = ?", [_TABLE]
        ).fetchone()
        found = connection.execute(f"select rules from {_TABLE}").fetchone() if known else None
    return str(found[0]) if found else None


def remember_kept_rows_rules(home: Home, limits: DuckDBSettings, rules: str | None) -> None:
    """Write down by which rules all kept rows were made; None: no longer by one."""
    if not home.warehouse_db.exists():
        return
    with open_duckdb(home, limits, home.warehouse_db) as connection:
        connection.execute(f"drop table if exists {_TABLE}")
        if rules is not None:
            connection.execute(f"create table {_TABLE} as select ? as rules", [rules])
