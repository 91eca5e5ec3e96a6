"""Dagster's SQLite record of a run, written at each of its events without more work than that."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any, Self, cast

from dagster._core.storage.event_log.sqlite import sqlite_event_log
from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.pool import QueuePool


@contextmanager
def quick_record(folder: Path) -> Iterator[None]:
    """While this lasts, an event costs a write and no flush of the disk.

    Dagster opens a file for every event and closes it again, and the last to close a file moves
    its whole write-ahead log and waits for the disk: more than half of a small run. Held open by us
    and with `synchronous=NORMAL`, a file is as safe from damage; a power cut may take the newest
    events of the record, which decides nothing: what was done stands in the home's own state,
    whose files are not below `folder` and are left alone.

    It also makes an engine and a connection for every event, and then compiles each of its
    statements anew: some seconds of processor time in every run. They are kept for each file.
    """
    below = folder.resolve()
    held: set[Path] = set()
    with ExitStack() as stack:

        def on_connect(connection: object, _record: object) -> None:
            if not isinstance(connection, sqlite3.Connection):
                return
            path = Path(connection.execute("PRAGMA database_list").fetchone()[2])
            if not path.is_relative_to(below):
                return
            connection.execute("PRAGMA synchronous=NORMAL")
            # Before Dagster has chosen the write-ahead log there is nothing to keep.
            if path in held or connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
                return
            held.add(path)
            keeper = stack.enter_context(
                closing(sqlite3.connect(path, check_same_thread=False, isolation_level=None))
            )
            # A connection takes part in the log from its first reading on.
            keeper.execute("SELECT count(*) FROM sqlite_master").fetchone()

        stack.enter_context(_kept_engines())
        event.listen(Engine, "connect", on_connect)
        stack.callback(event.remove, Engine, "connect", on_connect)
        yield


class _KeptPool(QueuePool):
    """Outlasts what Dagster does after each event: it disposes of the engine."""

    def dispose(self) -> None:
        """Keep the connections."""

    def recreate(self) -> Self:
        """Go on with them."""
        return self

    def end(self) -> None:
        """Close the connections."""
        super().dispose()


@contextmanager
def _kept_engines() -> Iterator[None]:
    engines: dict[str, Engine] = {}
    make = sqlite_event_log.create_engine  # pyright: ignore[reportPrivateImportUsage]

    def kept(url: str, **options: Any) -> Engine:
        if url not in engines:
            engines[url] = make(url, **{**options, "poolclass": _KeptPool})
        return engines[url]

    # Dagster has no setting for it; its storage looks the function up by this name.
    sqlite_event_log.create_engine = kept  # pyright: ignore[reportPrivateImportUsage]
    try:
        yield
    finally:
        sqlite_event_log.create_engine = make  # pyright: ignore[reportPrivateImportUsage]
        for engine in engines.values():
            cast(_KeptPool, engine.pool).end()
