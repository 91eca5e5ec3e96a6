"""The in-memory DuckDB that turns text into types; it can reach neither files nor network."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from orchestration.exports.clean_sql import MACROS
from orchestration.exports.layout_rows import CellType
from orchestration.exports.literal import literal
from orchestration.settings import DuckDBSettings

SQL_TYPES: dict[CellType, str] = {
    "text": "varchar",
    "integer": "bigint",
    "money": "decimal(18, 2)",
    "decimal": "decimal(18, 4)",
    "rate": "decimal(18, 6)",
    "timestamp": "timestamp",
    "date": "date",
    "hour": "bigint",
    "customer": "varchar",
}


@contextmanager
def engine(
    settings: DuckDBSettings, *, writes_to: Path | None = None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that is closed at the end of the block; it may write to one folder at most."""
    connection = duckdb.connect(
        config={
            "memory_limit": settings.memory_limit,
            "threads": settings.threads,
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            # Nothing that it holds, buyer numbers among it, is ever spilled to a disk.
            "temp_directory": "",
        }
    )
    try:
        if writes_to is not None:
            connection.execute(f"set allowed_directories = [{literal(str(writes_to))}]")
        connection.execute(MACROS)
        # A layout's skip_when is SQL written by hand: it may compute and nothing else.
        connection.execute("set enable_external_access = false")
        connection.execute("set lock_configuration = true")
        yield connection
    finally:
        connection.close()
