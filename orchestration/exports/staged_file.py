"""One staged Parquet as it is written: row keys, then what the rows hold, in large row groups."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.rows import ROW_KEYS

# As in DuckDB's own files: small enough to hold, large enough to be scanned in parallel.
_ROWS_OF_A_GROUP = 122_880


class StagedFile:
    """Takes the rows of one file in their order; made by `staged_file`."""

    def __init__(
        self, writer: pq.ParquetWriter, same: Mapping[str, str | datetime], first_row: int
    ) -> None:
        self._writer = writer
        self._same = same
        self._row_number = first_row
        self._waiting: list[pa.RecordBatch] = []

    def add(self, rows: pa.RecordBatch) -> None:
        """Write these rows next, or keep them until there are enough."""
        self._waiting.append(self._with_keys(rows))
        self._row_number += len(rows)
        if sum(map(len, self._waiting)) >= _ROWS_OF_A_GROUP:
            self.flush()

    def flush(self) -> None:
        """Write what is kept."""
        if self._waiting:
            self._writer.write_table(pa.Table.from_batches(self._waiting))
            self._waiting = []

    def _with_keys(self, rows: pa.RecordBatch) -> pa.RecordBatch:
        numbers = range(self._row_number, self._row_number + len(rows))
        keys = [
            pa.array(numbers, kind)
            if name == "_row_number"
            else pa.repeat(pa.scalar(self._same[name], kind), len(rows))
            for name, kind in ROW_KEYS
        ]
        schema = pa.schema([*ROW_KEYS, *rows.schema])
        return pa.RecordBatch.from_arrays([*keys, *rows.columns], schema=schema)


@contextmanager
def staged_file(
    path: Path, schema: pa.Schema, same: Mapping[str, str | datetime], first_row: int
) -> Iterator[StagedFile]:
    """A Parquet for rows of this schema.

    Args:
        path: where it is written.
        schema: of the rows as they come, without their keys.
        same: the keys that are the same in every row, by name.
        first_row: the number of the first row.
    """
    with pq.ParquetWriter(
        path,
        pa.schema([*ROW_KEYS, *schema]),
        # As DuckDB writes them, and every reader of Parquet understands.
        store_decimal_as_integer=True,
        store_schema=False,
    ) as writer:
        file = StagedFile(writer, same, first_row)
        yield file
        file.flush()
