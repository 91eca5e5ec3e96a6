"""CSV and TSV: rows of text cells, one line of the file in memory at a time."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TextIO

from orchestration.exports.errors import UnreadableFile
from orchestration.exports.layout.book import LayoutBook
from orchestration.exports.table.encoding import LONGEST_LINE, encoding_of, open_text
from orchestration.exports.table.header_row import SEARCHED_ROWS, best_fit

# A cell of a spreadsheet holds 32,767 characters; more is a quote that is never closed.
_LONGEST_CELL = 131_072
# As many columns as a spreadsheet can have.
_MOST_COLUMNS = 16_384
_USUAL = (",", "\t")
# Semicolons also stand in product names, so they count only where a layout then fits.
_UNUSUAL = ";"
_MARKS = (*_USUAL, _UNUSUAL)


@dataclass(frozen=True)
class TextRows:
    """The rows of a text file from its first line on, and whether its last line has an end."""

    rows: Iterator[list[str]]
    is_last_line_ended: bool


def read_text(path: Path, file_name: str, book: LayoutBook) -> TextRows:
    """The rows of a CSV or TSV; how it is written is found out from its bytes and header.

    The iterator raises UnreadableFile where quotes do not match or the file is cut off.

    Raises:
        UnreadableFile: it is no text that can be trusted.
    """
    encoding = encoding_of(path, file_name)
    # The module's limit is one for the whole process; every reading sets the same.
    csv.field_size_limit(_LONGEST_CELL)
    delimiter = _delimiter(path, encoding.name, file_name, book)
    rows = _rows(path, encoding.name, delimiter, file_name)
    return TextRows(rows, encoding.is_last_line_ended)


def rows_of_text(text: str, file_name: str, book: LayoutBook) -> tuple[str, list[list[str]]]:
    """The delimiter of a text that begins a file, and all its rows.

    Raises:
        UnreadableFile: its quotes do not match, or it is no table.
    """
    heads = {mark: _first_rows(io.StringIO(text, newline=""), mark, file_name) for mark in _MARKS}
    delimiter = _best_mark(heads, book, file_name)
    try:
        return delimiter, list(_parser(io.StringIO(text, newline=""), delimiter, file_name))
    except csv.Error as error:
        raise UnreadableFile(f"{file_name}: its quotes do not match; download it again.") from error


def _delimiter(path: Path, encoding: str, file_name: str, book: LayoutBook) -> str:
    heads: dict[str, list[list[str]]] = {}
    for mark in _MARKS:
        with open_text(path, encoding) as file:
            heads[mark] = _first_rows(file, mark, file_name)
    return _best_mark(heads, book, file_name)


def _best_mark(heads: dict[str, list[list[str]]], book: LayoutBook, file_name: str) -> str:
    widest = {mark: max(map(len, head), default=0) for mark, head in heads.items()}
    if max(widest.values()) > _MOST_COLUMNS:
        raise UnreadableFile(
            f"{file_name}: it has {max(widest.values()):,} columns, more than any spreadsheet, so "
            "it is no table; download the export again."
        )
    fits = {mark: best_fit(head, book) for mark, head in heads.items()}
    if not fits[_UNUSUAL][0]:
        del fits[_UNUSUAL]
    # max() keeps the first of equals.
    return max(fits, key=lambda mark: (fits[mark], widest[mark]))


def _first_rows(file: TextIO, delimiter: str, file_name: str) -> list[list[str]]:
    found: list[list[str]] = []
    try:
        found.extend(islice(filter(any, _parser(file, delimiter, file_name)), SEARCHED_ROWS))
    except csv.Error:
        # With the wrong delimiter quotes need not match; the rows before them tell enough.
        return found
    return found


def _rows(path: Path, encoding: str, delimiter: str, file_name: str) -> Iterator[list[str]]:
    with open_text(path, encoding) as file:
        try:
            yield from _parser(file, delimiter, file_name)
        except csv.Error as error:
            line = _line_of_fault(path, encoding, delimiter, file_name)
            what = (
                "it is cut off, or a quote is never closed"
                if "end of data" in str(error) or "field limit" in str(error)
                else "its quotes do not match"
            )
            raise UnreadableFile(
                f"{file_name}: {what}, in the row that begins in line {line}; download it again."
            ) from error


def _parser(file: TextIO, delimiter: str, file_name: str) -> Iterator[list[str]]:
    return csv.reader(_lines(file, file_name), delimiter=delimiter, strict=True)


def _lines(file: TextIO, file_name: str) -> Iterator[str]:
    for line in iter(partial(file.readline, LONGEST_LINE), ""):
        if len(line) == LONGEST_LINE:
            raise UnreadableFile(
                f"{file_name}: it has a line of more than {LONGEST_LINE:,} characters, so it is "
                "no table; download the export again."
            )
        yield line


def _line_of_fault(path: Path, encoding: str, delimiter: str, file_name: str) -> int:
    """The line in which the first row begins that cannot be read."""
    line = 1
    with open_text(path, encoding) as file:
        reader = csv.reader(_lines(file, file_name), delimiter=delimiter, strict=True)
        try:
            for _ in reader:
                line = reader.line_num + 1
        except csv.Error:
            return line
    return line
