"""Cells of an .xlsx sheet that the workbook reader shows as blank or as a number, but are not.

An error (`#REF!`) and a formula without a result come out blank, and a link's result is often a
mere 0. This second look at the sheet's XML gives the text that such a cell means.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO
from xml.etree import ElementTree

from orchestration.exports.table.cells import UNCALCULATED
from orchestration.exports.table.workbook_parts import local_name
from orchestration.exports.zip_file import open_zip

# Row and, by column, the text that counts; both from 0, rows in their order.
MarkedRow = tuple[int, Mapping[int, str]]

# The last row that a spreadsheet knows; a damaged number must not make a billion blank rows.
_LAST_ROW = 1 << 20
_LINK = re.compile(r'\s*HYPERLINK\(\s*"((?:[^"]|"")*)"(?:\s*,\s*"((?:[^"]|"")*)")?\s*\)\s*', re.I)
_PLACE = re.compile(r"([A-Z]+)([0-9]+)")


def marked_rows(path: Path, part: str) -> Iterator[MarkedRow]:
    """The rows of a sheet that have such cells; the sheet is this part of the workbook.

    Raises:
        one of ZIP_FAULTS, ElementTree.ParseError, ValueError: the workbook is damaged.
    """
    links: set[str] = set()
    row = -1
    with open_zip(path) as archive, archive.open(part) as file:
        for element in _rows(file):
            row = int(element.get("r", row + 2)) - 1
            if not 0 <= row < _LAST_ROW:
                raise ValueError(f"no sheet has a row {row + 1}")
            found = _row_marks(element, links)
            if found:
                yield row, found


def _rows(file: IO[bytes]) -> Iterator[ElementTree.Element]:
    """Each row of a sheet, gone when the next one is asked for."""
    above: list[ElementTree.Element] = []
    for event, element in ElementTree.iterparse(file, events=("start", "end")):
        if event == "start":
            above.append(element)
            continue
        above.pop()
        if local_name(element) == "row":
            yield element
            above[-1].clear()


def _row_marks(row: ElementTree.Element, links: set[str]) -> dict[int, str]:
    found: dict[int, str] = {}
    column = -1
    for cell in row:
        place = _PLACE.fullmatch(cell.get("r", ""))
        column = _column(place[1]) if place else column + 1
        text = _meant(cell, links)
        if text is not None:
            found[column] = text
    return found


def _meant(cell: ElementTree.Element, links: set[str]) -> str | None:
    """What a cell means if that is not what it seems; `links` are shared link formulas so far."""
    parts = {local_name(part): part for part in cell}
    value = parts["v"].text or "" if "v" in parts else ""
    kind = cell.get("t", "n")
    if kind == "e":
        return value or UNCALCULATED
    formula = parts.get("f")
    if formula is None or kind == "str":
        return None
    shared = formula.get("si", "")
    link = _LINK.fullmatch(formula.text or "")
    if link:
        return (link[2] if link[2] is not None else link[1]).replace('""', '"')
    if "HYPERLINK(" in (formula.text or "").upper() or (shared and shared in links):
        links.add(shared)
        return UNCALCULATED
    return None if value else UNCALCULATED


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
