"""Cells that a person mended, laid over a file while it is read; its bytes stay as they are."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

import pyarrow as pa

from orchestration.exports.cell_batches import TEXT_PREFIX
from orchestration.exports.recognise import Recognised

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


def repairs_table(repairs: Repairs, found: Recognised) -> pa.Table:
    """One row per mended row, a column per mapped column of the file; null where nothing is."""
    rows = sorted(repairs.items())

    def texts(name: str) -> pa.Array:
        return pa.array([cells.get(name) for _, cells in rows], pa.string())

    return pa.table(
        {
            "_row_number": pa.array([row for row, _ in rows], pa.int64()),
            DISCARD_ROW: pa.array([DISCARD_ROW in cells for _, cells in rows], pa.bool_()),
            **{f"{TEXT_PREFIX}{name}": texts(name) for name in found.own_columns},
        }
    )
