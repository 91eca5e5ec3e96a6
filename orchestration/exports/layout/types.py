"""The types that a column of a layout may have, and what they are in Arrow and in DuckDB."""

from __future__ import annotations

from typing import Literal

import pyarrow as pa

from orchestration.rows import DECIMAL, MONEY, RATE, TIMESTAMP

# money: yuan and fen. decimal: another number with a fraction. rate: a share, 0.1383 or 13.83%.
# date: also the day of an hour range, whose hour another column may take (type hour).
# customer: a buyer number, hashed while reading.
CellType = Literal[
    "text", "integer", "money", "decimal", "rate", "timestamp", "date", "hour", "customer"
]
# no: the column may be absent. header: it must be in the file. value: and filled in every row.
Need = Literal["no", "header", "value"]
ARROW_TYPES: dict[CellType, pa.DataType] = {
    "text": pa.string(),
    "integer": pa.int64(),
    "money": MONEY,
    "decimal": DECIMAL,
    "rate": RATE,
    "timestamp": TIMESTAMP,
    "date": pa.date32(),
    "hour": pa.int64(),
    "customer": pa.string(),
}
SQL_TYPES: dict[CellType, str] = {
    "text": "varchar",
    "integer": "bigint",
    "money": "decimal(18, 2)",
    "decimal": "decimal(18, 4)",
    "rate": "decimal(18, 6)",
    "timestamp": "timestamp",
    "date": "date",
    "hour": "bigint",
    "customer": "varchar",
}
