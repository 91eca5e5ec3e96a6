"""Order lines as the reader stages them, and files of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.rows import MONEY, TIMESTAMP, staged_schema

TEXTS = [
    "item_name",
    "sku_name",
    "sku_spec",
    "merchant_sku",
    "xhs_sku",
]
COLUMNS: list[tuple[str, pa.DataType]] = [
    ("order_id", pa.string()),
    ("order_status", pa.string()),
    ("aftersale_status", pa.string()),
    ("created_at", TIMESTAMP),
    ("paid_at", TIMESTAMP),
    ("promised_ship_at", TIMESTAMP),
    ("shipped_at", TIMESTAMP),
    ("completed_at", TIMESTAMP),
    *((name, pa.string()) for name in TEXTS),
    ("quantity", pa.int64()),
    ("line_list_amount", MONEY),
    ("buyer_payable_amount", MONEY),
    ("paid_amount", MONEY),
    ("customer_key", pa.string()),
    ("order_tags", pa.string()),
    ("order_type", pa.string()),
    ("exception_reason", pa.string()),
    ("kol_name", pa.string()),
    ("shop_id", pa.string()),
    ("shop_name", pa.string()),
]
SCHEMA = staged_schema(COLUMNS)


def utc(text: str) -> datetime:
    """A time as it is stored: UTC without a zone."""
    return datetime.fromisoformat(text)


EXPORTED = utc("2024-06-03 01:30")


def line(number: int, **changes: Any) -> dict[str, Any]:
    """A valid order line, with what a test changes in it."""
    return {
        "_row_number": number,
        "_layout_revision": "l1",
        "_reader_revision": "r1",
        "_effective_at": EXPORTED,
        "order_id": f"P{100000 + number}",
        "order_status": "已完成",
        "created_at": utc("2024-06-01 02:00"),
        "paid_at": utc("2024-06-01 02:01"),
        "item_name": "云朵抱枕",
        "quantity": 2,
        "paid_amount": Decimal("19.90"),
        "customer_key": "c" * 32,
        **changes,
    }


def stage(
    folder: Path,
    merchant_id: str,
    lines: Sequence[dict[str, Any]],
    *,
    sha: str = "a",
    without: Sequence[str] = (),
) -> Path:
    """Write a staged file of a merchant: `stage(folder, "m001", [line(2)], sha="a")`."""
    sha256 = sha * 64
    rows = [{"merchant_id": merchant_id, "_file_sha256": sha256, **one} for one in lines]
    table = pa.Table.from_pylist(rows, schema=SCHEMA).drop_columns(list(without))
    target = folder / "staged" / "qianfan__orders"
    target.mkdir(parents=True, exist_ok=True)
    path = target / f"{merchant_id}__{sha256[:16]}__l1__r1.parquet"
    pq.write_table(table, path)
    return path
