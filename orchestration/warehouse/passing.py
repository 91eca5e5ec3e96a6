"""The rows of files that are taken apart, as relations of a DuckDB, and what passes of them.

`files`: one row per file, its `_place` (a number) and its keys. `rejected`: `_place`,
`_row_number`, `_rule` and `_reason` of each rejected row and rule. `passing`: all other rows of the
files with their `_place`, as raw will have them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.rows import ROW_KEYS, STAGED_FAULT
from orchestration.warehouse.parquet import literal, quoted
from orchestration.warehouse.row_names import RowNames
from orchestration.warehouse.staged import MARKS, StagedFile, going_on

_KEY_NAMES = [name for name, _ in ROW_KEYS]
_NOT_RAW = {*MARKS, *(name for name, _ in STAGED_FAULT)}
# By this number rows know their file; no column of a layout begins with an underscore.
PLACE = "_place"
_OF_FILE = "s.merchant_id = f.merchant_id and s._file_sha256 = f._file_sha256"
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class LoadedRows:
    """What raw got of a file: the business days of its rows, and how many rows repeat another."""

    days: tuple[date, ...]
    repeated: int


def take_apart(
    connection: duckdb.DuckDBPyConnection,
    rows_in: Path,
    files: Sequence[StagedFile],
    failing_rows: Path,
) -> None:
    """Make the three relations for files whose rows lie in one Parquet.

    A file's place is its number in `files`, from 0. `failing_rows` is as a suite gives it.
    """
    numbered = pa.table(
        {
            PLACE: pa.array(range(len(files)), pa.int32()),
            "merchant_id": pa.array([file.merchant_id for file in files], pa.string()),
            "_file_sha256": pa.array([file.file_sha256 for file in files], pa.string()),
        }
    )
    columns = ", ".join(quoted(name) for name in raw_columns(rows_in))
    connection.register("numbered", numbered)
    connection.execute("create or replace temp table files as select * from numbered")
    connection.unregister("numbered")
    connection.execute(
        "create or replace temp table rejected as "
        "select f._place, s._row_number, s.rule as _rule, min(s.reason) as _reason "
        f"from read_parquet({literal(failing_rows)}) as s inner join files as f on {_OF_FILE} "
        "group by all"
    )
    connection.execute(
        f"create or replace temp view passing as select {PLACE}, {columns} "
        f"from ({with_places(rows_in)}) anti join rejected using ({PLACE}, _row_number)"
    )


def with_places(rows_in: Path) -> str:
    """SQL for the rows of the files with their places."""
    return (
        f"select f.{PLACE}, s.* from {going_on(rows_in)} as s inner join files as f on {_OF_FILE}"
    )


def raw_columns(rows_in: Path) -> list[str]:
    """The columns of staged rows that raw has too."""
    return [name for name in pq.read_schema(rows_in).names if name not in _NOT_RAW]


def loaded_rows(
    connection: duckdb.DuckDBPyConnection, rows_in: Path, count: int, names: RowNames
) -> list[LoadedRows]:
    """What there is to say of the passing rows of each of the `count` files, by place."""
    days: dict[int, set[date]] = defaultdict(set)
    spans = connection.execute(
        f"select distinct _place, {names.first_day_sql}, {names.last_day_sql} from passing "
        f"where {quoted(names.time)} is not null"
    )
    for place, first, last in spans.fetchall():
        days[place] |= {first + day * _DAY for day in range(((last or first) - first).days + 1)}
    repeated = _repeated(connection, rows_in)
    return [
        LoadedRows(tuple(sorted(days[place])), repeated.get(place, 0)) for place in range(count)
    ]


def _repeated(connection: duckdb.DuckDBPyConnection, rows_in: Path) -> dict[int, int]:
    """How many passing rows of each file say what another one says; files without are left out.

    Whole rows of a large file would fill memory: only those whose short hash is there twice, few
    if any, are compared as they are.
    """
    cells = [quoted(name) for name in raw_columns(rows_in) if name not in _KEY_NAMES]
    short = f"hash(_place, {', '.join(cells)})"
    connection.execute(
        f"create or replace temp table suspects as select {short} as _short from passing "
        "group by all having count(*) > 1"
    )
    alike = f"select _place, {', '.join(cells)}, count(*) as _rows from passing"
    found = connection.execute(
        f"with alike as ({alike} semi join suspects on {short} = _short group by all) "
        "select _place, sum(_rows - 1) from alike where _rows > 1 group by all"
    )
    return {place: int(rows) for place, rows in found.fetchall()}
