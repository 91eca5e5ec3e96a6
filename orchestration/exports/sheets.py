"""From bytes to sheets with a header and batches of rows; the kind of file is told by its content.

Rows count from 1 as a spreadsheet shows them, in text files too: a quoted line break or a blank
line makes no difference to which row a row is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path

from orchestration.exports.cells import Cell, cell_text, clean, is_total
from orchestration.exports.errors import UnreadableFile
from orchestration.exports.header_row import SEARCHED_ROWS, header_place
from orchestration.exports.layouts import LayoutBook
from orchestration.exports.sniff import kind_of
from orchestration.exports.text_file import read_text
from orchestration.exports.workbook import read_workbook

# So much of a row must be headers of the file before it is taken for a header.
_HEADER_SHARE = 0.5


@dataclass(frozen=True)
class Batch:
    """Some rows of a sheet, turned on their side: one tuple of cells per column.

    `other_length`: number of cells by place, for rows that are longer or shorter than the
    header; their own cells are left out, for nobody can say under which header they belong.
    """

    first_row: int
    columns: list[tuple[Cell, ...]]
    other_length: dict[int, int] = field(default_factory=dict)

    @property
    def size(self) -> int:
        return len(self.columns[0])


class Sheet:
    """A sheet with its header, the best among its first rows. To be read once.

    `width` is the number of cells up to the last header, `titles` how many rows that hold
    anything stand above it.
    """

    def __init__(
        self,
        name: str,
        rows: Iterator[Sequence[Cell]],
        book: LayoutBook,
        file_name: str,
        *,
        is_last_row_whole: bool = True,
    ) -> None:
        self.name = name
        self._file_name = file_name
        self._is_last_row_whole = is_last_row_whole
        above, filled = _first_rows(rows)
        texts = [[cell_text(cell) for cell in above[place]] for place in filled]
        chosen = header_place(texts, book) if texts else 0
        self.titles = chosen
        self.header = texts[chosen] if texts else []
        self.width = max((n for n, text in enumerate(self.header, 1) if text.strip()), default=0)
        self._spellings = frozenset(text.strip() for text in self.header if text.strip())
        self._row = filled[chosen] + 1 if filled else len(above)
        self._rows = chain(above[self._row :], rows)

    def batches(self, rows_each: int) -> Iterator[Batch]:
        """The rows below the header.

        Raises:
            UnreadableFile: a second header stands among them, or the last row is cut off.
        """
        batch = None
        while rows := list(islice(self._rows, rows_each)):
            if batch is not None:
                yield batch
            batch = self._batch(rows)
        if batch is not None:
            self._refuse_cut_off(batch)
            yield batch

    def _batch(self, rows: list[Sequence[Cell]]) -> Batch:
        other_length = self._set_apart(rows)
        columns = list(zip(*rows, strict=True))
        batch = Batch(self._row + 1, columns, other_length)
        self._row += len(rows)
        if not all(map(self._spellings.isdisjoint, columns)):
            for place, row in enumerate(rows):
                self._refuse_header(row, batch.first_row + place)
        return batch

    def _set_apart(self, rows: list[Sequence[Cell]]) -> dict[int, int]:
        """Blank the rows of another length than the header; their numbers of cells by place."""
        full = len(self.header)
        is_even = set(map(len, rows)) == {full}
        if is_even and self.width == full:
            return {}
        found: dict[int, int] = {}
        for place, row in enumerate(rows):
            if len(row) == full and not any(map(_is_filled, row[self.width :])):
                continue
            self._refuse_header(row, self._row + 1 + place)
            filled = max((n for n, cell in enumerate(row, 1) if _is_filled(cell)), default=0)
            rows[place] = [""] * full
            if row and is_total(row[0]):
                rows[place] = [row[0], *[""] * (full - 1)]
            elif filled:
                found[place] = filled if len(row) == full else len(row)
        return found

    def _refuse_header(self, row: Sequence[Cell], number: int) -> None:
        filled = [cell for cell in row if _is_filled(cell)]
        same = sum(isinstance(cell, str) and cell.strip() in self._spellings for cell in filled)
        # One cell alone may be a product named like a header, unless that is all there is.
        if same >= min(2, len(self._spellings)) and same >= _HEADER_SHARE * len(filled):
            raise UnreadableFile(
                f"{self._file_name}: row {number} is a second header, as if two exports were "
                "pasted together; save each as a file of its own."
            )

    def _refuse_cut_off(self, batch: Batch) -> None:
        cells = batch.other_length.get(batch.size - 1)
        if not self._is_last_row_whole and cells is not None and cells < self.width:
            raise UnreadableFile(
                f"{self._file_name}: it is cut off in row {self._row}, its last; download it again."
            )


def open_sheets(path: Path, file_name: str, book: LayoutBook) -> list[Sheet]:
    """The visible sheets that hold anything, in their order; a text file is one sheet.

    Raises:
        UnreadableFile: the bytes are no table, or a damaged or locked one.
    """
    kind = kind_of(path, file_name)
    if kind == "text":
        text = read_text(path, file_name, book)
        sheets = [Sheet("", text.rows, book, file_name, is_last_row_whole=text.is_last_line_ended)]
    else:
        sheets = [
            Sheet(name, rows, book, file_name)
            for name, rows in read_workbook(path, kind, file_name)
        ]
    return [sheet for sheet in sheets if sheet.header]


def _first_rows(rows: Iterator[Sequence[Cell]]) -> tuple[list[Sequence[Cell]], list[int]]:
    """Rows up to the tenth that holds anything, and the places of those that do."""
    read: list[Sequence[Cell]] = []
    filled: list[int] = []
    for row in rows:
        read.append(row)
        if any(map(_is_filled, row)):
            filled.append(len(read) - 1)
        if len(filled) == SEARCHED_ROWS:
            break
    return read, filled


def _is_filled(cell: Cell) -> bool:
    return clean(cell) is not None if isinstance(cell, str) else True
