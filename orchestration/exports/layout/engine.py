"""The in-memory DuckDB that evaluates SQL of a layout; it can reach neither files nor network."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from orchestration.sections import DuckDBSettings


@contextmanager
def engine(settings: DuckDBSettings) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that is closed at the end of the block."""
    connection = duckdb.connect(
        config={
            "memory_limit": settings.memory_limit,
            "threads": settings.threads,
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            # Nothing that it holds is ever spilled to a disk.
            "temp_directory": "",
        }
    )
    try:
        # A layout's skip_when is SQL written by hand: it may compute and nothing else.
        connection.execute("set enable_external_access = false")
        connection.execute("set lock_configuration = true")
        yield connection
    finally:
        connection.close()
