"""A look at the sheets of an .xlsx file before it is opened: how far they reach, what to look up.

The library that opens it takes memory for every place between the first and the last cell, and for
a shared text as often as a cell refers to it; if it gets none, the whole process ends. So it only
gets files that are proved to need little. This look proves it for what exports are like; it says
nothing against what it does not know.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import NamedTuple
from zipfile import ZipFile

from orchestration.exports import kernels
from orchestration.exports.ahead import done_ahead
from orchestration.exports.table.workbook_parts import blocks_of, sheet_parts

# Formulas and errors: they may mean something else than the library shows.
_MARK = r"""<([^\s<>/!?]*:)?f[\s/>]|\bt=["']e["']"""
# What lies outside of a shape: by the letters of a column, by the digits of a row. No shape has
# more than 16 million places, for which the library takes 500 MB.
_SHAPES = (
    # Up to EZ99999, up to BZ199999, and up to Z599999.
    ("[F-Z][A-Z]|[A-Z]{3}", "[0-9]{6}"),
    ("[C-Z][A-Z]|[A-Z]{3}", "[2-9][0-9]{5}|[0-9]{7}"),
    ("[A-Z]{2}", "[6-9][0-9]{5}|[0-9]{7}"),
)
# A cell takes 56 bytes of memory, and is no shorter than `<c r="A1" t="s"><v>0</v></c>`.
_MEMORY_OF_CELL, _SHORTEST_CELL = 56, 29
# What the cells and texts of a sheet may take beside its places.
_MOST_BYTES = 1_000_000_000
_SHARED_TEXTS, _STYLES = "xl/sharedStrings.xml", "xl/styles.xml"
_TEXT_MARK = b"<si"
# One thread unpacks, so that more than two others would wait for it.
_THREADS = 2


class Look(NamedTuple):
    """The parts of the sheets with formulas or errors; whether all surely need little memory."""

    marked: dict[str, str]
    is_modest: bool


def look_at(archive: ZipFile) -> Look:
    """Look at all sheets of a workbook.

    Raises:
        one of ZIP_FAULTS, ElementTree.ParseError: it is damaged.
    """
    parts = sheet_parts(archive)
    longest = _longest_text(archive)
    marked: dict[str, str] = {}
    is_modest = all(parts.values()) and bool(parts)
    for name, part in parts.items():
        if part:
            has_marks, fits = _marks_and_fit(archive, part)
            cells = archive.getinfo(part).file_size // _SHORTEST_CELL
            is_modest &= fits and cells * (_MEMORY_OF_CELL + longest) < _MOST_BYTES
            marked |= {name: part} if has_marks else {}
    return Look(marked, is_modest)


def _marks_and_fit(archive: ZipFile, part: str) -> tuple[bool, bool]:
    """Whether a sheet has marks, and whether all its cells lie within one of the shapes."""
    # Most sheets have neither marks nor any cell beyond the first shape: one look for both.
    if not _holds(archive, part, f"{_MARK}|{_cell_beyond(*_SHAPES[0])}"):
        return False, True
    fits = not all(_holds(archive, part, _cell_beyond(*shape)) for shape in _SHAPES)
    return _holds(archive, part, _MARK), fits


def _cell_beyond(columns: str, rows: str) -> str:
    """A cell that is not written `<c r="A1"` with a reference within a shape."""
    reference = rf'[^A-Z]|{columns}|[A-Z]+({rows}|[0-9]*[^A-Z0-9"]|[A-Z]*")'
    cell = rf'c([\t\r\n/>]| [^r]| r[^=]| r=[^"]| r="({reference}))'
    # NUL bytes stand in text of another encoding, whose cells would not be seen.
    return rf"<({cell}|[^\s<>/!?]*:c[\s/>])|\x00"


def _holds(archive: ZipFile, part: str, pattern: str) -> bool:
    pieces = _pieces(blocks_of(archive, part))
    with ThreadPoolExecutor(_THREADS) as pool:
        found = done_ahead(pool, (partial(_found, p, pattern) for p in pieces), ahead=_THREADS)
        return any(found)


def _found(piece: bytes | memoryview, pattern: str) -> bool:
    return kernels.is_any(kernels.holds(kernels.one_text(piece), pattern))


def _pieces(blocks: Iterable[bytes]) -> Iterator[bytes | memoryview]:
    """The blocks cut anew before a tag, so that none is cut apart; no copy is made of most."""
    rest = b""
    for block in blocks:
        first, last = block.find(b"<"), block.rfind(b"<")
        if first < 0:
            rest += block
            continue
        yield rest + block[:first]
        yield memoryview(block)[first:last]
        rest = block[last:]
    yield rest


def _longest_text(archive: ZipFile) -> int:
    """The most bytes that a shared text has; the styles are only seen to be as long as they say."""
    names = archive.namelist()
    for _ in blocks_of(archive, _STYLES) if _STYLES in names else ():
        pass
    longest = length = 0
    for block in blocks_of(archive, _SHARED_TEXTS) if _SHARED_TEXTS in names else ():
        first, *others = map(len, block.split(_TEXT_MARK))
        longest = max(longest, length + first, *others)
        length = others[-1] if others else length + first
    return longest
