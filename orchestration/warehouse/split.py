"""Take staged files apart: passing rows to raw, rejected ones to quarantine, or all to held.

What is decided about a file is not decided here; who calls brings the decisions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from orchestration.files import sync
from orchestration.rows import ROW_KEYS, STAGED_FAULT, STAGED_MARKS
from orchestration.settings import DuckDBSettings, Home
from orchestration.warehouse.connect import open_duckdb
from orchestration.warehouse.errors import WarehouseError
from orchestration.warehouse.parquet import write_query

_KEY_NAMES = [name for name, _ in ROW_KEYS]
_FAULT_NAMES = [name for name, _ in STAGED_FAULT]
_MARK_NAMES = [name for name, _ in STAGED_MARKS]
# The hash of a buyer is our own, not a cell of the export.
_NOT_A_CELL = {*_KEY_NAMES, *_FAULT_NAMES, *_MARK_NAMES, "_cut", "customer_key"}
# The rules of one file's rejected rows, each row and rule once.
_REJECTED = """
    select _row_number, rule, min(reason) as reason
    from read_parquet(?)
    where merchant_id = ? and _file_sha256 = ?
    group by all
"""


# The platform's wall clock is UTC+8; times are stored in UTC.
_BUSINESS_DAY = "cast({column} + interval 8 hours as date)"


@dataclass(frozen=True)
class RowNames:
    """Which columns of a source name a row: what a newer export replaces by, and its days.

    `time` is the time or day of a row, `until` the last day that it speaks of, if that is
    another column.
    """

    key: tuple[str, ...]
    time: str
    until: str = ""

    @property
    def key_sql(self) -> str:
        """One text per key; null if a part of it is unknown."""
        return " || '/' || ".join(f"cast({column} as varchar)" for column in self.key)


@dataclass(frozen=True)
class StagedFile:
    """One staged Parquet, `staged/<source>/<address>.parquet`, and the file it was read from."""

    path: Path
    merchant_id: str
    file_sha256: str


@dataclass(frozen=True)
class LoadedRows:
    """What raw got of a file: the business days of its rows, and how many rows repeat another."""

    days: tuple[date, ...]
    repeated: int


@dataclass(frozen=True)
class SplitCounts:
    """How one staged file comes apart: a row that breaks two rules is rejected once."""

    file: StagedFile
    rows: int
    rejected: int
    by_rule: dict[str, int] = field(default_factory=dict)

    @property
    def passing(self) -> int:
        """Rows that break no rule."""
        return self.rows - self.rejected


def split(
    home: Home, limits: DuckDBSettings, files: Sequence[StagedFile], failing_rows: Path
) -> list[SplitCounts]:
    """Count how each file would come apart; nothing is written.

    Args:
        home: the home that the files belong to.
        limits: bounds for DuckDB.
        files: staged files of one source, each reading of a file once.
        failing_rows: Parquet with merchant_id, _file_sha256, _row_number, rule, reason.

    Raises:
        WarehouseError: a file is there twice, or a failing row belongs to none of them.
    """
    by_key = {(file.merchant_id, file.file_sha256): file for file in files}
    if len(by_key) < len(files):
        raise WarehouseError(
            "A file is staged in two readings at once; delete the older one from the staged folder."
        )
    with open_duckdb(home, limits) as connection:
        rejected = _grouped(connection, failing_rows, "count(distinct _row_number)")
        rules = _grouped(connection, failing_rows, "rule, count(distinct _row_number)")
        rows = {key: _rows(connection, file.path) for key, file in by_key.items()}
    if stray := {row[:2] for row in rejected} - set(by_key):
        raise WarehouseError(
            f"{failing_rows} names rows of {len(stray)} files that are not being split, "
            f"such as {sorted(stray)[0][1]}; run the gate again."
        )
    counts = {(merchant, sha256): int(count) for merchant, sha256, count in rejected}
    return [
        SplitCounts(
            file=file,
            rows=rows[key],
            rejected=counts.get(key, 0),
            by_rule={rule: int(n) for merchant, sha, rule, n in rules if (merchant, sha) == key},
        )
        for key, file in by_key.items()
    ]


def _rows(connection: duckdb.DuckDBPyConnection, staged: Path) -> int:
    found = connection.execute(f"select count(*) from {_staged(staged)}", [str(staged)]).fetchone()
    return int(found[0]) if found else 0


def _staged(path: Path, *, without: Sequence[str] = ()) -> str:
    """SQL for the rows of a staged file that go further; its path is the parameter."""
    names = pq.read_schema(path).names
    columns = ", ".join(f'"{n}"' for n in names if n not in (*_MARK_NAMES, *without))
    going_on = "where _skip is null" if "_skip" in names else ""
    return f"(select {columns} from read_parquet(?) {going_on})"


def _grouped(
    connection: duckdb.DuckDBPyConnection, failing_rows: Path, figures: str
) -> list[tuple]:
    return connection.execute(
        f"select merchant_id, _file_sha256, {figures} from read_parquet(?) group by all "
        "order by all",
        [str(failing_rows)],
    ).fetchall()


def load(
    home: Home,
    limits: DuckDBSettings,
    source: str,
    counts: Sequence[SplitCounts],
    failing_rows: Path,
    names: RowNames,
) -> dict[StagedFile, LoadedRows]:
    """Write each file's passing rows to raw and its rejected ones to quarantine.

    Each is written whole under the file's address, in the order of its rows; when all are safe
    on the disk, the staged files are removed. Done again, it gives the same files.

    Raises:
        WarehouseError: passing and rejected rows are not all rows of a file.
    """
    loaded: dict[StagedFile, LoadedRows] = {}
    with open_duckdb(home, limits) as connection:
        for count in counts:
            _write_quarantine(connection, home, source, count, failing_rows, names)
            _write_raw(connection, home, source, count, failing_rows)
            loaded[count.file] = _loaded_rows(connection, home, source, count, names)
    for folder in (home.raw / source, home.quarantine / source):
        if folder.exists():
            sync(folder)
    for count in counts:
        (home.held / source / count.file.path.name).unlink(missing_ok=True)
        count.file.path.unlink()
    return loaded


def _loaded_rows(
    connection: duckdb.DuckDBPyConnection,
    home: Home,
    source: str,
    count: SplitCounts,
    names: RowNames,
) -> LoadedRows:
    raw = str(home.raw / source / count.file.path.name)
    first = _BUSINESS_DAY.format(column=names.time)
    last = _BUSINESS_DAY.format(column=names.until or names.time)
    days = connection.execute(
        f"select distinct unnest(generate_series({first}, {last}, interval 1 day))::date as day "
        f"from read_parquet(?) where {names.time} is not null order by day",
        [raw],
    ).fetchall()
    different = connection.execute(
        f"select count(*) from (select distinct * exclude ({', '.join(_KEY_NAMES)}) "
        "from read_parquet(?))",
        [raw],
    ).fetchone()
    return LoadedRows(
        days=tuple(row[0] for row in days),
        repeated=count.passing - (int(different[0]) if different else 0),
    )


def _write_raw(
    connection: duckdb.DuckDBPyConnection,
    home: Home,
    source: str,
    count: SplitCounts,
    failing_rows: Path,
) -> None:
    file = count.file
    write_query(
        connection,
        f"""
        with rejected as ({_REJECTED}),
        final as (
            select * from {_staged(file.path, without=_FAULT_NAMES)}
            where _row_number not in (select _row_number from rejected)
        )
        select * from final order by _row_number
        """,
        home.raw / source / file.path.name,
        [str(failing_rows), file.merchant_id, file.file_sha256, str(file.path)],
        expected_rows=count.passing,
        sync_folder=False,
    )


def _write_quarantine(
    connection: duckdb.DuckDBPyConnection,
    home: Home,
    source: str,
    count: SplitCounts,
    failing_rows: Path,
    names: RowNames,
) -> None:
    file = count.file
    target = home.quarantine / source / file.path.name
    if count.rejected == 0:
        target.unlink(missing_ok=True)
        return
    write_query(
        connection,
        f"""
        with rejected as ({_REJECTED}),
        staged as (select * from {_staged(file.path)}),
        final as (
            select
                {", ".join(_KEY_NAMES)},
                rejected.rule,
                rejected.reason,
                coalesce(_cells, {_cells(file.path)}) as cells,
                {names.key_sql} as row_key,
                {_BUSINESS_DAY.format(column=names.time)} as row_date
            from rejected
            inner join staged using (_row_number)
        )
        select * from final order by _row_number, rule
        """,
        target,
        [str(failing_rows), file.merchant_id, file.file_sha256, str(file.path)],
        expected_rows=sum(count.by_rule.values()),
        sync_folder=False,
    )


def _cells(staged: Path) -> str:
    """SQL for the typed cells as a JSON object of texts, worded as in the export."""
    fields = []
    for column in pq.read_schema(staged):
        if column.name in _NOT_A_CELL:
            continue
        name = '"' + column.name.replace('"', '""') + '"'
        # The exports write the platform's wall clock, UTC+8, and so do cells that were not read.
        shown = f"{name} + interval 8 hours" if str(column.type).startswith("timestamp") else name
        fields.append(f"{name} := cast({shown} as varchar)")
    return f"cast(to_json(struct_pack({', '.join(fields)})) as varchar)"


def hold(home: Home, source: str, file: StagedFile) -> Path:
    """Set a staged file aside whole; gives where it lies now."""
    target = home.held / source / file.path.name
    target.parent.mkdir(parents=True, exist_ok=True)
    file.path.replace(target)
    sync(target.parent)
    return target
