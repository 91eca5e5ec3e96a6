"""The quick way through a large CSV that has nothing unusual in it, a block of rows at a time.

It reads UTF-8 whose quotes are well formed and whose rows all have the header's length. Anything
else (`NotPlain`) is left to the thorough way, which says what is wrong: this one judges nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv

from orchestration.exports import kernels
from orchestration.exports.errors import ExportError
from orchestration.exports.layout.book import LayoutBook
from orchestration.exports.layout.recognise import Recognised
from orchestration.exports.table.cell_batches import CellBatches, Piece, TextCells
from orchestration.exports.table.sheets import Sheet
from orchestration.exports.table.text_file import rows_of_text

# Below this the thorough way is as quick, for starting threads costs more than it saves.
SMALLEST = 1 << 20
# Large enough that a call costs nothing beside its work, small enough to hold a few at once.
_BLOCK_BYTES = 8 << 20
# Of short lines so many are enough: a row takes memory whatever it holds.
_BLOCK_LINES = 50_000
# The first rows lie in here, or the file is unusual.
_HEAD_BYTES = 1 << 18
_MARK = b"\xef\xbb\xbf"
_REPLACEMENT = "\ufffd".encode()
_QUOTE = b'"'


class NotPlain(Exception):  # noqa: N818 - it names what was found
    """The file has something in it that only the thorough way can judge."""


@dataclass(frozen=True)
class PlainText(CellBatches):
    """A CSV or TSV to be read the quick way."""

    path: Path
    delimiter: str
    sheet: Sheet

    @property
    def header(self) -> list[str]:
        return self.sheet.header

    @property
    def titles(self) -> list[str]:
        return self.sheet.titles

    @property
    def first_row(self) -> int:
        return self.sheet.first_row

    def pieces(self, found: Recognised) -> Iterator[Piece]:
        """The rows below the header as text cells; this and each piece raise NotPlain."""
        lines_above = self.first_row - 1
        with self.path.open("rb") as file:
            if file.read(len(_MARK)) != _MARK:
                file.seek(0)
            for block in _blocks_of_rows(file):
                yield partial(self._cells, block, lines_above, found)
                lines_above = 0

    def _cells(self, block: memoryview, lines_above: int, found: Recognised) -> TextCells:
        _prove(block, self.delimiter)
        texts = self._texts(block, lines_above, sorted({0, *found.positions.values()}))
        spellings = {text.strip() for text in self.header if text.strip()}
        if any(kernels.hold_any(column, spellings) for column in texts.values()):
            raise NotPlain("a cell that says what a header says")
        return TextCells(
            first=texts[0],
            columns={name: texts[found.positions[name]] for name in found.own_columns},
        )

    def _texts(
        self, block: memoryview, lines_above: int, places: list[int]
    ) -> dict[int, pa.StringArray]:
        names = [f"c{place}" for place in range(len(self.header))]
        taken = [names[place] for place in places]
        try:
            table = pa_csv.read_csv(
                pa.BufferReader(block),
                # All of it is one block, so no row of it is cut; threads are ours.
                pa_csv.ReadOptions(
                    use_threads=False,
                    block_size=len(block),
                    skip_rows=lines_above,
                    column_names=names,
                ),
                pa_csv.ParseOptions(delimiter=self.delimiter, ignore_empty_lines=False),
                pa_csv.ConvertOptions(
                    check_utf8=False,
                    column_types=dict.fromkeys(taken, pa.string()),
                    include_columns=taken,
                    strings_can_be_null=False,
                ),
            )
        except pa.ArrowInvalid as error:
            raise NotPlain(str(error)) from error
        return {place: _in_one(table.column(names[place])) for place in places}


def open_plain(path: Path, file_name: str, book: LayoutBook) -> PlainText | None:
    """The file for the quick way, or None where its first rows already speak against it."""
    if path.stat().st_size < SMALLEST:
        return None
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    try:
        text = head[: head.rindex(b"\n") + 1].decode("utf-8-sig")
        delimiter, rows = rows_of_text(text, file_name, book)
        sheet = Sheet("", iter(rows), book, file_name)
    except (ValueError, ExportError):
        return None
    is_even = len(sheet.header) == sheet.width > 1
    # The quick way skips lines, not rows.
    lines_above = text.splitlines(keepends=True)[: sheet.first_row - 1]
    has_one_line_each = "".join(lines_above).count('"') == 0
    return PlainText(path, delimiter, sheet) if is_even and has_one_line_each else None


def _blocks_of_rows(file: BinaryIO) -> Iterator[memoryview]:
    """The file in blocks of whole rows.

    Raises:
        NotPlain: a row is larger than a block.
    """
    begin = file.tell()
    while block := file.read(_BLOCK_BYTES):
        is_last = len(block) < _BLOCK_BYTES
        while block.count(b"\n") > _BLOCK_LINES:
            block, is_last = block[: len(block) // 2], False
        end = len(block) if is_last else _end_of_rows(block)
        if end == 0:
            raise NotPlain("a row that does not end")
        yield memoryview(block)[:end]
        begin += end
        file.seek(begin)


def _end_of_rows(block: bytes) -> int:
    """The place behind the last line end that stands in no quotes; 0 if there is none.

    The block begins with a row.
    """
    end = len(block)
    quotes = block.count(_QUOTE)
    while (line_end := block.rfind(b"\n", 0, end)) >= 0:
        quotes -= block.count(_QUOTE, line_end, end)
        if quotes % 2 == 0:
            return line_end + 1
        # It stands in the quotes that were opened last.
        end = block.rfind(_QUOTE, 0, line_end)
        quotes -= 1
    return 0


def _prove(block: memoryview, delimiter: str) -> None:
    """See that a block of whole rows is plain.

    Raises:
        NotPlain: it is not.
    """
    text = np.frombuffer(block, np.uint8)
    _prove_text(block, text)
    quotes = np.flatnonzero(text == ord(_QUOTE))
    # Opening quotes follow a delimiter, closing ones precede one; doubled ones are text.
    may_stand_beside = np.zeros(256, np.bool_)
    may_stand_beside[list(f'{delimiter}\r\n"'.encode())] = True
    opening, closing = quotes[::2], quotes[1::2]
    before = text[opening[opening > 0] - 1]
    after = text[closing[closing < len(text) - 1] + 1]
    is_even = len(opening) == len(closing)
    if not (is_even and may_stand_beside[before].all() and may_stand_beside[after].all()):
        raise NotPlain("quotes within a cell, or never closed")


def _prove_text(block: memoryview, text: np.ndarray) -> None:
    try:
        kernels.one_text(block).view(pa.large_string()).validate(full=True)
    except pa.ArrowInvalid as error:
        raise NotPlain("no UTF-8") from error
    marks = np.flatnonzero(text == _REPLACEMENT[0])
    is_lost = np.all([text[marks + n] == byte for n, byte in enumerate(_REPLACEMENT)], axis=0)
    if text.min() == 0 or is_lost.any():
        raise NotPlain("bytes that are no text")


def _in_one(column: pa.ChunkedArray) -> pa.StringArray:
    return pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], pa.string())
