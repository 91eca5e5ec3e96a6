"""How many rows each built table has, from both files of the pipeline."""

from __future__ import annotations

from orchestration.home import Home
from orchestration.sections import DuckDBSettings
from orchestration.warehouse.connect import open_duckdb
from orchestration.warehouse.parquet import literal


def row_counts(home: Home, limits: DuckDBSettings) -> dict[tuple[str, str], int]:
    """Rows by schema and table; nobody may hold the files, so dbt must have ended.

    Raises:
        WarehouseError: a file is in use or damaged.
    """
    counts: dict[tuple[str, str], int] = {}
    for path in (home.warehouse_db, home.marts_db):
        if path.exists():
            with open_duckdb(home, limits) as connection:
                connection.execute(f"attach {literal(path)} as built (read_only)")
                tables = connection.execute(
                    "select schema_name, table_name from duckdb_tables() "
                    "where database_name = 'built' and not internal"
                ).fetchall()
                for schema, table in tables:
                    query = f'select count(*) from built."{schema}"."{table}"'
                    counts[schema, table] = connection.execute(query).fetchall()[0][0]
    return counts
