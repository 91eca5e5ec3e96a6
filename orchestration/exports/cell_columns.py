"""A column of cells as text: what `cell_text` gives for each, for all of one kind at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

import pyarrow as pa

from orchestration.exports import kernels
from orchestration.exports.cells import HALF_SECOND, Cell, cell_text

# A number that Arrow writes so is written alike with the 15 digits that a spreadsheet shows.
_EXACT_NUMBER = r"0|-?[1-9][0-9]{0,14}|-?[0-9.]{3,16}"


def text_column(cells: Sequence[Cell]) -> pa.StringArray:
    """The texts of a column of cells, in their order."""
    kinds = set(map(type, cells))
    if kinds <= {str}:
        return pa.array(cells, pa.string())
    texts = [_TEXTS.get(kind, _one_by_one)(_of_kind(cells, kind, kinds)) for kind in kinds]
    return kernels.coalesced(*texts)


def _of_kind(cells: Sequence[Cell], kind: type, kinds: set[type]) -> Sequence[Cell | None]:
    if len(kinds) == 1:
        return cells
    return [cell if type(cell) is kind else None for cell in cells]


def _numbers(cells: Sequence[Cell | None]) -> pa.StringArray:
    texts = pa.array(cells, pa.float64()).cast(pa.string())
    are_exact = kernels.matches(texts, _EXACT_NUMBER)
    if kernels.are_all(are_exact):
        return texts
    others = [
        None if exact else cell for cell, exact in zip(cells, are_exact.to_pylist(), strict=True)
    ]
    return kernels.coalesced(kernels.only(texts, are_exact), _one_by_one(others))


def _times(cells: Sequence[Cell | None]) -> pa.StringArray:
    rounded = kernels.computed("add", pa.array(cells, pa.timestamp("us")), pa.scalar(HALF_SECOND))
    return kernels.to_the_second(rounded).cast(pa.timestamp("s")).cast(pa.string())


def _one_by_one(cells: Sequence[Cell | None]) -> pa.StringArray:
    return pa.array([None if cell is None else cell_text(cell) for cell in cells], pa.string())


_TEXTS: dict[type, Callable[[Sequence[Cell | None]], pa.StringArray]] = {
    str: lambda cells: pa.array(cells, pa.string()),
    float: _numbers,
    datetime: _times,
}
