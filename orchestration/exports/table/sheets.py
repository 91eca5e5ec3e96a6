"""From bytes to sheets with a header and batches of rows; the kind of file is told by its content.

Rows count from 1 as a spreadsheet shows them, in text files too: a quoted line break or a blank
line makes no difference to which row a row is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain, islice
from pathlib import Path

from orchestration.exports import kernels
from orchestration.exports.errors import UnreadableFile
from orchestration.exports.layout.book import LayoutBook
from orchestration.exports.layout.recognise import Recognised
from orchestration.exports.table.cell_batches import Piece, TextCells
from orchestration.exports.table.cell_columns import Kinds, by_kind, texts_of
from orchestration.exports.table.cells import Cell, cell_text, clean, is_total
from orchestration.exports.table.header_row import SEARCHED_ROWS, header_place
from orchestration.exports.table.sniff import kind_of
from orchestration.exports.table.text_file import read_text
from orchestration.exports.table.workbook import read_workbook

# So much of a row must be headers of the file before it is taken for a header.
_HEADER_SHARE = 0.5
# A header is looked for in so many rows, blank ones among them.
_FIRST_ROWS = 1_000
# So few rows are still in the processor's cache when their cells are turned into text.
_BATCH_ROWS = 250
# 20,000 rows of text: enough that a call to Arrow costs nothing beside its work.
_BATCHES_OF_A_PIECE = 80


class Sheet:
    """A sheet with its header, the best among its first rows. To be read once.

    `width` is the number of cells up to the last header, `titles` the texts of the rows above it
    that hold anything, `first_row` the number of the first row below it.
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
        self.titles = [" ".join(filter(None, map(clean, text))) for text in texts[:chosen]]
        self.header = texts[chosen] if texts else []
        self.width = max((n for n, text in enumerate(self.header, 1) if text.strip()), default=0)
        self._spellings = frozenset(text.strip() for text in self.header if text.strip())
        self._row = filled[chosen] + 1 if filled else len(above)
        self._rows = chain(above[self._row :], rows)

    @property
    def first_row(self) -> int:
        return self._row + 1

    def numbered_rows(self) -> Iterator[tuple[int, Sequence[Cell]]]:
        """The rows below the header with their numbers, as they stand; in place of `pieces`."""
        return enumerate(self._rows, self.first_row)

    def has_header_length(self, row: Sequence[Cell]) -> bool:
        """Whether every cell of a row stands under a header."""
        return len(row) == len(self.header) and not any(map(_is_filled, row[self.width :]))

    def pieces(self, found: Recognised) -> Iterator[Piece]:
        """The rows below the header, as text cells of the mapped columns.

        The cells of a row that is longer or shorter than the header are left out, for nobody
        can say under which header they belong.

        Raises:
            UnreadableFile: a second header stands among them, or the last row is cut off.
        """
        wanted = {0, *found.positions.values()}
        piece, other_length, first_row = [], {}, self.first_row
        rows = list(islice(self._rows, _BATCH_ROWS))
        while rows:
            following = list(islice(self._rows, _BATCH_ROWS))
            place = self.first_row - first_row
            other_length |= {place + n: count for n, count in self._set_apart(rows).items()}
            if not following:
                last = place + len(rows) - 1
                self._refuse_cut_off(other_length.get(last), first_row + last)
            piece.append(_sorted(rows, wanted))
            self._row += len(rows)
            if len(piece) == _BATCHES_OF_A_PIECE or not following:
                yield partial(self._cells, piece, first_row, other_length, found)
                piece, other_length, first_row = [], {}, self.first_row
            rows = following

    def _cells(
        self,
        piece: Sequence[Mapping[int, Kinds]],
        first_row: int,
        other_length: Mapping[int, int],
        found: Recognised,
    ) -> TextCells:
        texts = {place: texts_of([batch[place] for batch in piece]) for place in piece[0]}
        if any(kernels.hold_any(column, self._spellings) for column in texts.values()):
            columns = [column.to_pylist() for column in texts.values()]
            for number, row in enumerate(zip(*columns, strict=True), first_row):
                self._refuse_header(row, number)
        return TextCells(
            first=texts[0],
            columns={name: texts[found.positions[name]] for name in found.own_columns},
            other_length={place: self._sentence(count) for place, count in other_length.items()},
        )

    def _sentence(self, cells: int) -> str:
        return (
            f"The row has {cells} cells and the header {self.width}, so they may be shifted; "
            "download the export again or mend the row."
        )

    def _set_apart(self, rows: list[Sequence[Cell]]) -> dict[int, int]:
        """Blank the rows of another length than the header; their numbers of cells by place."""
        full = len(self.header)
        is_even = set(map(len, rows)) == {full}
        if is_even and self.width == full:
            return {}
        blank = [""] * full
        found: dict[int, int] = {}
        for place, row in enumerate(rows):
            if self.has_header_length(row):
                continue
            self._refuse_header(row, self._row + 1 + place)
            filled = max((n for n, cell in enumerate(row, 1) if _is_filled(cell)), default=0)
            rows[place] = blank
            if row and is_total(row[0]):
                rows[place] = [row[0], *blank[1:]]
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

    def _refuse_cut_off(self, cells: int | None, number: int) -> None:
        if not self._is_last_row_whole and cells is not None and cells < self.width:
            raise UnreadableFile(
                f"{self._file_name}: it is cut off in row {number}, its last; download it again."
            )


def _sorted(rows: Sequence[Sequence[Cell]], wanted: Collection[int]) -> dict[int, Kinds]:
    """The cells under these places, by place and kind."""
    columns = enumerate(zip(*rows, strict=True))
    return {place: by_kind(cells) for place, cells in columns if place in wanted}


def open_sheets(path: Path, file_name: str, book: LayoutBook) -> Iterator[Sheet]:
    """The visible sheets that hold anything, in their order; a text file is one sheet.

    Whoever keeps only some of them keeps only the cells of these in memory.

    Raises:
        UnreadableFile: the bytes are no table, or a damaged or locked one.
    """
    kind = kind_of(path, file_name)
    if kind == "text":
        text = read_text(path, file_name, book)
        sheets = iter(
            [Sheet("", text.rows, book, file_name, is_last_row_whole=text.is_last_line_ended)]
        )
    else:
        workbook = read_workbook(path, kind, file_name)
        sheets = (Sheet(name, rows, book, file_name) for name, rows in workbook)
    return (sheet for sheet in sheets if sheet.header)


def _first_rows(rows: Iterator[Sequence[Cell]]) -> tuple[list[Sequence[Cell]], list[int]]:
    """Rows up to the tenth that holds anything, and the places of those that do."""
    read: list[Sequence[Cell]] = []
    filled: list[int] = []
    for row in islice(rows, _FIRST_ROWS):
        read.append(row)
        if any(map(_is_filled, row)):
            filled.append(len(read) - 1)
        if len(filled) == SEARCHED_ROWS:
            break
    return read, filled


def _is_filled(cell: Cell) -> bool:
    return clean(cell) is not None if isinstance(cell, str) else True
