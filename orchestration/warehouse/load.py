"""Load files that are judged: passing rows to raw, rejected ones to quarantine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from orchestration.files import replacing_many
from orchestration.home import Home
from orchestration.rows import ROW_KEYS, STAGED_FAULT
from orchestration.sections import DuckDBSettings
from orchestration.warehouse.connect import open_duckdb
from orchestration.warehouse.file_by_file import Beside, Target, stream, write_each
from orchestration.warehouse.parquet import copy_query, quoted, refuse_other_count
from orchestration.warehouse.passing import (
    PLACE,
    LoadedRows,
    loaded_rows,
    take_apart,
    with_places,
)
from orchestration.warehouse.row_names import RowNames
from orchestration.warehouse.split import SplitCounts
from orchestration.warehouse.staged import MARKS, StagedFile

_KEY_NAMES = [name for name, _ in ROW_KEYS]
# The hash of a buyer is our own, not a cell of the export.
_NOT_A_CELL = {*_KEY_NAMES, *(name for name, _ in STAGED_FAULT), *MARKS, "_cut", "customer_key"}


def load(
    home: Home,
    limits: DuckDBSettings,
    source: str,
    counts: Sequence[SplitCounts],
    failing_rows: Path,
    names: RowNames,
) -> dict[StagedFile, LoadedRows]:
    """Write each file's passing rows to raw and its rejected ones to quarantine.

    Each is written whole under the file's address, the rows of small files in their order; when
    all are safe on the disk, the staged files are removed. Done again, it gives the same rows.

    Raises:
        WarehouseError: passing and rejected rows are not all rows of a file.
    """
    together: dict[Path, list[SplitCounts]] = {}
    for count in counts:
        together.setdefault(count.file.rows_in, []).append(count)
    loaded: dict[StagedFile, LoadedRows] = {}
    with open_duckdb(home, limits) as connection, replacing_many() as beside:
        for rows_in, group in together.items():
            files = [count.file for count in group]
            take_apart(connection, rows_in, files, failing_rows)
            write = _Writer(connection, beside, is_large=files[0].is_large)
            write.quarantine(_quarantine_sql(rows_in, names), _quarantines(home, source, group))
            write.raw(_raws(home, source, group))
            loaded |= zip(files, loaded_rows(connection, rows_in, len(files), names), strict=True)
    clean = {count.file.path.name for count in counts if not count.rejected}
    _forget(home.quarantine / source, clean)
    _forget(home.held / source, {count.file.path.name for count in counts})
    for count in counts:
        count.file.path.unlink()
    return loaded


def _forget(folder: Path, names: set[str]) -> None:
    """Remove what an earlier verdict on these files has left, if anything."""
    if folder.exists():
        for path in folder.iterdir():
            if path.name in names:
                path.unlink()


def _quarantines(home: Home, source: str, counts: Sequence[SplitCounts]) -> dict[int, Target]:
    """Where rejected rows go, by the place of their file; a row counts once for each rule."""
    return {
        place: Target(home.quarantine / source / count.file.path.name, sum(count.by_rule.values()))
        for place, count in enumerate(counts)
        if count.rejected
    }


def _raws(home: Home, source: str, counts: Sequence[SplitCounts]) -> dict[int, Target]:
    return {
        place: Target(home.raw / source / count.file.path.name, count.passing)
        for place, count in enumerate(counts)
    }


@dataclass(frozen=True)
class _Writer:
    """Writes rows of the relations of `passing.py`: of small files all at once, of a large one."""

    connection: duckdb.DuckDBPyConnection
    beside: Beside
    is_large: bool

    def raw(self, targets: Mapping[int, Target]) -> None:
        # A large file stays as it lies: to sort it would cost more than to read it.
        order = "" if self.is_large else f"order by {PLACE}, _row_number"
        self._write(f"select * from passing {order}", targets)

    def quarantine(self, rejected_rows: str, targets: Mapping[int, Target]) -> None:
        if targets:
            self._write(f"{rejected_rows} order by {PLACE}, _row_number, rule", targets)

    def _write(self, query: str, targets: Mapping[int, Target]) -> None:
        if not self.is_large:
            write_each(stream(self.connection, query), targets, self.beside)
            return
        (target,) = targets.values()
        query = f"select * exclude ({PLACE}) from ({query})"
        written = copy_query(self.connection, query, self.beside(target.path), target.path)
        refuse_other_count(target.path, written, target.rows)


def _quarantine_sql(rows_in: Path, names: RowNames) -> str:
    keys = ", ".join(_KEY_NAMES)
    return f"""
        select
            {PLACE},
            {keys},
            _rule as rule,
            _reason as reason,
            coalesce(_cells, {_cells(rows_in)}) as cells,
            {names.key_sql} as row_key,
            {names.first_day_sql} as row_date
        from ({with_places(rows_in)}) as staged
        inner join rejected using ({PLACE}, _row_number)
    """


def _cells(rows_in: Path) -> str:
    """SQL for the typed cells as a JSON object of texts, worded as in the export."""
    fields = []
    for column in pq.read_schema(rows_in):
        if column.name in _NOT_A_CELL:
            continue
        name = quoted(column.name)
        # The exports write the platform's wall clock, UTC+8, and so do cells that were not read.
        shown = f"{name} + interval 8 hours" if str(column.type).startswith("timestamp") else name
        fields.append(f"{name} := cast({shown} as varchar)")
    return f"cast(to_json(struct_pack({', '.join(fields)})) as varchar)"
