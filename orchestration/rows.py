"""What every staged and raw row carries beside its own columns: shared by reader and warehouse.

Timestamps are UTC without a zone (the same on DuckDB and Spark), money is DECIMAL(18, 2).
"""

from __future__ import annotations

import pyarrow as pa

# How a source is called: `<platform>__<entity>`, such as `juguang_lite__accounts`.
SOURCE_NAME = r"[a-z][a-z0-9]*(_[a-z0-9]+)*__[a-z0-9]+(_[a-z0-9]+)*"

MONEY = pa.decimal128(18, 2)
# A number with a fraction that is no money: minutes, positions.
DECIMAL = pa.decimal128(18, 4)
# A share, 0 to 1.
RATE = pa.decimal128(18, 6)
TIMESTAMP = pa.timestamp("us")

# What every raw and staged row carries before its own columns.
ROW_KEYS = [
    ("merchant_id", pa.string()),
    ("_file_sha256", pa.string()),
    ("_row_number", pa.int64()),
    ("_layout_revision", pa.string()),
    ("_reader_revision", pa.string()),
    ("_effective_at", TIMESTAMP),
]

# What a staged row carries behind its own columns: the first cell that could not be read, why,
# and the text of all mapped, non-personal cells as a JSON object (only on such rows).
STAGED_FAULT = [
    ("_parse_rule", pa.string()),
    ("_parse_reason", pa.string()),
    ("_cells", pa.string()),
]

# What a staged file has behind all that: why a row goes no further (null for those that do), and
# the first and last business day that it speaks of.
STAGED_MARKS = [
    ("_skip", pa.string()),
    ("_day", pa.date32()),
    ("_last_day", pa.date32()),
]


def raw_schema(columns: list[tuple[str, pa.DataType]]) -> pa.Schema:
    """Schema of a raw source: the row keys, then the layout's columns."""
    return pa.schema([*ROW_KEYS, *columns])


def staged_schema(columns: list[tuple[str, pa.DataType]]) -> pa.Schema:
    """Schema of the rows that the gate checks: as raw, with the faults found while reading."""
    return pa.schema([*ROW_KEYS, *columns, *STAGED_FAULT])
