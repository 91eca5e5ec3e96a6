"""Quarantined rows that a newer export has whole: what stands in it counts, so nothing is lost."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import duckdb
import pyarrow as pa

from orchestration.flow.quarantine.rows import QuarantinedFile
from orchestration.flow.repairs import Content
from orchestration.flow.workspace import Workspace
from orchestration.rows import TIMESTAMP
from orchestration.state.manifest import address_of, current_readings
from orchestration.state.models import Reading
from orchestration.warehouse.connect import open_duckdb
from orchestration.warehouse.row_names import RowNames

RowKey = tuple[str, str, int]

# An order with one line in quarantine is not whole, and takes nothing from an older export.
_REPLACED = """
    select distinct r.merchant_id, r._file_sha256, r._row_number
    from read_parquet($rejected, union_by_name = true) as r
    inner join files as f using (merchant_id, _file_sha256)
    inner join files as newer
        on newer.merchant_id = f.merchant_id
        and (newer.effective_at, newer._file_sha256) > (f.effective_at, f._file_sha256)
    inner join loaded as l
        on l.merchant_id = newer.merchant_id
        and l._file_sha256 = newer._file_sha256
        and l.row_key = r.row_key
    where not exists (
        select 1 from broken as b
        where b.merchant_id = newer.merchant_id
        and b._file_sha256 = newer._file_sha256
        and b.row_key = r.row_key
    )
"""


class _Counting(NamedTuple):
    """A reading that counts, and the folders that its rows lie in."""

    reading: Reading
    raw_folder: Path
    quarantine_folder: Path

    @property
    def raw(self) -> Path:
        return self.raw_folder / f"{address_of(self.reading).stem}.parquet"

    @property
    def quarantine(self) -> Path:
        return self.quarantine_folder / f"{address_of(self.reading).stem}.parquet"

    @property
    def content(self) -> Content:
        return Content(self.reading.merchant_id, self.reading.file_sha256)

    @property
    def rank(self) -> tuple[datetime, str]:
        return self.reading.effective_at, self.reading.file_sha256


def replaced_rows(workspace: Workspace, files: Sequence[QuarantinedFile]) -> set[RowKey]:
    """Merchant, hash and line of those rows of these files that newer exports have whole."""
    found: set[RowKey] = set()
    for source in sorted({file.source for file in files}):
        of_source = [file for file in files if file.source == source and file.path.exists()]
        found |= _of_source(workspace, source, of_source)
    return found


def _of_source(workspace: Workspace, source: str, files: list[QuarantinedFile]) -> set[RowKey]:
    counting = _counting(workspace, source, {file.merchant_id for file in files})
    wanted = {file.content for file in files}
    ranks = [one.rank for one in counting if one.content in wanted]
    newer = [one for one in counting if ranks and one.rank > min(ranks)]
    if not newer:
        return set()
    key = RowNames(workspace.layouts().get(source).terms[-1].replace_by, time="").key_sql
    with open_duckdb(workspace.home, workspace.settings.duckdb) as connection:
        connection.register("files", _table(counting))
        _view(connection, "loaded", key, [one.raw for one in newer])
        _view(connection, "broken", "row_key", [one.quarantine for one in newer])
        rejected = {"rejected": [str(file.path) for file in files]}
        return {tuple(row) for row in connection.execute(_REPLACED, rejected).fetchall()}


def _counting(workspace: Workspace, source: str, merchants: set[str]) -> list[_Counting]:
    home = workspace.home
    with workspace.store.session() as session:
        readings = [
            reading
            for file, reading in current_readings(session)
            if reading and file.status == "loaded" and reading.source == source
        ]
    mine = [reading for reading in readings if reading.merchant_id in merchants]
    return [_Counting(reading, home.raw / source, home.quarantine / source) for reading in mine]


def _table(counting: Sequence[_Counting]) -> pa.Table:
    readings = [one.reading for one in counting]
    times = [r.effective_at.astimezone(UTC).replace(tzinfo=None) for r in readings]
    return pa.table(
        {
            "merchant_id": pa.array([r.merchant_id for r in readings], pa.string()),
            "_file_sha256": pa.array([r.file_sha256 for r in readings], pa.string()),
            "effective_at": pa.array(times, TIMESTAMP),
        }
    )


def _view(
    connection: duckdb.DuckDBPyConnection, name: str, key: str, paths: Sequence[Path]
) -> None:
    """Which keys lie in which file; an empty table where no file is there."""
    there = [str(path) for path in paths if path.exists()]
    if not there:
        connection.execute(
            f"create temp table {name} (merchant_id varchar, _file_sha256 varchar, row_key varchar)"
        )
        return
    connection.execute(
        f"create temp table {name} as select distinct merchant_id, _file_sha256, {key} as row_key "
        "from read_parquet(?, union_by_name = true)",
        [there],
    )
