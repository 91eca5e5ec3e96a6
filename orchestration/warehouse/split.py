"""Count how staged files come apart by their rejected rows, and set files aside whole.

What is decided about a file is not decided here; who calls brings the decisions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from orchestration.files import sync
from orchestration.home import Home
from orchestration.sections import DuckDBSettings
from orchestration.warehouse.connect import open_duckdb
from orchestration.warehouse.errors import WarehouseError
from orchestration.warehouse.parquet import literal
from orchestration.warehouse.staged import Key, StagedFile, going_on


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
    by_key = {file.key: file for file in files}
    if len(by_key) < len(files):
        raise WarehouseError(
            "A file is staged in two readings at once; delete the older one from the staged folder."
        )
    failing = f"read_parquet({literal(failing_rows)})"
    rows: dict[Key, int] = {}
    rules: dict[Key, dict[str, int]] = defaultdict(dict)
    with open_duckdb(home, limits) as connection:
        for path in {file.rows_in: None for file in files}:
            rows |= _counts(connection, going_on(path), "count(*)")
        rejected = _counts(connection, failing, "count(distinct _row_number)")
        for merchant_id, sha256, rule, count in _grouped(
            connection, failing, "rule, count(distinct _row_number)"
        ):
            rules[merchant_id, sha256][rule] = count
    if stray := rejected.keys() - by_key.keys():
        raise WarehouseError(
            f"{failing_rows} names rows of {len(stray)} files that are not being split, "
            f"such as {min(stray)[1]}; run the gate again."
        )
    return [
        SplitCounts(file, rows.get(key, 0), rejected.get(key, 0), rules.get(key, {}))
        for key, file in by_key.items()
    ]


def _counts(connection: duckdb.DuckDBPyConnection, relation: str, figure: str) -> dict[Key, int]:
    grouped = _grouped(connection, relation, figure)
    return {(merchant_id, sha256): count for merchant_id, sha256, count in grouped}


def _grouped(connection: duckdb.DuckDBPyConnection, relation: str, figures: str) -> list[tuple]:
    return connection.execute(
        f"select merchant_id, _file_sha256, {figures} from {relation} group by all order by all"
    ).fetchall()


def hold(home: Home, source: str, file: StagedFile, *, sync_folder: bool = True) -> Path:
    """Set a staged file aside whole; gives where it lies now.

    Who holds many files may sync their folder once at the end instead.
    """
    target = home.held / source / file.path.name
    target.parent.mkdir(parents=True, exist_ok=True)
    file.path.replace(target)
    if sync_folder:
        sync(target.parent)
    return target
