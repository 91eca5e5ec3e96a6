"""Write Parquet so that a reader sees the old file or the new one, never half of one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.files import replacing
from orchestration.warehouse.errors import WarehouseError


def write_table(table: pa.Table, target: Path) -> None:
    """Write an Arrow table."""
    with replacing(target) as temporary:
        pq.write_table(table, temporary)


def write_empty(target: Path, schema: pa.Schema) -> None:
    """Write a file without rows, so that a glob finds the schema before the first real file."""
    write_table(schema.empty_table(), target)


def write_query(
    connection: duckdb.DuckDBPyConnection,
    query: str,
    target: Path,
    parameters: Sequence[object] = (),
    metadata: dict[str, str] | None = None,
    expected_rows: int | None = None,
    sync_folder: bool = True,
) -> int:
    """Write the rows of a query, in its order; gives how many they are.

    Args:
        connection: an open DuckDB; the rows do not pass through Python.
        query: a select with `?` for each of `parameters`.
        target: the file to replace.
        parameters: the values for the query.
        metadata: names and values to keep in the file's footer.
        expected_rows: how many rows there must be.
        sync_folder: as in `replacing`.

    Raises:
        WarehouseError: the rows cannot be read or are not as many as expected, or the file
            cannot be written; the old file stays.
    """
    footer = ", ".join(f"{name}: '{_escaped(text)}'" for name, text in (metadata or {}).items())
    options = f", kv_metadata {{{footer}}}" if footer else ""
    with replacing(target, sync_folder=sync_folder) as temporary:
        try:
            done = connection.execute(
                f"copy ({query}) to '{_escaped(str(temporary))}' (format parquet{options})",
                parameters,
            ).fetchone()
        except duckdb.Error as error:
            raise WarehouseError(f"{target} cannot be written: {error}.") from error
        written = int(done[0]) if done else 0
        if expected_rows is not None and written != expected_rows:
            raise WarehouseError(
                f"{target} would get {written} rows where {expected_rows} are accounted for; "
                "read the file again, and report this if it happens again."
            )
    return written


def _escaped(text: str) -> str:
    return text.replace("'", "''")
