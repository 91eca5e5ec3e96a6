"""Layouts: how the files of each source look, as data; a home's own rows lie over the shipped.

A layout is three CSV files in `layouts/<source>/`: `layout.csv` (how to understand a file, one
row per dated revision), `columns.csv` (one row per column and spelling of its header) and
`ignored.csv` (headers whose values are dropped unread).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa

from orchestration.exports.engine import SQL_TYPES, engine
from orchestration.exports.errors import LayoutError
from orchestration.exports.headers import normalise
from orchestration.exports.layout_rows import (
    CellType,
    ColumnRow,
    IgnoredRow,
    Need,
    Placed,
    Terms,
    read_rows,
)
from orchestration.rows import MONEY, TIMESTAMP
from orchestration.settings import DuckDBSettings

_SHIPPED = Path(__file__).parent / "layouts"
_SOURCE_NAME = re.compile(r"[a-z0-9]+__[a-z0-9_]+")
_ARROW_TYPES: dict[CellType, pa.DataType] = {
    "text": pa.string(),
    "integer": pa.int64(),
    "money": MONEY,
    "timestamp": TIMESTAMP,
    "date": pa.date32(),
    "customer": pa.string(),
}


@dataclass(frozen=True)
class Column:
    """A canonical column and every header it is known by."""

    name: str
    type: CellType
    required: Need
    headers: tuple[str, ...]

    @property
    def is_required(self) -> bool:
        """Whether a file without this column is stopped."""
        return self.required != "no"


@dataclass(frozen=True)
class Layout:
    """Everything that is known about the files of one source.

    `columns` by canonical name in their order, `column_of` and `ignored` by normalised header,
    `terms` oldest first.
    """

    source: str
    columns: Mapping[str, Column]
    column_of: Mapping[str, str]
    ignored: Mapping[str, str]
    terms: tuple[Terms, ...]

    @property
    def required(self) -> tuple[Column, ...]:
        """Columns without which a file is stopped."""
        return tuple(column for column in self.columns.values() if column.is_required)

    @property
    def arrow_columns(self) -> list[tuple[str, pa.DataType]]:
        """Names and types of the columns in staged and raw Parquet."""
        return [(column.name, _ARROW_TYPES[column.type]) for column in self.columns.values()]

    @property
    def revision(self) -> str:
        """Eight hex digits that change whenever a row decides otherwise what is read.

        Titles, notes, coverage and what is ignored do not count: they change no row.
        """
        columns = [
            [
                c.name,
                c.type,
                c.required,
                sorted(k for k, n in self.column_of.items() if n == c.name),
            ]
            for c in self.columns.values()
        ]
        terms = [
            [
                t.effective_from.isoformat(),
                t.date_column,
                t.export_time_pattern.pattern if t.export_time_pattern else "",
                t.skip_when,
                t.skip_reason,
            ]
            for t in self.terms
        ]
        canonical = json.dumps([self.source, columns, terms], ensure_ascii=True)
        return hashlib.sha256(canonical.encode()).hexdigest()[:8]

    def terms_on(self, day: date) -> Terms:
        """The terms in force on a day; before the first revision, the first."""
        in_force = [terms for terms in self.terms if terms.effective_from <= day]
        return in_force[-1] if in_force else self.terms[0]


@dataclass(frozen=True)
class LayoutBook:
    """All layouts of a home, by source."""

    layouts: Mapping[str, Layout]

    @property
    def sources(self) -> tuple[str, ...]:
        return tuple(self.layouts)

    def get(self, source: str) -> Layout:
        """The layout of a source.

        Raises:
            LayoutError: there is none.
        """
        if source not in self.layouts:
            raise LayoutError(f"No layout '{source}'; known are {', '.join(self.layouts)}.")
        return self.layouts[source]


def load_layouts(overlay: Path | None = None) -> LayoutBook:
    """Read the shipped layouts, with those of `overlay` (a home's `layouts/`) over them.

    A row of the overlay replaces the shipped row of the same header (`columns.csv`,
    `ignored.csv`) or day (`layout.csv`), else it is added; a new folder is a new source.

    Raises:
        LayoutError: a file or a row is wrong; the message names file and line.
    """
    folders: dict[str, list[Path]] = {}
    for top in (_SHIPPED, overlay):
        if top is None or not top.is_dir():
            continue
        for folder in sorted(path for path in top.iterdir() if path.is_dir()):
            if not _SOURCE_NAME.fullmatch(folder.name):
                raise LayoutError(f"{folder}: a layout folder is named <platform>__<entity>.")
            folders.setdefault(folder.name, []).append(folder)
    return LayoutBook({source: _layout(source, found) for source, found in folders.items()})


def _layout(source: str, folders: list[Path]) -> Layout:
    rows: dict[object, Placed[ColumnRow]] = {}
    ignored: dict[object, Placed[IgnoredRow]] = {}
    terms: dict[object, Placed[Terms]] = {}
    declared: dict[str, ColumnRow] = {}
    for folder in folders:
        new_rows = read_rows(folder / "columns.csv", ColumnRow, lambda r: normalise(r.header))
        new_ignored = read_rows(folder / "ignored.csv", IgnoredRow, lambda r: normalise(r.header))
        _refuse_contradictions(new_rows, new_ignored, ignored)
        rows = {k: v for k, v in rows.items() if k not in new_ignored} | new_rows
        ignored = {k: v for k, v in ignored.items() if k not in new_rows} | new_ignored
        terms |= read_rows(folder / "layout.csv", Terms, lambda r: r.effective_from)
        # A column outlives its last header: its place in the tables stays, its cells are null.
        declared |= {placed.row.column: placed.row for placed in new_rows.values()}
    columns = {name: _column(row, rows.values()) for name, row in declared.items()}
    for name, needed in (("columns.csv", columns), ("layout.csv", terms)):
        if not needed:
            raise LayoutError(f"{folders[-1] / name} has no rows, and {source} needs at least one.")
    for placed in terms.values():
        _check_terms(placed, source, columns)
    return Layout(
        source=source,
        columns=columns,
        column_of={str(key): placed.row.column for key, placed in rows.items()},
        ignored={str(key): placed.row.reason for key, placed in ignored.items()},
        terms=tuple(sorted((p.row for p in terms.values()), key=lambda t: t.effective_from)),
    )


def _refuse_contradictions(
    rows: Mapping[object, Placed[ColumnRow]],
    ignored: Mapping[object, Placed[IgnoredRow]],
    ignored_below: Mapping[object, Placed[IgnoredRow]],
) -> None:
    for key, placed in rows.items():
        if key in ignored:
            raise placed.fault(
                f"'{placed.row.header}' is also ignored in line {ignored[key].line} of "
                "ignored.csv; keep one of the two."
            )
        # Whoever maps such a header by mistake would write names or telephones into tables.
        if key in ignored_below and ignored_below[key].row.reason == "personal":
            raise placed.fault(f"'{placed.row.header}' is personal and is never read; remove it.")


def _column(row: ColumnRow, placed_rows: Iterable[Placed[ColumnRow]]) -> Column:
    mine = [placed for placed in placed_rows if placed.row.column == row.column]
    for placed in mine:
        if (placed.row.type, placed.row.required) != (row.type, row.required):
            raise placed.fault(
                f"{row.column} is {placed.row.type}/{placed.row.required} here and "
                f"{row.type}/{row.required} in another row; write the same in every row of it."
            )
    if row.required != "no" and not mine:
        raise LayoutError(
            f"{row.column} is required, but every header of it is ignored; map one in columns.csv."
        )
    return Column(row.column, row.type, row.required, tuple(p.row.header for p in mine))


def _check_terms(placed: Placed[Terms], source: str, columns: Mapping[str, Column]) -> None:
    terms = placed.row
    if terms.source != source:
        raise placed.fault(f"source is '{terms.source}', but the folder is {source}.")
    for name in (terms.date_column, *terms.replace_by):
        if name not in columns:
            raise placed.fault(f"'{name}' is no column of columns.csv.")
    if columns[terms.date_column].type not in ("timestamp", "date"):
        raise placed.fault(f"date_column '{terms.date_column}' is neither timestamp nor date.")
    if terms.skip_when:
        blank = ", ".join(
            f"cast(null as {SQL_TYPES[c.type]}) as {c.name}" for c in columns.values()
        )
        with engine(DuckDBSettings()) as connection:
            try:
                connection.execute(
                    f"select cast(({terms.skip_when}) as boolean) from (select {blank})"
                )
            except duckdb.Error as error:
                reason = str(error).splitlines()[0]
                raise placed.fault(f"skip_when cannot be evaluated: {reason}") from error
