"""What newer files changed, over all sources: derived from raw rows and the hand-overs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import pyarrow.parquet as pq

from orchestration.exports.layout.book import Layout
from orchestration.exports.layout.rows import CUT
from orchestration.exports.layout.types import SQL_TYPES, CellType
from orchestration.exports.owners import OWNER_COLUMNS
from orchestration.flow.corrections import FileChoiceError
from orchestration.flow.workspace import Workspace
from orchestration.periods import business_day
from orchestration.register import RegisterError
from orchestration.warehouse.changes import ROWS, Change, Compared, changes_of
from orchestration.warehouse.row_names import RowNames

# Amounts and counts may be added over the rows of a key; shares and means may not.
_FIGURES: tuple[CellType, ...] = ("money", "integer")
_HIDDEN: tuple[CellType, ...] = ("customer",)


@dataclass(frozen=True)
class Restatement:
    """A change with the names of its two files."""

    change: Change
    old_name: str
    new_name: str

    def as_dict(self) -> dict[str, Any]:
        """As JSON types: the key, and whole rows, as objects."""
        told = asdict(self.change) | {
            "old_file_name": self.old_name,
            "new_file_name": self.new_name,
        }
        told["key"] = json.loads(self.change.key)
        if self.change.column == ROWS:
            for side in ("old_values", "new_values"):
                told[side] = [json.loads(row) for row in told[side]]
        return told


def changes(
    workspace: Workspace,
    *,
    merchant_id: str | None = None,
    source: str | None = None,
    since: date | None = None,
    file: str | None = None,
) -> Iterator[Restatement]:
    """What newer files changed, by source, merchant and time of the newer file.

    Args:
        workspace: the home; it is compared as the last ingest left it.
        merchant_id: only this merchant.
        source: only this source.
        since: only what files changed that were exported on this business day or later.
        file: only what the file whose hash begins so changed, or what was changed of it.

    Raises:
        ExportError, RegisterError, FileChoiceError: there is no such source, merchant or file.
        WarehouseError: a file that counts is not where it must be.
    """
    book = workspace.layouts()
    wanted = [book.get(source)] if source else book.layouts.values()
    names = _file_names(workspace)
    if merchant_id and workspace.register().get(merchant_id) is None:
        raise RegisterError(f"No merchant '{merchant_id}' is in the register.")
    prefix = (file or "").lower()
    if not any(sha256.startswith(prefix) for _, sha256 in names) and prefix:
        raise FileChoiceError(
            f"No file begins with '{file}'; `seedbed ingest --json` lists the hashes."
        )
    for layout in wanted:
        found = changes_of(workspace.home, workspace.settings.duckdb, compared(layout), merchant_id)
        for change in found:
            is_late = since is None or business_day(change.new_effective_at) >= since
            hashes = (change.old_file, change.new_file)
            if is_late and any(sha256.startswith(prefix) for sha256 in hashes):
                old, new = (names[change.merchant_id, sha256] for sha256 in hashes)
                yield Restatement(change, old, new)


def compared(layout: Layout) -> Compared:
    """How the rows of a source are compared: by its newest terms."""
    terms = layout.terms[-1]
    columns = layout.columns.values()
    is_scope = {CUT, *OWNER_COLUMNS, *(c.name for c in columns if c.derived_from == "period")}
    return Compared(
        source=layout.source,
        types={column.name: SQL_TYPES[column.type] for column in columns},
        key=terms.replace_by,
        row_key=RowNames(terms.replace_by, terms.date_columns[0], terms.date_columns[-1]).key_sql,
        day=terms.date_column,
        scope=tuple(name for name in terms.replace_by if name in is_scope),
        figures=frozenset(column.name for column in columns if column.type in _FIGURES),
        hidden=frozenset(
            c.name for c in columns if c.type in _HIDDEN and c.name not in terms.replace_by
        ),
    )


def _file_names(workspace: Workspace) -> dict[tuple[str, str], str]:
    path = workspace.home.handover / "files.parquet"
    columns = ["merchant_id", "file_sha256", "file_name"]
    return {
        (row["merchant_id"], row["file_sha256"]): row["file_name"]
        for row in pq.read_table(path, columns=columns).to_pylist()
    }
