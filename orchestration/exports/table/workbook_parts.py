"""The parts of an .xlsx file: which one is which sheet, and their bytes, block by block."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from copy import copy
from posixpath import join, normpath
from xml.etree import ElementTree
from zipfile import BadZipFile, ZipFile

# A sheet's entry takes some 200 bytes: this is room for 80,000 sheets.
_LONGEST_LIST = 16 << 20
_BLOCK_BYTES = 1 << 20
_BOOK, _RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def sheet_parts(archive: ZipFile) -> dict[str, str]:
    """The part of each sheet, by the sheet's name; "" where nobody can tell which one it is.

    Nothing for a workbook that is no .xlsx.

    Raises:
        ElementTree.ParseError, BadZipFile, ValueError: the workbook is damaged.
    """
    names = archive.namelist()
    # Of two parts or two sheets of one name, another program may take either.
    parts = {name for name, count in Counter(map(str.casefold, names)).items() if count == 1}
    if not {_BOOK, _RELATIONS} <= set(names):
        return {}
    targets = {e.get("Id"): e.get("Target", "") for e in _tree(archive, _RELATIONS)}
    found: dict[str, str] = {}
    for element in _tree(archive, _BOOK).iter():
        if local_name(element) == "sheet":
            name, part = element.get("name", ""), _part(targets.get(element.get(_RELATION), ""))
            is_known = part in names and part.casefold() in parts and name not in found
            found[name] = part if is_known else ""
    return found


def blocks_of(archive: ZipFile, part: str) -> Iterator[bytes]:
    """The bytes of a part in blocks.

    Raises:
        BadZipFile: it is damaged, or holds more bytes than the list of parts tells.
    """
    told = archive.getinfo(part)
    # One byte more than told is asked for: a part that hides a bomb gives it.
    more = copy(told)
    more.file_size += 1
    left = told.file_size
    with archive.open(more) as file:
        while block := file.read(_BLOCK_BYTES):
            left -= len(block)
            if left < 0:
                raise BadZipFile(f"{part} holds more than it tells")
            yield block


def local_name(element: ElementTree.Element) -> str:
    """The name of an element without its namespace."""
    return element.tag.rpartition("}")[2]


def _tree(archive: ZipFile, part: str) -> ElementTree.Element:
    if archive.getinfo(part).file_size > _LONGEST_LIST:
        raise BadZipFile(f"{part} is longer than any list of sheets")
    return ElementTree.fromstring(b"".join(blocks_of(archive, part)))


def _part(target: str) -> str:
    return target[1:] if target.startswith("/") else normpath(join("xl", target))
