"""The in-memory DuckDB that turns text into types; it can reach neither files nor network."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from orchestration.exports.layout_rows import CellType
from orchestration.settings import DuckDBSettings

SQL_TYPES: dict[CellType, str] = {
    "text": "varchar",
    "integer": "bigint",
    "money": "decimal(18, 2)",
    "timestamp": "timestamp",
    "date": "date",
    "customer": "varchar",
}


@contextmanager
def engine(settings: DuckDBSettings) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that is closed at the end of the block."""
    connection = duckdb.connect(
        config={
            "memory_limit": settings.memory_limit,
            "threads": settings.threads,
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            # A layout's skip_when is SQL written by hand: it may compute and nothing else.
            "enable_external_access": "false",
            "lock_configuration": "true",
        }
    )
    try:
        yield connection
    finally:
        connection.close()


def literal(text: str) -> str:
    """A text as it stands in SQL."""
    return "'" + text.replace("'", "''") + "'"
