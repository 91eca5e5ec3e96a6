"""Cells of an .xlsx sheet that the workbook reader shows as blank or as a number, but are not.

An error (`#REF!`) and a formula without a result come out blank, and a link's result is often a
mere 0. This second look at the sheet's XML gives the text that such a cell means.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from posixpath import join, normpath
from xml.etree import ElementTree

from orchestration.exports.cells import UNCALCULATED

# Row and, by column, the text that counts; both from 0, rows in their order.
MarkedRow = tuple[int, Mapping[int, str]]

# The last row that a spreadsheet knows; a damaged number must not make a billion blank rows.
_LAST_ROW = 1 << 20
_BLOCK_BYTES = 1 << 20
_MARK = re.compile(rb"""<(?:\w+:)?f[ />]|\bt=["']e["']""")
# No mark is longer; so much of a block is looked at again with the next one.
_OVERLAP_BYTES = 32
_LINK = re.compile(r'\s*HYPERLINK\(\s*"((?:[^"]|"")*)"(?:\s*,\s*"((?:[^"]|"")*)")?\s*\)\s*', re.I)
_PLACE = re.compile(r"([A-Z]+)([0-9]+)")
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def marked_rows(path: Path, sheet: str) -> Iterator[MarkedRow]:
    """The rows of a sheet that have such cells; nothing for a workbook that is no .xlsx.

    Raises:
        ElementTree.ParseError, zipfile.BadZipFile, ValueError: the workbook is damaged.
    """
    with zipfile.ZipFile(path) as archive:
        part = _part_of(archive, sheet)
        if part is None or not _has_marks(archive, part):
            return
        yield from _parsed(archive, part)


def _part_of(archive: zipfile.ZipFile, sheet: str) -> str | None:
    names = set(archive.namelist())
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
        return None
    ids = {
        element.get("name"): element.get(_RELATION)
        for element in ElementTree.fromstring(archive.read("xl/workbook.xml")).iter()
        if _local(element) == "sheet"
    }
    targets = {
        element.get("Id"): element.get("Target", "")
        for element in ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    }
    target = targets.get(ids.get(sheet), "")
    part = target[1:] if target.startswith("/") else normpath(join("xl", target))
    return part if part in names else None


def _has_marks(archive: zipfile.ZipFile, part: str) -> bool:
    with archive.open(part) as file:
        rest = b""
        while block := file.read(_BLOCK_BYTES):
            if _MARK.search(rest + block):
                return True
            rest = block[-_OVERLAP_BYTES:]
    return False


def _parsed(archive: zipfile.ZipFile, part: str) -> Iterator[MarkedRow]:
    links: set[str] = set()
    row = -1
    with archive.open(part) as file:
        for _, element in ElementTree.iterparse(file, events=("end",)):
            if _local(element) == "row":
                row = int(element.get("r", row + 2)) - 1
                if not 0 <= row < _LAST_ROW:
                    raise ValueError(f"no sheet has a row {row + 1}")
                found = _row_marks(element, links)
                if found:
                    yield row, found
                element.clear()


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
    parts = {_local(part): part for part in cell}
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


def _local(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]
