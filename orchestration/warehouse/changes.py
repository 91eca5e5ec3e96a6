"""What a newer file changed: the rows of each key, file after file, compared in DuckDB.

Raw is append-only and the hand-over `files` names the readings that count, so nothing of this is
kept: it is found again at any time, and depends on files and recorded times alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import duckdb
import pyarrow.compute as pc
import pyarrow.parquet as pq

from orchestration.home import Home
from orchestration.sections import DuckDBSettings
from orchestration.state.manifest import Address
from orchestration.warehouse.changes_cells import changed, compare
from orchestration.warehouse.changes_rows import ROWS, Compared, broken_table, rows_view
from orchestration.warehouse.changes_sql import APPEARED, steps
from orchestration.warehouse.connect import open_duckdb
from orchestration.warehouse.errors import WarehouseError

__all__ = ["ROWS", "Change", "Compared", "changes_of"]

Kind = Literal["changed", "appeared"]
# What DuckDB hands over at once.
_ROWS_AT_ONCE = 10_000


@dataclass(frozen=True)
class Change:
    """One figure of one key that a newer file tells otherwise than the file before it.

    `key` by column, as the export words it; `day` is the business day of its newest rows.
    kind changed: `old_values` and `new_values` are those of the rows that are not the same in
    both files, in order, None where a cell is empty. `column` `_rows`: the number of rows is
    another, or they are put together otherwise; its values are whole rows as JSON.
    kind appeared: the key is new on a day that the older file had spoken for; without a column.
    `old_total` and `new_total` are sums over all rows of the key, of amounts and counts only.
    Times are UTC.
    """

    merchant_id: str
    source: str
    key: str
    day: date | None
    kind: Kind
    column: str
    old_values: tuple[str | None, ...]
    new_values: tuple[str | None, ...]
    old_total: Decimal | None
    new_total: Decimal | None
    old_rows: int
    new_rows: int
    old_file: str
    new_file: str
    old_effective_at: datetime
    new_effective_at: datetime


def changes_of(
    home: Home, limits: DuckDBSettings, compared: Compared, merchant_id: str | None = None
) -> Iterator[Change]:
    """The changes of one source: first what appeared, then what changed.

    Both are in the order of merchant, time of the newer file, the older file and key.

    Each key goes through its files in the order of their export times; ties go by hash. A file
    that is withdrawn or held does not count, nor one that has rows of the key in quarantine
    while an older one holds it whole. A key that a newer file lacks is no change.

    Args:
        home: the home.
        limits: bounds for DuckDB; what does not fit into memory spills to the home.
        compared: the source, and how its rows are compared.
        merchant_id: only this merchant.

    Raises:
        WarehouseError: a file that counts is not where it must be.
    """
    readings = _readings(home, compared.source, merchant_id)
    if not readings:
        return
    with open_duckdb(home, limits) as connection:
        columns = _show_rows(connection, home, compared, readings)
        for statement in steps(within_scope=bool(compared.scope)):
            connection.execute(statement)
        yield from _answer(connection, compared.source, APPEARED)
        yield from _changed(connection, compared, columns)


def _changed(
    connection: duckdb.DuckDBPyConnection, compared: Compared, columns: set[str]
) -> Iterator[Change]:
    """The changes of keys that were there before, so many at a time as memory has room for."""
    chunks = connection.execute("select distinct chunk from pairs order by chunk").fetchall()
    for (chunk,) in chunks:
        for statement in compare(compared, columns, chunk):
            connection.execute(statement)
        yield from _answer(connection, compared.source, changed(compared, columns))


def _answer(connection: duckdb.DuckDBPyConnection, source: str, query: str) -> Iterator[Change]:
    found = connection.execute(query)
    names = [column[0] for column in found.description or ()]
    while rows := found.fetchmany(_ROWS_AT_ONCE):
        for row in rows:
            yield _change(source, dict(zip(names, row, strict=True)))


def _change(source: str, row: dict[str, Any]) -> Change:
    for name in ("old_values", "new_values"):
        row[name] = tuple(row[name])
    for name in ("old_effective_at", "new_effective_at"):
        row[name] = row[name].replace(tzinfo=UTC)
    return Change(source=source, **row)


def _readings(home: Home, source: str, merchant_id: str | None) -> Sequence[Mapping[str, Any]]:
    """The rows of the hand-over `files` that count."""
    wanted = (pc.field("source") == source) & (pc.field("status") == "loaded")
    if merchant_id is not None:
        wanted &= pc.field("merchant_id") == merchant_id
    path = home.handover / "files.parquet"
    if not path.exists():
        raise WarehouseError(f"{path} is missing; run `seedbed ingest`, which writes it.")
    return pq.read_table(path, filters=wanted).to_pylist()


def _show_rows(
    connection: duckdb.DuckDBPyConnection,
    home: Home,
    compared: Compared,
    readings: Sequence[Mapping[str, Any]],
) -> set[str]:
    """Give the connection what it compares: files, their days, raw rows and what is set aside.

    Returns:
        The columns that can be compared.
    """
    raw = [_path(home.raw, reading) for reading in readings]
    aside = [_path(home.quarantine, reading) for reading in readings if reading["rows_quarantined"]]
    columns = _columns_of_all(compared, readings, raw)
    for table, condition in (("files", "status = 'loaded'"), ("coverage", "is_loaded")):
        connection.execute(
            f"create temp table {table} as select * from read_parquet(?) "
            f"where source = ? and {condition}",
            [str(home.handover / f"{table}.parquet"), compared.source],
        )
    connection.execute(rows_view(compared, columns, [str(path) for path in raw]))
    connection.execute(broken_table([str(path) for path in aside]))
    return columns


def _path(folder: Path, reading: Mapping[str, Any]) -> Path:
    address = Address(
        reading["merchant_id"],
        reading["file_sha256"],
        reading["layout_revision"],
        reading["reader_revision"],
    )
    path = folder / reading["source"] / f"{address.stem}.parquet"
    if not path.exists():
        raise WarehouseError(
            f"{path} is missing; run `seedbed ingest`, which brings back what can be read again "
            "from landing/."
        )
    return path


def _columns_of_all(
    compared: Compared, readings: Sequence[Mapping[str, Any]], paths: Sequence[Path]
) -> set[str]:
    """The columns that every reading knows: what a layout learnt later is no change of a file."""
    # Readings of one layout have the same columns.
    by_layout = {
        reading["layout_revision"]: path for reading, path in zip(readings, paths, strict=True)
    }
    columns = set.intersection(*(set(pq.read_schema(path).names) for path in by_layout.values()))
    if unknown := [name for name in (*compared.key, compared.day) if name not in columns]:
        raise WarehouseError(
            f"The layout of {compared.source} replaces by {', '.join(unknown)}, and some file was "
            f"read before it did; run `seedbed ingest --reparse {compared.source}`."
        )
    return columns
