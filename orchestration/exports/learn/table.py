"""The table of a file whose headers need not be known: its header, and all its cells as text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path

from orchestration.exports.errors import UnreadableFile
from orchestration.exports.layout.book import Column, Layout, LayoutBook
from orchestration.exports.layout.headers import normalise, shown
from orchestration.exports.layout.recognise import Recognised, fit
from orchestration.exports.layout.rows import Terms
from orchestration.exports.table.cell_batches import Piece
from orchestration.exports.table.cells import Cell, cell_text, clean
from orchestration.exports.table.header_row import SEARCHED_ROWS, header_place
from orchestration.exports.table.sheets import open_sheets
from orchestration.exports.table.sniff import is_zip_of_files, kind_of
from orchestration.exports.table.text_file import read_text
from orchestration.exports.table.workbook import read_workbook

# One known header in a row may be a product of that name; two are a header row.
_KNOWN_HEADERS = 2
# Names of columns are short, and no numbers; a cell of a row may be anything.
_LONGEST_HEADER = 40
_EVERYTHING = "learn__everything"


@dataclass(frozen=True)
class Table:
    """A file's table: `sheet` is its name ("" in a text file), `header` the texts of its header."""

    path: Path
    file_name: str
    sheet: str
    header: tuple[str, ...]

    @property
    def columns(self) -> Mapping[int, str]:
        """The name in `pieces` of each column that has a header, by its place from 0."""
        return {place: f"c{place}" for place, text in enumerate(self.header) if normalise(text)}

    def spelling(self, place: int) -> str:
        """A header as it is written into a layout."""
        return shown(self.header[place])

    def pieces(self) -> Iterator[Piece]:
        """All rows below the header, a column of text per header, named as in `columns`.

        Raises:
            UnreadableFile: the file is cut off, or a second header stands in it.
        """
        found = self._all_known()
        book = LayoutBook({_EVERYTHING: found.layout})
        sheets = open_sheets(self.path, self.file_name, book)
        (sheet,) = (sheet for sheet in sheets if sheet.name == self.sheet)
        return sheet.pieces(found)

    def _all_known(self) -> Recognised:
        """The header as if a layout knew all of it, each column as text."""
        named = {name: self.header[place] for place, name in self.columns.items()}
        layout = Layout(
            source=_EVERYTHING,
            columns={name: Column(name, "text", "no", (text,)) for name, text in named.items()},
            column_of={normalise(text): name for name, text in named.items()},
            ignored={},
            terms=(_no_terms(),),
        )
        positions = {name: place for place, name in self.columns.items()}
        return Recognised(layout, positions, named, ())


def _no_terms() -> Terms:
    return Terms.model_construct(source=_EVERYTHING, effective_from=date.min, replace_by=())


def open_table(path: Path, file_name: str, book: LayoutBook) -> Table:
    """Find the one table of a file; its header is what the book knows, else the fullest row.

    Raises:
        UnreadableFile: the bytes are no table, or several sheets may be meant.
    """
    if is_zip_of_files(path):
        raise UnreadableFile(
            f"{file_name}: it is a ZIP of other files; unpack it, and name one of them."
        )
    heads = {name: head for name, head in _heads(path, file_name, book) if head}
    if not heads:
        raise UnreadableFile(f"{file_name}: nothing in it can be seen; export it again.")
    headers = {name: _header(rows, book) for name, rows in heads.items()}
    sheet = max(headers, key=lambda name: _worth(headers[name], book))
    if sum(_worth(header, book) == _worth(headers[sheet], book) for header in headers.values()) > 1:
        titles = ", ".join(f"'{shown(name)}'" for name in headers)
        raise UnreadableFile(
            f"{file_name}: the sheets {titles} may all be meant; save one as a file of its own."
        )
    if len(list(filter(normalise, headers[sheet]))) < _KNOWN_HEADERS:
        raise UnreadableFile(
            f"{file_name}: only one column can be told apart; save it as .xlsx, or as CSV with "
            "commas."
        )
    return Table(path, file_name, sheet, tuple(headers[sheet]))


def _heads(path: Path, file_name: str, book: LayoutBook) -> Iterator[tuple[str, list[list[str]]]]:
    """The first rows that hold anything, as text, of each sheet."""
    kind = kind_of(path, file_name)
    sheets: list[tuple[str, Iterator[Sequence[Cell]]]]
    if kind == "text":
        sheets = [("", iter(read_text(path, file_name, book).rows))]
    else:
        sheets = [(name, iter(rows)) for name, rows in read_workbook(path, kind, file_name)]
    for name, rows in sheets:
        texts = ([cell_text(cell) for cell in row] for row in rows)
        yield name, list(islice(filter(_is_filled, texts), SEARCHED_ROWS))


def _is_filled(row: Sequence[str]) -> bool:
    return any(clean(text) is not None for text in row)


def _header(rows: Sequence[Sequence[str]], book: LayoutBook) -> Sequence[str]:
    known = rows[header_place(rows, book)]
    if fit(known, book)[1] >= _KNOWN_HEADERS:
        return known
    # max() keeps the first of equals: a header stands above its rows.
    return max(rows, key=_names)


def _names(row: Sequence[str]) -> int:
    """How many cells of a row may be names of columns, each counted once."""
    texts = {text for cell in row if (text := clean(cell)) is not None}
    return sum(len(text) <= _LONGEST_HEADER and not _is_number(text) for text in texts)


def _is_number(text: str) -> bool:
    """Whether a text is a number, a day or a time: more digits and marks than letters."""
    letters = sum(char.isalpha() for char in text)
    return letters < sum(char.isdigit() for char in text)


def _worth(header: Sequence[str], book: LayoutBook) -> tuple[bool, int, int]:
    is_fit, known, _ = fit(header, book)
    return is_fit, known, _names(header)
