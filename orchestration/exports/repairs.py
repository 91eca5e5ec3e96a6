"""Cells that a person mended, laid over a file while it is read; its bytes stay as they are."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from functools import partial

import pyarrow as pa

from orchestration.exports.layout.recognise import Recognised
from orchestration.exports.table.cell_batches import Piece, TextCells

# Text by row number and column, empty where nothing is to stand there; of a buyer number its key,
# for nobody else may know it.
Repairs = Mapping[int, Mapping[str, str]]
# In place of a column: the row is to be taken out.
DISCARD_ROW = "_discard"
# Enough that no two states of a file's repairs meet.
_DIGITS = 8


def reader_revision(revision: str, repairs: Repairs) -> str:
    """The revision of a reading: other repairs give other rows, and so another address."""
    if not repairs:
        return revision
    ordered = {str(row): dict(sorted(cells.items())) for row, cells in sorted(repairs.items())}
    digest = hashlib.sha256(json.dumps(ordered, ensure_ascii=True).encode()).hexdigest()
    return f"{revision}m{digest[:_DIGITS]}"


def mended_pieces(
    pieces: Iterator[Piece], first_row: int, repairs: Repairs, found: Recognised
) -> Iterator[Piece]:
    """The pieces of a file, whose rows count from `first_row`, with its mended cells in them."""
    for piece in pieces:
        cells = piece()
        mine = {n - first_row: told for n, told in repairs.items()}
        mine = {place: told for place, told in mine.items() if 0 <= place < len(cells)}
        yield partial(_mended, cells, mine, found)
        first_row += len(cells)


def _mended(cells: TextCells, told: Repairs, found: Recognised) -> TextCells:
    """The cells with those in them that are told by place of the row and column."""
    columns, keys = dict(cells.columns), {}
    for name in columns:
        texts = {place: row[name] for place, row in told.items() if name in row}
        if found.layout.columns[name].type == "customer":
            # A key stands beside the text, not in its place; an empty one says: no buyer.
            keys[name] = {place: key for place, key in texts.items() if key}
            texts = {place: key for place, key in texts.items() if not key}
        columns[name] = _with(columns[name], texts)
    return TextCells(
        first=cells.first,
        columns=columns,
        other_length={p: why for p, why in cells.other_length.items() if p not in told},
        discarded=[place for place, row in told.items() if DISCARD_ROW in row],
        keys=keys,
    )


def _with(column: pa.StringArray, texts: Mapping[int, str]) -> pa.StringArray:
    if not texts:
        return column
    return pa.array([texts.get(n, text) for n, text in enumerate(column.to_pylist())], pa.string())
