"""A column of cells at once is the text of each of its cells, whichever batches they come in."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.exports.table.cell_columns import by_kind, texts_of
from orchestration.exports.table.cells import Cell, cell_text

# A time half a second before the year 10000 is rounded to one that Python does not have.
TIMES = st.datetimes(max_value=datetime.fromisoformat("9999-12-31"))
NUMBERS = st.one_of(
    st.floats(allow_infinity=True, allow_nan=True),
    st.integers(-(10**7), 10**7).map(lambda cents: cents / 100),
    st.integers(-(10**16), 10**16).map(float),
)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=9)
OTHERS = st.one_of(st.booleans(), st.dates(min_value=date(1900, 1, 1)), st.integers(0, 9))
COLUMNS = st.one_of(
    st.lists(TEXTS, min_size=1),
    st.lists(NUMBERS, min_size=1),
    st.lists(TIMES, min_size=1),
    st.lists(st.one_of(TEXTS, NUMBERS, TIMES, OTHERS), min_size=1),
)


@given(st.lists(COLUMNS, min_size=1, max_size=4))
def test_a_column_is_the_text_of_each_cell(batches: list[list[Cell]]) -> None:
    wanted = [cell_text(cell) for batch in batches for cell in batch]
    assert texts_of([by_kind(batch) for batch in batches]).to_pylist() == wanted


@pytest.mark.parametrize(
    "cells", [[""], ["", ""], ["\x00"], ["a\x00", "b"], ["a", "b\x00c", ""], [0.1 + 0.2, -0.0]]
)
def test_blank_texts_and_what_stands_between_joined_ones(cells: list[Cell]) -> None:
    assert texts_of([by_kind(cells), by_kind(cells)]).to_pylist() == 2 * list(map(cell_text, cells))
