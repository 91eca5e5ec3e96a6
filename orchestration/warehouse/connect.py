"""The only way to a DuckDB: with limits, without extensions from elsewhere, closed in the end."""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from orchestration.home import Home
from orchestration.sections import DuckDBSettings
from orchestration.warehouse.errors import WarehouseError

# A build of a killed run ends by itself within seconds; past a minute somebody else works there.
_PATIENCE_SECONDS = 60.0
_PAUSE_SECONDS = 0.2


@contextmanager
def open_duckdb(
    home: Home,
    limits: DuckDBSettings,
    database: Path | None = None,
    *,
    read_only: bool = False,
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a database file, or one in memory, and close it at the end of the block.

    Raises:
        WarehouseError: the file is missing (when only read), damaged, or in use elsewhere.
    """
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": limits.memory_limit,
        "threads": limits.threads,
        "temp_directory": str(_spill_folder(home, database)),
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    try:
        connection = duckdb.connect(database or ":memory:", read_only=read_only, config=config)
    except duckdb.Error as error:
        raise WarehouseError(_why_not(database, error)) from error
    try:
        yield connection
    finally:
        connection.close()


def _spill_folder(home: Home, database: Path | None) -> Path:
    """Where DuckDB puts what does not fit into memory; it makes the folder when it must.

    Two processes must not share one. Within a process all connections to a file must, or
    DuckDB refuses the second one for being configured otherwise.
    """
    parent = home.root / ".spill"
    parent.mkdir(mode=0o700, exist_ok=True)
    return parent / (f"{os.getpid()}" if database else f"{os.getpid()}-{uuid.uuid4().hex}")


def _why_not(database: Path | None, error: duckdb.Error) -> str:
    if database is None:
        return f"DuckDB cannot be started: {error}; check the [duckdb] settings."
    if _is_lock(error):
        return f"{database} is in use by another process; wait until it ends, or stop it."
    if not database.exists():
        return f"{database} is missing; `seedbed run` builds it."
    return f"{database} cannot be opened: {str(error).partition(chr(10))[0]}; build it again."


def _is_lock(error: duckdb.Error) -> bool:
    return isinstance(error, duckdb.IOException) and "lock" in str(error)


def wait_until_free(*databases: Path, patience_seconds: float = _PATIENCE_SECONDS) -> None:
    """Wait until no other process holds any of these files; missing ones are free.

    Raises:
        WarehouseError: one is still held after `patience_seconds`.
    """
    for database in databases:
        give_up = time.monotonic() + patience_seconds
        while is_held(database):
            if time.monotonic() > give_up:
                raise WarehouseError(
                    f"{database} is in use by another process since at least "
                    f"{patience_seconds:.0f} seconds; wait until it ends, or stop it."
                )
            time.sleep(_PAUSE_SECONDS)


def is_held(database: Path) -> bool:
    """Whether another process has opened the file; a missing one is free.

    Raises:
        WarehouseError: it is no DuckDB file, or damaged.
    """
    if not database.exists():
        return False
    try:
        duckdb.connect(database).close()
    except duckdb.IOException as error:
        if _is_lock(error):
            return True
        raise WarehouseError(_why_not(database, error)) from error
    return False
