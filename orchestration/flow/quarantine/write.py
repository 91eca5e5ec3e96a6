"""The workbook of quarantined rows, written row by row in bounded memory.

Every cell is a text, formatted as one and marked as one with the apostrophe that spreadsheets do
not show, so that none is ever a formula, also when somebody types over it.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, islice
from pathlib import Path

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_range
from xlsxwriter.worksheet import Worksheet

from orchestration.flow.quarantine.how_to import add_explanation, letters
from orchestration.flow.quarantine.sheet import (
    DECISION,
    DISCARD,
    EXPLANATION,
    HIDDEN_COLUMNS,
    MEND,
    SHOWN_COLUMNS,
)
from orchestration.flow.quarantine.shown import shown

# What a sheet of a spreadsheet holds, less the header.
ROWS_OF_A_SHEET = (1 << 20) - 1
_LONGEST_SHEET_NAME = 31
_HEADER_HEIGHT, _LINE_HEIGHT = 32, 14
# Of reasons and fixes; what is longer shows its beginning.
_FEWEST_LINES, _MOST_LINES = 2, 6
# Room for a time or a long order number; longer texts show their beginning.
_DATA_WIDTH = 20
_CHOICES = {
    "validate": "list",
    "source": [MEND, DISCARD],
    "error_title": DECISION.header,
    "error_message": "请从列表中选择，或留空。Choose from the list, or leave it blank.",
}


@dataclass(frozen=True)
class WrittenRow:
    """One row: its fixed and hidden cells in their order, the others by header.

    `faulty`: headers of cells at fault; `absent`: headers that its file does not have.
    """

    fixed: Sequence[str]
    cells: Mapping[str, str]
    hidden: Sequence[str]
    faulty: frozenset[str] = frozenset()
    absent: frozenset[str] = frozenset()


@dataclass(frozen=True)
class SourceRows:
    """What is written of one source: headers of its cells, and rows to be taken once.

    `for_looking`: headers of cells of which nothing is ever taken back.
    """

    source: str
    headers: Sequence[str]
    rows: Iterable[WrittenRow]
    for_looking: frozenset[str] = frozenset()


@dataclass(frozen=True)
class _Looks:
    """How cells look."""

    fixed_header: Format
    header: Format
    looking_header: Format
    decision: Format
    told: Format
    text: Format
    faulty: Format
    absent: Format

    @classmethod
    def of(cls, book: Workbook) -> _Looks:
        head = {"bold": True, "font_color": "#FFFFFF", "text_wrap": True, "valign": "vcenter"}
        head |= {"border": 1, "border_color": "#FFFFFF"}
        text = {"num_format": "@", "quote_prefix": True, "valign": "top", "font_size": 10}
        text |= {"border": 1, "border_color": "#D9D9D9"}
        told = {**text, "text_wrap": True, "font_color": "#404040", "bg_color": "#F7F7F7"}
        return cls(
            fixed_header=book.add_format({**head, "bg_color": "#2F6B4A"}),
            header=book.add_format({**head, "bg_color": "#6F9E80"}),
            looking_header=book.add_format({**head, "bg_color": "#A6A6A6"}),
            decision=book.add_format({**text, "bg_color": "#E2EFDA"}),
            told=book.add_format(told),
            text=book.add_format(text),
            faulty=book.add_format({**text, "bg_color": "#FFE699", "border_color": "#BF8F00"}),
            absent=book.add_format({**text, "bg_color": "#D0CECE"}),
        )


def write_workbook(
    path: Path,
    scratch: Path,
    sources: Iterable[SourceRows],
    made_at: datetime,
    *,
    is_personal: bool = False,
    rows_of_a_sheet: int = ROWS_OF_A_SHEET,
) -> dict[str, int]:
    """Write the workbook; gives the rows of each sheet by its name.

    Args:
        path: the file to write.
        scratch: an own folder for rows on their way; they are what the workbook holds.
        sources: one after the other; the next is asked for when the last is written.
        made_at: stands in the file as the time when it was made.
        is_personal: whether personal columns are among the cells.
        rows_of_a_sheet: more than these go to a further sheet.
    """
    written: dict[str, int] = {}
    with Workbook(path, {"constant_memory": True, "tmpdir": str(scratch)}) as book:
        book.set_properties({"title": "Seedbed", "created": made_at.replace(tzinfo=None)})
        book.use_zip64()
        looks = _Looks.of(book)
        add_explanation(book, is_personal=is_personal)
        for source in sources:
            rows = iter(source.rows)
            number = 1
            while piece := next(rows, None):
                name = _sheet_name(source.source, number, written)
                sheet = _new_sheet(book, name, source, looks)
                part = chain([piece], islice(rows, rows_of_a_sheet - 1))
                written[name] = _write_rows(sheet, source.headers, part, looks)
                number += 1
    return written


def _sheet_name(source: str, number: int, taken: Collection[str]) -> str:
    """A name that a spreadsheet takes; it never tells two that differ in case only apart."""
    known = {name.casefold() for name in taken}
    while True:
        ending = f" ({number})" if number > 1 else ""
        name = source[: _LONGEST_SHEET_NAME - len(ending)] + ending
        if name.casefold() not in known:
            return name
        number += 1


def _new_sheet(book: Workbook, name: str, source: SourceRows, looks: _Looks) -> Worksheet:
    headers = source.headers
    sheet = book.add_worksheet(name)
    if len(book.worksheets()) == len((EXPLANATION, name)):
        # Who knows the way sees the first rows at once; the explanation is one click away.
        sheet.activate()
    sheet.freeze_panes(1, 1)
    sheet.set_landscape()
    sheet.repeat_rows(0)
    for place, column in enumerate(SHOWN_COLUMNS):
        sheet.set_column(place, place, column.width)
    first_hidden = len(SHOWN_COLUMNS) + len(headers)
    sheet.set_column(len(SHOWN_COLUMNS), first_hidden - 1, _DATA_WIDTH, looks.text)
    last = first_hidden + len(HIDDEN_COLUMNS) - 1
    sheet.set_column(first_hidden, last, None, None, {"hidden": True})
    sheet.set_row(0, _HEADER_HEIGHT)
    for place, column in enumerate(SHOWN_COLUMNS):
        sheet.write_string(0, place, column.header, looks.fixed_header)
    for place, header in enumerate(headers, start=len(SHOWN_COLUMNS)):
        look = looks.looking_header if header in source.for_looking else looks.header
        sheet.write_string(0, place, shown(header), look)
    for place, column in enumerate(HIDDEN_COLUMNS, start=first_hidden):
        sheet.write_string(0, place, column.header)
    return sheet


def _write_rows(
    sheet: Worksheet, headers: Sequence[str], rows: Iterable[WrittenRow], looks: _Looks
) -> int:
    first, count = len(SHOWN_COLUMNS), 0
    for count, row in enumerate(rows, start=1):
        sheet.set_row(count, _LINE_HEIGHT * _lines(row.fixed))
        for place, text in enumerate(row.fixed):
            _write_text(sheet, count, place, text, looks.told if place else looks.decision)
        for place, header in enumerate(headers, start=first):
            look = looks.text
            if header in row.faulty:
                look = looks.faulty
            elif header in row.absent:
                look = looks.absent
            _write_text(sheet, count, place, row.cells.get(header, ""), look)
        for place, text in enumerate(row.hidden, start=first + len(headers)):
            sheet.write_string(count, place, text)
    sheet.data_validation(1, 0, count, 0, _CHOICES)
    sheet.autofilter(0, 0, count, first + len(headers) - 1)
    sheet.ignore_errors({"number_stored_as_text": xl_range(0, 0, count, first + len(headers))})
    return count


def _write_text(sheet: Worksheet, row: int, place: int, text: str, look: Format) -> None:
    if text:
        sheet.write_string(row, place, shown(text), look)
    else:
        sheet.write_blank(row, place, None, look)


def _lines(fixed: Sequence[str]) -> int:
    """How many lines the longest of these cells takes."""
    columns = zip(fixed, SHOWN_COLUMNS, strict=True)
    lines = [
        sum(math.ceil((letters(part) or 1) / column.width) for part in text.split("\n"))
        for text, column in columns
    ]
    return min(max(_FEWEST_LINES, *lines), _MOST_LINES)
