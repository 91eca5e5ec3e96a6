"""A workbook that comes back: its rows, and what a person decided of each.

Columns are found by their headers, rows by their hidden cells, so that both may have been moved.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from orchestration.exports.errors import UnreadableFile
from orchestration.exports.layout.book import LayoutBook
from orchestration.exports.layout.headers import normalise
from orchestration.exports.table.cells import Cell, cell_text
from orchestration.exports.table.workbook import visible_sheets
from orchestration.flow.quarantine.rows import QuarantineError
from orchestration.flow.quarantine.sheet import (
    DECISION,
    EXPLANATION,
    HIDDEN_COLUMNS,
    ROW,
    SHA256,
    SHOWN_COLUMNS,
    SURPLUS,
    RowId,
    decision_of,
    spelling,
)

_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class SheetRow:
    """A row of the workbook: where it stands there, whose it is, and what is decided.

    `cells`: by column of the layout, each that the sheet has. `fault`: why it says nothing.
    """

    sheet: str
    number: int
    file_sha256: str = ""
    row_id: RowId | None = None
    decision: str = ""
    cells: Mapping[str, Cell] = field(default_factory=dict)
    fault: str | None = None


class Returned:
    """A workbook that `seedbed quarantine export` wrote, row by row.

    `notes`, complete once the rows were taken, are sentences about what was not read.
    """

    def __init__(self, path: Path, book: LayoutBook) -> None:
        self._path = path
        self._book = book
        self.notes: list[str] = []

    def rows(self) -> Iterator[SheetRow]:
        """Every row of every sheet that was exported.

        Raises:
            QuarantineError: it cannot be read, or two of its columns are the same.
        """
        found_any = False
        for name, rows in _sheets(self._path):
            numbered = ((n, row) for n, row in enumerate(rows, 1) if not all(map(_is_blank, row)))
            header = next(numbered, (0, ()))[1]
            sheet = _Sheet(name, [cell_text(cell) for cell in header], self._book)
            if sheet.is_ours:
                found_any = True
                yield from (sheet.row(number, cells) for number, cells in numbered)
                self.notes.extend(sheet.notes())
            elif spelling(name) != spelling(EXPLANATION):
                self.notes.append(f"Sheet {name} is none that was exported; it is not read.")
        if not found_any:
            hidden = ", ".join(column.header for column in HIDDEN_COLUMNS)
            raise QuarantineError(
                f"{self._path.name}: no sheet has the hidden columns {hidden}; begin with what "
                "`seedbed quarantine export` writes."
            )


def _sheets(path: Path) -> Sequence[tuple[str, Iterable[Sequence[Cell]]]]:
    try:
        return [(name, _guarded(rows)) for name, rows in visible_sheets(path)]
    except UnreadableFile as error:
        raise QuarantineError(str(error)) from error


def _guarded(rows: Iterator[list[Cell]]) -> Iterator[list[Cell]]:
    try:
        yield from rows
    except UnreadableFile as error:
        raise QuarantineError(str(error)) from error


def _is_blank(cell: Cell) -> bool:
    return isinstance(cell, str) and not cell.strip()


class _Sheet:
    """One sheet by its header."""

    def __init__(self, name: str, header: list[str], book: LayoutBook) -> None:
        self._name = name
        self._header = header
        self._book = book
        fixed = {spelling(column.header) for column in (*SHOWN_COLUMNS, *HIDDEN_COLUMNS, SURPLUS)}
        self._fixed = {
            spelling(text): place
            for place, text in reversed(list(enumerate(header)))
            if spelling(text) in fixed
        }
        self._data = [
            (place, text)
            for place, text in enumerate(header)
            if text.strip() and spelling(text) not in fixed
        ]
        self._places: dict[str, dict[str, int]] = {}
        self._gone: dict[str, None] = {}

    @property
    def is_ours(self) -> bool:
        return all(spelling(column.header) in self._fixed for column in HIDDEN_COLUMNS)

    def row(self, number: int, cells: Sequence[Cell]) -> SheetRow:
        """One row; what its hidden cells do not tell is a fault of it."""
        sha256 = self._text(SHA256.header, cells)
        row_id = RowId.from_text(self._text(ROW.header, cells))
        if (
            row_id is None
            or not _SHA256.fullmatch(sha256)
            or row_id.source not in self._book.sources
        ):
            return SheetRow(
                self._name, number, fault="its hidden cells were changed; export it again"
            )
        told = self._text(DECISION.header, cells)
        decision = decision_of(told)
        if decision is None:
            fault = f"'{told}' is no decision; choose from the list, or leave the cell blank"
            return SheetRow(self._name, number, sha256, row_id, fault=fault)
        places = self._places_of(row_id.source)
        self._gone |= dict.fromkeys(name for name in row_id.marks if name not in places)
        return SheetRow(
            self._name,
            number,
            sha256,
            row_id,
            decision,
            {name: cells[place] for name, place in places.items() if place < len(cells)},
        )

    def _text(self, header: str, cells: Sequence[Cell]) -> str:
        place = self._fixed.get(spelling(header))
        return "" if place is None or place >= len(cells) else cell_text(cells[place]).strip()

    def _places_of(self, source: str) -> dict[str, int]:
        """Where each column of a source stands.

        Raises:
            QuarantineError: two columns are the same.
        """
        if source not in self._places:
            known = self._book.get(source).column_of
            places: dict[str, int] = {}
            for place, text in self._data:
                name = known.get(normalise(text))
                if name in places:
                    raise QuarantineError(
                        f"Sheet {self._name}: the columns '{self._header[places[name]]}' and "
                        f"'{text}' are the same; keep one of them."
                    )
                if name is not None:
                    places[name] = place
            self._places[source] = places
        return self._places[source]

    def notes(self) -> Iterator[str]:
        """What of the sheet was not taken, once its rows were read."""
        read = {place for places in self._places.values() for place in places.values()}
        if unread := [text for place, text in self._data if place not in read]:
            yield f"Sheet {self._name}: nothing is taken from the columns {', '.join(unread)}."
        if self._gone:
            yield (
                f"Sheet {self._name}: there is no column {', '.join(self._gone)} any more; its "
                "cells stay as they are."
            )
