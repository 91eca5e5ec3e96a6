"""One packed file: its rows, which small files they are from, and how many of each.

Rows are counted once, when their small files are packed, and the counts kept in the pack's footer:
who asks whether all rows are there need not read all of them again in every run.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.files import sync
from orchestration.warehouse.errors import WarehouseError
from orchestration.warehouse.parquet import copy_query, literal, quoted, refuse_other_count

_LARGE_BYTES = 256 * 1024 * 1024
_MEMBERS, _ROWS = "members", "rows"
_ADDRESS = ("merchant_id", "_file_sha256", "_layout_revision", "_reader_revision")


class CountedRows(NamedTuple):
    """How many rows of one reading of a file a pack has, and how many row numbers they bear."""

    merchant_id: str
    file_sha256: str
    layout_revision: str
    reader_revision: str
    row_count: int
    row_numbers: int


@dataclass(frozen=True)
class Pack:
    """A packed file, by name what the small files in it looked like, and the rows of each."""

    path: Path
    members: dict[str, str]
    rows: list[CountedRows]

    @property
    def is_large(self) -> bool:
        """Whether it is read as well alone as together with others."""
        return self.path.stat().st_size >= _LARGE_BYTES


def read_pack(path: Path) -> Pack | None:
    """What a pack says of itself; None if it is damaged, or of a release that counted no rows."""
    try:
        footer = pq.read_metadata(path).metadata or {}
    except pa.ArrowInvalid:
        return None
    if _ROWS.encode() not in footer:
        return None
    rows = [CountedRows(*counted) for counted in json.loads(footer[_ROWS.encode()])]
    return Pack(path.resolve(), json.loads(footer[_MEMBERS.encode()]), rows)


def write_pack(
    connection: duckdb.DuckDBPyConnection, folder: Path, members: dict[str, str], target: Path
) -> Pack:
    """Pack small files of a folder, given by name with what they look like.

    Raises:
        WarehouseError: a small file cannot be read, or there is no room.
    """
    paths = [folder / name for name in members]
    return _write(connection, paths, Pack(target, members, _count(connection, paths)))


def merge_packs(connection: duckdb.DuckDBPyConnection, packs: Iterable[Pack], target: Path) -> Pack:
    """Put packs together into one.

    Raises:
        WarehouseError: a pack cannot be read, there is no room, or rows got lost.
    """
    packs = list(packs)
    members = {name: stamp for one in packs for name, stamp in one.members.items()}
    merged = Pack(target, members, [counted for one in packs for counted in one.rows])
    return _write(connection, [one.path for one in packs], merged)


def _write(connection: duckdb.DuckDBPyConnection, paths: list[Path], pack: Pack) -> Pack:
    footer = {
        _MEMBERS: json.dumps(pack.members),
        _ROWS: json.dumps(pack.rows),
    }
    query = f"select * from {_rows_of(paths)}"
    written = copy_query(connection, query, pack.path, pack.path, metadata=footer)
    refuse_other_count(pack.path, written, sum(counted.row_count for counted in pack.rows))
    pack.path.chmod(0o600)
    sync(pack.path)
    return pack


def _count(connection: duckdb.DuckDBPyConnection, paths: list[Path]) -> list[CountedRows]:
    address = ", ".join(map(quoted, _ADDRESS))
    # In two steps, which DuckDB can put aside on the disk; a count of distinct values it cannot.
    query = (
        f"select {address}, cast(sum(copies) as bigint), count(*) from (select {address}, "
        f"_row_number, count(*) as copies from {_rows_of(paths)} group by all) group by all"
    )
    try:
        return sorted(CountedRows(*row) for row in connection.execute(query).fetchall())
    except duckdb.Error as error:
        raise WarehouseError(_why_unread(connection, paths, error)) from error


def _why_unread(
    connection: duckdb.DuckDBPyConnection, paths: list[Path], error: duckdb.Error
) -> str:
    """DuckDB does not always say which file it was."""
    for path in paths:
        try:
            connection.execute(f"select * from {_rows_of([path])}").fetchall()
        except duckdb.Error as found:
            why = str(found).partition("\n")[0]
            return (
                f"{path} cannot be read, it is damaged ({why}); delete it and run "
                "`seedbed ingest`, which reads its export again."
            )
    return f"Rows in {paths[0].parent} cannot be read: {error}."


def _rows_of(paths: list[Path]) -> str:
    files = ", ".join(literal(path) for path in paths)
    # Older files lack columns that a later layout added.
    return f"read_parquet([{files}], union_by_name = true)"
