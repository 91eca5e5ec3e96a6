"""Text cells on their way to DuckDB: one Arrow batch of rows after the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

import pyarrow as pa

from orchestration.exports.cells import Cell, text_column
from orchestration.exports.recognise import Recognised

TEXT_PREFIX = "_text_"


class CellBatches(Protocol):
    """A table of a file, whichever way it is read."""

    @property
    def header(self) -> list[str]:
        """The texts of its header row."""
        ...

    @property
    def titles(self) -> list[str]:
        """The text of each row above the header that holds anything."""
        ...

    def batches(self, found: Recognised) -> Iterator[pa.RecordBatch]:
        """The rows below the header, as `cells_schema` has them. To be read once."""
        ...


def cells_schema(found: Recognised) -> pa.Schema:
    """Row number, text of the first cell, what is wrong with the length, text by column."""
    return pa.schema(
        [
            ("_row_number", pa.int64()),
            ("_first", pa.string()),
            ("_other_length", pa.string()),
            *((f"{TEXT_PREFIX}{name}", pa.string()) for name in found.own_columns),
        ]
    )


def as_cells(
    columns: Sequence[Sequence[Cell]],
    row_numbers: pa.Array,
    other_length: pa.Array,
    found: Recognised,
    schema: pa.Schema,
) -> pa.RecordBatch:
    """One batch from columns of cells, all of one length; unmapped ones are never made text."""
    texts = {place: text_column(columns[place]) for place in {0, *found.positions.values()}}
    mapped = [texts[found.positions[name]] for name in found.own_columns]
    return pa.RecordBatch.from_arrays([row_numbers, texts[0], other_length, *mapped], schema=schema)
