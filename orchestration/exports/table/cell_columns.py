"""Columns of cells as text: what `cell_text` gives for each cell, for all of one kind at once.

Cells are first sorted by kind, which takes the interpreter; what takes time beside that is done by
Arrow, in any thread.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import cast

import pyarrow as pa

from orchestration.exports import kernels
from orchestration.exports.table.cells import EXACT_BELOW, HALF_SECOND, Cell, cell_text

# The cells of a column: joined if all are texts (`str`) or all numbers (`bytes`), which costs the
# interpreter least; or by their kind, in their places, null where one is of another kind.
Kinds = str | bytes | Mapping[type, pa.Array]

# In no cell of a workbook, and in few of a text file.
_BETWEEN = "\x00"
_ARROW_TYPES = {str: pa.string(), float: pa.float64(), datetime: pa.timestamp("us")}
# A number that Arrow writes so is written alike with the 15 digits that a spreadsheet shows.
_EXACT_NUMBER = r"0|-?[1-9][0-9]{0,14}|-?[0-9.]{3,16}"


def by_kind(cells: Sequence[Cell]) -> Kinds:
    """Sort the cells of a column."""
    kinds = set(map(type, cells))
    if kinds == {str}:
        joined = _BETWEEN.join(cast(Sequence[str], cells))
        return joined if joined.count(_BETWEEN) == len(cells) - 1 else {str: _loaded(str, cells)}
    if kinds == {float}:
        return struct.pack(f"{len(cells)}d", *cells)
    if len(kinds) == 1:
        return {kind: _loaded(kind, cells) for kind in kinds}
    return {k: _loaded(k, [c if type(c) is k else None for c in cells]) for k in kinds}


def texts_of(batches: Sequence[Kinds]) -> pa.StringArray:
    """The texts of a column that comes in batches."""
    texts = [batch for batch in batches if isinstance(batch, str)]
    if len(texts) == len(batches):
        return _split(_BETWEEN.join(texts))
    numbers = [batch for batch in batches if isinstance(batch, bytes)]
    if len(numbers) == len(batches):
        return _numbers(kernels.doubles(b"".join(numbers)))
    arrays = [_arrays(batch) for batch in batches]
    kinds = {kind for batch in arrays for kind in batch}
    return kernels.coalesced(*(_texts_of(kind, arrays) for kind in kinds))


def _arrays(batch: Kinds) -> Mapping[type, pa.Array]:
    if isinstance(batch, str):
        return {str: _split(batch)}
    return {float: kernels.doubles(batch)} if isinstance(batch, bytes) else batch


def _split(joined: str) -> pa.StringArray:
    return kernels.split(pa.array([joined]), _BETWEEN)


def _loaded(kind: type, cells: Sequence[Cell | None]) -> pa.Array:
    if kind in _ARROW_TYPES:
        return pa.array(cells, _ARROW_TYPES[kind])
    return _one_by_one(cells)


def _texts_of(kind: type, batches: Sequence[Mapping[type, pa.Array]]) -> pa.StringArray:
    blank = _ARROW_TYPES.get(kind, pa.string())
    arrays = [
        batch[kind] if kind in batch else pa.nulls(len(next(iter(batch.values()))), blank)
        for batch in batches
    ]
    whole = pa.concat_arrays(arrays)
    return _TEXTS[kind](whole) if kind in _TEXTS else whole


def _numbers(numbers: pa.DoubleArray) -> pa.StringArray:
    whole = _whole(numbers)
    if whole is not None:
        return whole.cast(pa.string())
    texts = numbers.cast(pa.string())
    are_exact = kernels.matches(texts, _EXACT_NUMBER)
    if kernels.are_all(are_exact):
        return texts
    others = kernels.only(numbers, kernels.opposite(are_exact))
    return kernels.coalesced(kernels.only(texts, are_exact), _one_by_one(others.to_pylist()))


def _whole(numbers: pa.DoubleArray) -> pa.Int64Array | None:
    """The numbers as integers, if all are whole and none has lost digits."""
    try:
        whole = numbers.cast(pa.int64())
    except pa.ArrowInvalid:
        return None
    return whole if kernels.are_within(whole, EXACT_BELOW) else None


def _times(times: pa.TimestampArray) -> pa.StringArray:
    rounded = kernels.computed("add", times, pa.scalar(HALF_SECOND))
    return kernels.to_the_second(rounded).cast(pa.timestamp("s")).cast(pa.string())


def _one_by_one(cells: Sequence[Cell | None]) -> pa.StringArray:
    return pa.array([None if cell is None else cell_text(cell) for cell in cells], pa.string())


_TEXTS: dict[type, Callable[[pa.Array], pa.StringArray]] = {float: _numbers, datetime: _times}
