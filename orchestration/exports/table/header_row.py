"""Which of a sheet's first rows is its header. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from orchestration.exports.layout.book import LayoutBook
from orchestration.exports.layout.recognise import NO_FIT, Fit, fit

# Titles, notes and grouped headers above the real one have been seen in up to five rows.
SEARCHED_ROWS = 10


def best_fit(rows: Sequence[Sequence[str]], book: LayoutBook) -> Fit:
    """How well the best of these rows fits any layout."""
    return max((fit(row, book) for row in rows), default=NO_FIT)


def header_place(rows: Sequence[Sequence[str]], book: LayoutBook) -> int:
    """The index of the row that fits a layout best, the first of equals; at least one row."""
    return max(range(len(rows)), key=lambda place: (fit(rows[place], book), -place))
