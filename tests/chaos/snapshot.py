"""What a home holds that must not depend on what happened on the way, as one hash per thing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import duckdb
from sqlalchemy import create_engine, inspect, text

from orchestration.home import Home
from orchestration.warehouse.handover import ROWS_STAMP

Snapshot = dict[str, str]
# Where files lay and when they were written is another in each copy of a home, and so is the
# folder that sends; Slack's own number of a message is Slack's. What the last check of a source
# found is of the rows that it was given, fewer where only some are read again.
_OTHER_IN_EACH = {"sightings": None, "deliveries": {"provider_id"}}
_OTHER_FACTS = ("sender", "suite_result/")
# A workbook has the time of its writing in it.
_NOT_BYTE_BY_BYTE = (".xlsx",)


def snapshot(home: Home) -> Snapshot:
    """Hashes by name: rows of Parquet by folder, published tables, tables of the state, files."""
    return dict(
        [
            *_parquet(home),
            *_published(home),
            *_state(home),
            *_files(home, (home.digests, home.outbox)),
        ]
    )


def differences(before: Snapshot, after: Snapshot) -> list[str]:
    """The names of what is other, missing or too much."""
    return sorted(
        name for name in before.keys() | after.keys() if before.get(name) != after.get(name)
    )


def _hash(rows: Iterable[Any]) -> str:
    digest = hashlib.sha256()
    for row in rows:
        digest.update(repr(row).encode())
    return digest.hexdigest()[:16]


def _parquet(home: Home) -> Iterator[tuple[str, str]]:
    folders = [home.raw, home.quarantine, home.held, home.staged, home.issued]
    with duckdb.connect() as connection:
        for source in sorted(path for top in folders for path in top.glob("*") if path.is_dir()):
            if next(source.rglob("*.parquet"), None) is None:
                continue
            rows = f"read_parquet('{source}/**/*.parquet', union_by_name = true)"
            found = connection.execute(f"select * from {rows} order by all").fetchall()
            # Nothing is as if it were not there: a folder is made when something goes into it.
            if found:
                yield f"{source.parent.name}/{source.name}", _hash(found)
        for path in sorted(home.handover.glob("*.parquet")):
            rows = connection.sql(f"select * from read_parquet('{path}')")
            kept = ", ".join(f'"{name}"' for name in rows.columns if name != ROWS_STAMP)
            found = connection.execute(f"select {kept} from rows order by all").fetchall()
            yield f"handover/{path.stem}", _hash(found)


def _published(home: Home) -> Iterator[tuple[str, str]]:
    if not home.current_build.exists():
        return
    path = home.current_build.resolve()
    yield "published", path.name
    with duckdb.connect(path, read_only=True) as connection:
        tables = connection.execute(
            "select schema_name || '.' || table_name from duckdb_tables() order by 1"
        ).fetchall()
        for (table,) in tables:
            found = connection.execute(f"select * from {table} order by all").fetchall()
            yield table, _hash(found)


def _state(home: Home) -> Iterator[tuple[str, str]]:
    engine = create_engine(f"sqlite:///{home.state_file}")
    with engine.connect() as connection:
        for table in sorted(inspect(engine).get_table_names()):
            left_out = _OTHER_IN_EACH.get(table, set())
            if left_out is None:
                continue
            rows = connection.execute(text(f"select * from {table}")).mappings().all()
            kept = [
                sorted((name, str(value)) for name, value in row.items() if name not in left_out)
                for row in rows
                if not str(row.get("name", "")).startswith(_OTHER_FACTS)
            ]
            yield f"state/{table}", _hash(sorted(kept))
    engine.dispose()


def _files(home: Home, folders: Iterable[Path]) -> Iterator[tuple[str, str]]:
    for folder in folders:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            is_compared = path.suffix not in _NOT_BYTE_BY_BYTE
            content = hashlib.sha256(path.read_bytes()).hexdigest()[:16] if is_compared else ""
            yield path.relative_to(home.root).as_posix(), content
