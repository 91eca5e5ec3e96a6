"""A home, staged files and marts to work on."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.home import Home
from orchestration.rows import MONEY, TIMESTAMP, staged_schema
from orchestration.sections import DuckDBSettings
from orchestration.warehouse.staged import StagedFile

LIMITS = DuckDBSettings(memory_limit="256MB", threads=2)
SOURCE = "qianfan__orders"
COLUMNS: list[tuple[str, pa.DataType]] = [
    ("order_id", pa.string()),
    ("paid_at", TIMESTAMP),
    ("quantity", pa.int64()),
    ("paid_amount", MONEY),
    ("customer_key", pa.string()),
]
FAILING = pa.schema(
    [
        ("merchant_id", pa.string()),
        ("_file_sha256", pa.string()),
        ("_row_number", pa.int64()),
        ("rule", pa.string()),
        ("reason", pa.string()),
    ]
)


def make_home(root: Path) -> Home:
    home = Home(root)
    for folder in home.folders:
        folder.mkdir(parents=True)
    return home


def utc(text: str) -> datetime:
    """A time as it is stored: UTC without a zone."""
    return datetime.fromisoformat(text)


def row(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "_row_number": number,
        "_layout_revision": "l1",
        "_reader_revision": "r1",
        "_effective_at": utc("2024-06-03 01:30"),
        "order_id": f"P{number}",
        "paid_at": utc("2024-06-01 20:15:30"),
        "quantity": number,
        "paid_amount": Decimal("1627.20"),
        "customer_key": "c" * 32,
        **changes,
    }


def stage(home: Home, merchant_id: str, rows: Sequence[dict[str, Any]]) -> StagedFile:
    sha256 = hashlib.sha256(merchant_id.encode()).hexdigest()
    full = [{"merchant_id": merchant_id, "_file_sha256": sha256, **one} for one in rows]
    path = home.staged / SOURCE / f"{merchant_id}__{sha256[:16]}__l1__r1.parquet"
    path.parent.mkdir(exist_ok=True)
    pq.write_table(pa.Table.from_pylist(full, schema=staged_schema(COLUMNS)), path)
    return StagedFile(path, merchant_id, sha256)


def failures(home: Home, *rows: tuple[StagedFile, int, str]) -> Path:
    """The Parquet that a suite gives: `(file, row number, rule)` each."""
    values = [
        {
            "merchant_id": file.merchant_id,
            "_file_sha256": file.file_sha256,
            "_row_number": number,
            "rule": rule,
            "reason": f"Because of {rule}.",
        }
        for file, number, rule in rows
    ]
    path = home.root / "failing_rows.parquet"
    pq.write_table(pa.Table.from_pylist(values, schema=FAILING), path)
    return path


def build_marts(home: Home, gmv: str, *, reporting: bool = True) -> None:
    """Marts with two tables, as a dbt build leaves them."""
    home.marts_db.unlink(missing_ok=True)
    with duckdb.connect(home.marts_db) as connection:
        connection.execute("create schema marts")
        connection.execute(
            f"create table marts.marts.fct_orders as select 'm001' as merchant_id, "
            f"cast({gmv} as decimal(18, 2)) as gmv, date '2024-06-02' as paid_date "
            "from range(3)"
        )
        connection.execute("create table marts.marts.fct_coverage as select 1 as day where false")
        if reporting:
            connection.execute("create schema reporting")
            connection.execute("create table reporting.rpt_digest_facts as select 'm001' as id")
