"""Hand-overs: what Python knows and dbt reads, as Parquet that changes only with its content."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.home import Home
from orchestration.warehouse.errors import WarehouseError
from orchestration.warehouse.parquet import write_empty, write_table
from orchestration.warehouse.schemas import HANDOVERS, QUARANTINE, ROWS_STAMP

EMPTY = "_empty.parquet"


def write_handover(home: Home, name: str, rows: Sequence[Mapping[str, Any]]) -> bool:
    """Write one hand-over; gives True if its content is new.

    Rows are put in order, so that the same rows give the same file, and a file whose content
    would stay the same is left alone. Times with an offset are stored in UTC.

    Raises:
        WarehouseError: no hand-over has this name, or a row does not fit its schema.
    """
    schema = HANDOVERS.get(name)
    if schema is None:
        raise WarehouseError(f"'{name}' is no hand-over; add its schema to HANDOVERS first.")
    table = _table(name, rows, schema)
    target = home.handover / f"{name}.parquet"
    if _holds(target, table):
        return False
    write_table(table, target)
    return True


def _table(name: str, rows: Sequence[Mapping[str, Any]], schema: pa.Schema) -> pa.Table:
    for number, row in enumerate(rows, start=1):
        # Arrow would fill what is missing with nulls, and drop what it does not know.
        if odd := sorted(set(row) ^ set(schema.names)):
            raise WarehouseError(
                f"Row {number} of the hand-over '{name}' has other columns than its schema: "
                f"{', '.join(odd)}; give exactly those of HANDOVERS['{name}']."
            )
    try:
        table = pa.Table.from_pylist([dict(row) for row in rows], schema=schema)
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        raise WarehouseError(f"A row of the hand-over '{name}' has a wrong type: {error}.") from (
            error
        )
    return table.sort_by([(column, "ascending") for column in schema.names])


def _holds(target: Path, table: pa.Table) -> bool:
    """Whether the file has exactly this content; one that is damaged is written again."""
    if not target.exists():
        return False
    try:
        return pq.ParquetFile(target).read().equals(table)
    except pa.ArrowInvalid:
        return False


def write_empty_sources(home: Home, sources: Mapping[str, pa.Schema]) -> None:
    """Give raw and quarantine of each source a file without rows; a changed schema replaces it.

    Args:
        home: the home.
        sources: the schema of raw by source.
    """
    for source, raw_schema in sources.items():
        for folder, schema in ((home.raw, raw_schema), (home.quarantine, QUARANTINE)):
            target = folder / source / EMPTY
            if not _holds(target, schema.empty_table()):
                write_empty(target, schema)


def fingerprint(handovers: Iterable[Path]) -> str:
    """Hex sha256 over the rows of hand-overs.

    The same content gives the same fingerprint, whatever wrote the files and when.
    """
    digest = hashlib.sha256()
    for path in sorted(handovers):
        table = pq.ParquetFile(path).read().combine_chunks().replace_schema_metadata(None)
        # When rows were written is no content, and another on every machine.
        table = table.select([name for name in table.column_names if name != ROWS_STAMP])
        digest.update(f"{path.stem}\n{table.schema.to_string()}".encode())
        for batch in table.to_batches():
            digest.update(batch.serialize())
    return digest.hexdigest()
