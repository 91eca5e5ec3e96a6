"""Write Parquet so that a reader sees the old file or the new one, never half of one."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.files import replacing
from orchestration.warehouse.errors import WarehouseError

_MAGIC = b"PAR1"
# The magic word at both ends, and the length of the footer before the second one.
_SMALLEST_BYTES = 12
# Who asks for the rows of a few thousand files leaves row groups without any of them unread. At
# DuckDB's one in a hundred fourteen files are found by mistake in every seventh row group.
_FALSE_POSITIVES = 0.000001


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
) -> int:
    """Write the rows of a query, in its order; gives how many they are.

    Args:
        connection: an open DuckDB; the rows do not pass through Python.
        query: a select with `?` for each of `parameters`.
        target: the file to replace.
        parameters: the values for the query.
        metadata: names and values to keep in the file's footer.

    Raises:
        WarehouseError: the rows cannot be read, or the file cannot be written; the old file stays.
    """
    with replacing(target) as temporary:
        return copy_query(connection, query, temporary, target, parameters, metadata)


def copy_query(
    connection: duckdb.DuckDBPyConnection,
    query: str,
    scratch: Path,
    target: Path,
    parameters: Sequence[object] = (),
    metadata: dict[str, str] | None = None,
) -> int:
    """As `write_query`, into a scratch file that will take the place of `target`."""
    footer = ", ".join(f"{name}: {literal(text)}" for name, text in (metadata or {}).items())
    options = f", bloom_filter_false_positive_ratio {_FALSE_POSITIVES}"
    options += f", kv_metadata {{{footer}}}" if footer else ""
    try:
        done = connection.execute(
            f"copy ({query}) to {literal(scratch)} (format parquet{options})", parameters
        ).fetchone()
    except duckdb.Error as error:
        raise WarehouseError(f"{target} cannot be written: {error}.") from error
    return int(done[0]) if done else 0


def refuse_other_count(target: Path, written: int, expected: int) -> None:
    """See that a file gets as many rows as are accounted for.

    Raises:
        WarehouseError: it would get more or fewer.
    """
    if written != expected:
        raise WarehouseError(
            f"{target} would get {written} rows where {expected} are accounted for; "
            "read the file again, and report this if it happens again."
        )


def is_whole(path: Path) -> bool:
    """Whether a file ends as every Parquet does; one that was cut off, or is all zeros, does not.

    What is damaged in its midst only its reader finds.
    """
    with path.open("rb") as file:
        file.seek(0, os.SEEK_END)
        if file.tell() < _SMALLEST_BYTES:
            return False
        file.seek(-len(_MAGIC), os.SEEK_END)
        return file.read() == _MAGIC


def literal(text: object) -> str:
    """A text as SQL."""
    return "'" + str(text).replace("'", "''") + "'"


def quoted(column: str) -> str:
    """A column as SQL."""
    return '"' + column.replace('"', '""') + '"'
