"""Layouts: how the files of each source look, as data; a home's own rows lie over the shipped.

A layout is three CSV files in `layouts/<source>/`: `layout.csv` (how to understand a file, one
row per dated revision), `columns.csv` (one row per column and spelling of its header) and
`ignored.csv` (headers whose values are dropped unread). Sources of one family share the last two
in `layouts/_<family>/`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

import duckdb

from orchestration.exports.errors import LayoutError
from orchestration.exports.layout.book import Column, Layout, LayoutBook
from orchestration.exports.layout.engine import engine
from orchestration.exports.layout.headers import normalise
from orchestration.exports.layout.rows import (
    PERIOD_HEADER,
    ColumnRow,
    IgnoredRow,
    Placed,
    Terms,
    read_rows,
)
from orchestration.exports.layout.types import SQL_TYPES
from orchestration.rows import SOURCE_NAME
from orchestration.sections import DuckDBSettings

_SHIPPED = Path(__file__).parents[1] / "layouts"
_FAMILY_NAME = re.compile(r"_[a-z][a-z0-9_]*")


def load_layouts(overlay: Path | None = None) -> LayoutBook:
    """Read the shipped layouts, with those of `overlay` (a home's `layouts/`) over them.

    A row of the overlay replaces the shipped row of the same header (`columns.csv`,
    `ignored.csv`) or day (`layout.csv`), else it is added; a new folder is a new source.

    Raises:
        LayoutError: a file or a row is wrong; the message names file and line.
    """
    shipped, own = _folders(_SHIPPED), _folders(overlay) if overlay else []
    # Of what the home says nothing about, what was read once holds as long as the process.
    as_shipped = set() if any(map(_FAMILY_NAME.fullmatch, own)) else {*shipped} - {*own}
    layers = [_SHIPPED, *([overlay] if overlay else [])]
    return LayoutBook(
        {
            source: _shipped(source) if source in as_shipped else _layout(source, layers)
            for source in sorted({*shipped, *own})
            if not _FAMILY_NAME.fullmatch(source)
        }
    )


def _folders(top: Path) -> list[str]:
    names = sorted(path.name for path in top.iterdir() if path.is_dir()) if top.is_dir() else []
    for name in names:
        if not re.fullmatch(SOURCE_NAME, name) and not _FAMILY_NAME.fullmatch(name):
            raise LayoutError(f"{top / name}: a layout folder is named <platform>__<entity>.")
    return names


@cache
def _shipped(source: str) -> Layout:
    return _layout(source, [_SHIPPED])


def _layout(source: str, layers: list[Path]) -> Layout:
    terms: dict[object, Placed[Terms]] = {}
    for top in layers:
        terms |= read_rows(top / source / "layout.csv", Terms, lambda r: r.effective_from)
    families = {f"_{placed.row.family}": None for placed in terms.values() if placed.row.family}
    folders = [top / name for top in layers for name in (*families, source)]
    if unknown := [name for name in families if not any((top / name).is_dir() for top in layers)]:
        raise next(iter(terms.values())).fault(f"there is no folder {unknown[0]} beside {source}.")
    rows: dict[object, Placed[ColumnRow]] = {}
    ignored: dict[object, Placed[IgnoredRow]] = {}
    declared: dict[str, ColumnRow] = {}
    for folder in folders:
        new_rows = read_rows(folder / "columns.csv", ColumnRow, _place_of)
        new_ignored = read_rows(folder / "ignored.csv", IgnoredRow, lambda r: normalise(r.header))
        _refuse_contradictions(new_rows, new_ignored, ignored)
        rows = {k: v for k, v in rows.items() if k not in new_ignored} | new_rows
        ignored = {k: v for k, v in ignored.items() if k not in new_rows} | new_ignored
        # A column outlives its last header: its place in the tables stays, its cells are null.
        declared |= {placed.row.column: placed.row for placed in new_rows.values()}
    columns = {name: _column(row, rows.values()) for name, row in declared.items()}
    for name, needed in (("columns.csv", columns), ("layout.csv", terms)):
        if not needed:
            raise LayoutError(f"{folders[-1] / name} has no rows, and {source} needs at least one.")
    for placed in rows.values():
        _check_derived(placed, columns)
    for placed in terms.values():
        _check_terms(placed, source, columns)
    return Layout(
        source=source,
        columns=columns,
        column_of={
            str(key): placed.row.column
            for key, placed in rows.items()
            if placed.row.derived_from is None
        },
        ignored={str(key): placed.row.reason for key, placed in ignored.items()},
        terms=tuple(sorted((p.row for p in terms.values()), key=lambda t: t.effective_from)),
    )


def _place_of(row: ColumnRow) -> object:
    """What may stand once in columns.csv: a header, or a column that takes another's cell."""
    return normalise(row.header) if row.derived_from is None else (row.header, row.column)


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
    derived = [placed for placed in mine if placed.row.derived_from is not None]
    if derived and len(mine) > 1:
        raise mine[-1].fault(f"{row.column} is derived, so it has no header of its own.")
    if derived:
        return Column(row.column, row.type, row.required, (), derived[0].row.derived_from)
    return Column(row.column, row.type, row.required, tuple(p.row.header for p in mine))


def _check_derived(placed: Placed[ColumnRow], columns: Mapping[str, Column]) -> None:
    name = placed.row.derived_from
    if name is None or placed.row.header == PERIOD_HEADER:
        return
    if name not in columns or columns[name].type != "date":
        raise placed.fault(f"'{name}' is no date column of columns.csv.")


def _check_terms(placed: Placed[Terms], source: str, columns: Mapping[str, Column]) -> None:
    terms = placed.row
    if terms.source != source:
        raise placed.fault(f"source is '{terms.source}', but the folder is {source}.")
    for name in (*terms.date_columns, *terms.keys, *terms.breakdowns):
        if name not in columns:
            raise placed.fault(f"'{name}' is no column of columns.csv.")
    for name in terms.date_columns:
        if columns[name].type not in ("timestamp", "date"):
            raise placed.fault(f"date column '{name}' is neither timestamp nor date.")
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
