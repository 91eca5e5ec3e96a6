"""Rows of cells as the bytes of a CSV or TSV."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterable, Sequence

from orchestration.samples.market.cells import Cell, Formula

# The byte order mark must not depend on the machine.
_MARKED = {"utf-16": ("utf-16-le", codecs.BOM_UTF16_LE)}


def text_bytes(rows: Iterable[Sequence[Cell]], encoding: str, delimiter: str) -> bytes:
    """The file's bytes: lines end as on Windows, cells are quoted where they must be."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=delimiter, lineterminator="\r\n")
    writer.writerows([_text(cell) for cell in row] for row in rows)
    return encoded(file.getvalue(), encoding)


def encoded(text: str, encoding: str) -> bytes:
    """Text as bytes in an encoding, with a byte order mark where the encoding has one."""
    name, mark = _MARKED.get(encoding, (encoding, b""))
    return mark + text.encode(name)


def _text(cell: Cell) -> str:
    return cell.text if isinstance(cell, Formula) else str(cell)
