"""The quick way through a large CSV that has nothing unusual in it, a block at a time.

It reads UTF-8 whose quotes are well formed and whose rows all have the header's length. Anything
else (`NotPlain`) is left to the thorough way, which says what is wrong: this one judges nothing.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from orchestration.exports.cell_batches import CellBatches, cells_schema
from orchestration.exports.errors import ExportError
from orchestration.exports.layouts import LayoutBook
from orchestration.exports.recognise import Recognised
from orchestration.exports.sheets import Sheet
from orchestration.exports.text_file import rows_of_text

# Below this the thorough way is as quick, for starting threads costs more than it saves.
SMALLEST = 1 << 20
# Large enough to keep two cores busy, small enough that a few of them in flight stay small.
_BLOCK_BYTES = 8 << 20
# The first rows lie in here, or the file is unusual.
_HEAD_BYTES = 1 << 18
_MARK = b"\xef\xbb\xbf"
_REPLACEMENT = "\ufffd".encode()
_QUOTE = ord('"')


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

    def batches(self, found: Recognised) -> Iterator[pa.RecordBatch]:
        """The rows below the header as text cells.

        Raises:
            NotPlain: something stands in the way; what was given so far is to be thrown away.
        """
        names = [f"c{place}" for place in range(len(self.header))]
        wanted = sorted({0, *found.positions.values()})
        spellings = pa.array({text.strip() for text in self.header if text.strip()}, pa.string())
        schema = cells_schema(found)
        row_number = self.sheet.first_row
        with self.path.open("rb") as file:
            proof = _Proof(file, self.delimiter)
            try:
                for batch in self._parsed(pa.PythonFile(proof, mode="r"), names, wanted):
                    _refuse_headers(batch, spellings)
                    yield _as_cells(batch, row_number, found, schema)
                    row_number += batch.num_rows
            except (pa.ArrowException, UnicodeError) as error:
                raise NotPlain(str(error)) from error
            proof.close_file()

    def _parsed(
        self, source: pa.PythonFile, names: list[str], wanted: list[int]
    ) -> Iterator[pa.RecordBatch]:
        taken = [names[place] for place in wanted]
        yield from pa_csv.open_csv(
            source,
            pa_csv.ReadOptions(
                block_size=_BLOCK_BYTES,
                skip_rows=self.sheet.first_row - 1,
                column_names=names,
            ),
            pa_csv.ParseOptions(
                delimiter=self.delimiter, newlines_in_values=True, ignore_empty_lines=False
            ),
            pa_csv.ConvertOptions(
                column_types=dict.fromkeys(taken, pa.string()),
                include_columns=taken,
                strings_can_be_null=False,
            ),
        )


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


class _Proof(io.RawIOBase):
    """The bytes of a file as they are read, proved to be plain on their way."""

    def __init__(self, file: io.BufferedReader, delimiter: str) -> None:
        super().__init__()
        self._file = file
        self._before_quote = np.frombuffer(f'{delimiter}\r\n"'.encode(), np.uint8)
        self._is_inside = False
        self._last = ord("\n")
        self._rest = b""
        if self._file.read(len(_MARK)) != _MARK:
            self._file.seek(0)

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes.

        Raises:
            NotPlain: they are not.
        """
        block = self._file.read(size)
        self._prove(block)
        return block

    def close_file(self) -> None:
        """See that the end is plain too: no quote is open, no character cut off.

        Raises:
            NotPlain: it is not.
        """
        _prove_text(self._rest)
        if self._is_inside:
            raise NotPlain("a quote is never closed")

    def _prove(self, block: bytes) -> None:
        whole, _, rest = (self._rest + block).rpartition(b"\n")
        if b"\0" in block or _REPLACEMENT in whole or len(rest) > _BLOCK_BYTES:
            raise NotPlain("bytes that are no text")
        _prove_text(whole)
        self._rest = rest
        self._prove_quotes(np.frombuffer(block, np.uint8))

    def _prove_quotes(self, block: np.ndarray) -> None:
        """Opening quotes follow a delimiter, closing ones precede one; doubled ones are text."""
        if not len(block):
            return
        is_after_quote = self._last == _QUOTE and not self._is_inside
        if is_after_quote and block[0] not in self._before_quote:
            raise NotPlain("text behind a quote")
        places = np.flatnonzero(block == _QUOTE)
        if len(places):
            before = np.concatenate(([self._last], block))[places]
            opens = (np.arange(len(places)) + self._is_inside) % 2 == 0
            if not np.isin(before[opens], self._before_quote).all():
                raise NotPlain("a quote within a cell")
            after_last = places[~opens] + 1
            inner = after_last[after_last < len(block)]
            if not np.isin(block[inner], self._before_quote).all():
                raise NotPlain("text behind a quote")
            self._is_inside = bool((len(places) + self._is_inside) % 2)
        self._last = int(block[-1])


def _prove_text(raw: bytes) -> None:
    try:
        pa.array([raw], pa.large_binary()).cast(pa.large_string())
    except pa.ArrowInvalid as error:
        raise NotPlain("no UTF-8") from error


def _refuse_headers(batch: pa.RecordBatch, spellings: pa.StringArray) -> None:
    for column in batch.columns:
        if _holds_any(column, spellings):
            raise NotPlain("a cell that says what a header says")


def _holds_any(column: pa.Array, texts: pa.Array) -> bool:
    options = pc.SetLookupOptions(value_set=texts)
    found = pc.call_function("any", [pc.call_function("is_in", [column], options)])
    return found.as_py() is True


def _as_cells(
    batch: pa.RecordBatch, first_row: int, found: Recognised, schema: pa.Schema
) -> pa.RecordBatch:
    rows = batch.num_rows
    numbers = pa.array(np.arange(first_row, first_row + rows, dtype=np.int64))
    places = [f"c{found.positions[name]}" for name in found.own_columns]
    return pa.RecordBatch.from_arrays(
        [
            numbers,
            batch.column("c0"),
            pa.nulls(rows, pa.string()),
            *map(batch.column, places),
        ],
        schema=schema,
    )
