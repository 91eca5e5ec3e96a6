"""Staged files, and the rows of many small ones together in one Parquet.

A query opens every file that it reads, and the gate asks dozens: of ten thousand files of fifty
rows nearly all the time would be spent on opening them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.home import Home
from orchestration.rows import STAGED_MARKS
from orchestration.sections import DuckDBSettings
from orchestration.warehouse.connect import open_duckdb
from orchestration.warehouse.errors import WarehouseError
from orchestration.warehouse.parquet import literal, quoted

# Merchant and hash: what every row of a file carries.
Key = tuple[str, str]

# Reading so many bytes takes longer than opening them; a larger file is read where it lies.
_SMALL_BYTES = 4 << 20
# DuckDB keeps something of every file of a query in memory until its end, and ever more of its
# time goes into that: a hundred cost the least.
_GATHERED_AT_ONCE = 100
# Why a row goes no further, where a file says it.
SKIP = "_skip"
MARKS = [name for name, _ in STAGED_MARKS]


@dataclass(frozen=True)
class StagedFile:
    """One staged Parquet, `staged/<source>/<address>.parquet`, and the file it was read from.

    `gathered`: a Parquet in which its rows lie among those of others, if it is a small file.
    """

    path: Path
    merchant_id: str
    file_sha256: str
    gathered: Path | None = None

    @property
    def key(self) -> Key:
        """What every row of it carries."""
        return self.merchant_id, self.file_sha256

    @property
    def is_large(self) -> bool:
        """Whether it is worked on alone; its rows may not fit into memory."""
        return self.gathered is None and self.path.stat().st_size >= _SMALL_BYTES

    @property
    def rows_in(self) -> Path:
        """Where its rows are to be read."""
        return self.gathered or self.path


def gather(
    home: Home, limits: DuckDBSettings, files: Sequence[StagedFile], folder: Path
) -> list[StagedFile]:
    """Copy the rows of small files that go further into few Parquets, files of the same columns.

    Args:
        home: the home that the files belong to.
        limits: bounds for DuckDB, through which the rows pass.
        files: staged files of one source.
        folder: an own folder for the copies; it must be kept as long as the files are worked on.

    Returns:
        The same files in the same order; the small ones know where their rows lie.

    Raises:
        WarehouseError: a file is no Parquet.
    """
    of_columns: dict[pa.Schema, list[Path]] = {}
    for file in files:
        if not file.is_large:
            of_columns.setdefault(_columns(file.path), []).append(file.path)
    together = [
        paths[start : start + _GATHERED_AT_ONCE]
        for paths in of_columns.values()
        for start in range(0, len(paths), _GATHERED_AT_ONCE)
    ]
    gathered: dict[Path, Path] = {}
    with open_duckdb(home, limits) as connection:
        for number, paths in enumerate(together):
            target = folder / f"gathered-{number}.parquet"
            where = f"where {SKIP} is null" if SKIP in pq.read_schema(paths[0]).names else ""
            connection.execute(
                f"copy (select * from read_parquet($1) {where}) to $2 (format parquet)",
                [[str(path) for path in paths], str(target)],
            )
            gathered |= dict.fromkeys(paths, target)
    return [replace(file, gathered=gathered.get(file.path)) for file in files]


def going_on(path: Path) -> str:
    """SQL for the rows of a Parquet of staged rows that go further, without their marks."""
    names = pq.read_schema(path).names
    columns = ", ".join(quoted(name) for name in names if name not in MARKS)
    where = f"where {SKIP} is null" if SKIP in names else ""
    return f"(select {columns} from read_parquet({literal(path)}) {where})"


def _columns(path: Path) -> pa.Schema:
    """Names and types; that a column holds no null is told from file to file and says nothing."""
    try:
        found = pq.read_schema(path)
    except (OSError, pa.ArrowInvalid) as error:
        raise WarehouseError(f"{path} cannot be read as Parquet; delete it and read again.") from (
            error
        )
    return pa.schema([(field.name, field.type) for field in found])
