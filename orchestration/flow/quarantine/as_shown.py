"""A quarantined row as a workbook shows it: as quarantine keeps it, or as its file has it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from orchestration.exports.layout.book import Layout
from orchestration.exports.table.file_rows import FileRow, FileRows
from orchestration.flow.quarantine.fixes import OTHER_LENGTH
from orchestration.flow.quarantine.rows import QuarantinedRow
from orchestration.flow.quarantine.sheet import NOT_SHOWN
from orchestration.flow.quarantine.shown import mark

_BETWEEN_SURPLUS = " | "


@dataclass(frozen=True)
class RowCells:
    """The cells of a row: `texts` by column of the layout, `others` by header as in the file.

    `hidden`: columns of which nothing is shown. `is_odd`: nobody can say which cell stands under
    which header; what is shown, if anything, is by place.
    """

    texts: Mapping[str, str]
    hidden: frozenset[str] = frozenset()
    others: Mapping[str, str] = field(default_factory=dict)
    surplus: str = ""
    is_odd: bool = False

    def marks(self, columns: tuple[str, ...], faulty: set[str]) -> dict[str, str]:
        """By column of the file, what its cell will be known by."""
        return {
            name: NOT_SHOWN
            if name in self.hidden
            else mark(self.texts.get(name, ""), is_faulty=name in faulty)
            for name in columns
        }


def personal_columns(layout: Layout) -> frozenset[str]:
    """Mapped columns that are never shown unless personal data is asked for."""
    return frozenset(c.name for c in layout.columns.values() if c.type == "customer")


def from_quarantine(row: QuarantinedRow, layout: Layout) -> RowCells:
    """As quarantine keeps it: cleaned, and nothing personal."""
    return RowCells(
        _with_hours(row.cells, layout),
        hidden=personal_columns(layout),
        is_odd=OTHER_LENGTH in row.rules,
    )


def _with_hours(cells: Mapping[str, str], layout: Layout) -> dict[str, str]:
    """A day whose cell also held an hour has it again: without, the row would be one of a day."""
    texts = dict(cells)
    for column in layout.columns.values():
        hour = cells.get(column.name, "")
        day = column.derived_from or ""
        if column.type == "hour" and hour.isdigit() and cells.get(day):
            texts[day] = f"{cells[day]} {int(hour):02d}:00 - {int(hour):02d}:59"
    return texts


def from_file(
    row: FileRow, file: FileRows, mended: Mapping[str, str], *, personal: bool
) -> RowCells:
    """As the file has it, mended cells as they were mended.

    A row of another length shows its cells by their place, and only if personal ones may be seen:
    any of them may be a name.
    """
    hidden = personal_columns(file.found.layout)
    if not row.is_even and mended:
        # Once mended such a row has no cells but those that a person gave it.
        return RowCells({n: t for n, t in mended.items() if n not in hidden}, hidden=hidden)
    if not row.is_even and not personal:
        return RowCells({}, hidden=hidden, is_odd=True)
    at = dict(enumerate(row.texts))
    texts = {name: at.get(file.found.positions[name], "") for name in file.found.own_columns}
    keys = {name for name in mended if name in hidden}
    shown = {
        n: text for n, text in texts.items() if n not in keys and (personal or n not in hidden)
    }
    return RowCells(
        shown | {n: text for n, text in mended.items() if n not in hidden},
        hidden=frozenset(keys) if personal else hidden,
        others={head: at.get(n, "") for n, head in file.other_places.items()} if personal else {},
        surplus=_joined(row.texts[len(file.headers) :]) if personal else "",
        is_odd=not row.is_even,
    )


def _joined(texts: tuple[str, ...]) -> str:
    return _BETWEEN_SURPLUS.join(text for text in texts if text.strip())
