"""Rows of many files that come in one stream, file after file, each written to its own Parquet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.warehouse.parquet import refuse_other_count
from orchestration.warehouse.passing import PLACE

# Some dozen megabytes of the widest rows.
_BATCH_ROWS = 20_000
# Gives the scratch file of a target.
Beside = Callable[[Path], Path]


class Target(NamedTuple):
    """Where the rows of one file go, and how many there must be."""

    path: Path
    rows: int


def stream(connection: duckdb.DuckDBPyConnection, query: str) -> pa.RecordBatchReader:
    """The rows of a query, some at a time."""
    return connection.sql(query).to_arrow_reader(_BATCH_ROWS)


def write_each(rows: pa.RecordBatchReader, targets: Mapping[int, Target], beside: Beside) -> None:
    """Write the rows of each file to its scratch file; a file without rows gets an empty one.

    Args:
        rows: in the order of their places, which are not written.
        targets: by place; of small files, for the rows of one are held in memory together.
        beside: as `replacing_many` gives it.

    Raises:
        WarehouseError: a file has not as many rows as are accounted for.
    """
    schema = pa.schema([field for field in rows.schema if field.name != PLACE])
    waiting = dict(targets)
    for place, table in _tables(rows, schema):
        _write(table, waiting.pop(place), beside)
    for target in waiting.values():
        _write(schema.empty_table(), target, beside)


def _write(table: pa.Table, target: Target, beside: Beside) -> None:
    refuse_other_count(target.path, table.num_rows, target.rows)
    # The columns tell their types themselves; Arrow's own copy of the schema is a tenth of a file.
    pq.write_table(table, beside(target.path), store_schema=False)


def _tables(rows: Iterable[pa.RecordBatch], schema: pa.Schema) -> Iterator[tuple[int, pa.Table]]:
    """The place and the rows of one file after the other."""
    pieces: list[pa.RecordBatch] = []
    current = -1
    for batch in rows:
        for place, piece in _cut(batch):
            if pieces and place != current:
                yield current, pa.Table.from_batches(pieces, schema)
                pieces = []
            current = place
            pieces.append(piece)
    if pieces:
        yield current, pa.Table.from_batches(pieces, schema)


def _cut(batch: pa.RecordBatch) -> Iterator[tuple[int, pa.RecordBatch]]:
    places = batch.column(PLACE).to_numpy()
    starts = [0, *(np.flatnonzero(np.diff(places)) + 1)] if len(places) else []
    others = batch.drop_columns([PLACE])
    for start, end in zip(starts, [*starts[1:], len(places)], strict=True):
        yield int(places[start]), others.slice(start, end - start)
