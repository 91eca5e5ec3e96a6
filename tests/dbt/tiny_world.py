"""The world of `tiny_exports.py` in a home, and dbt run on it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from tiny_exports import CURRENCY, EXPECTED, EXPORTS, JOINED, Export

from orchestration.exports.layout.load import load_layouts
from orchestration.home import Home
from orchestration.warehouse.schemas import QUARANTINE, raw_schema
from tests.dbt_homes import empty_home, pack_all, put_handover

ORDERS = "qianfan__orders"
RAW_ORDERS = raw_schema(load_layouts().get(ORDERS).arrow_columns)


def _row_keys(export: Export, number: int) -> dict[str, Any]:
    return {
        "merchant_id": export.merchant_id,
        "_file_sha256": export.sha256,
        "_row_number": number,
        "_layout_revision": "l1",
        "_reader_revision": "r1",
        "_effective_at": datetime.fromisoformat(export.exported_at),
    }


def _lines(export: Export) -> list[dict[str, Any]]:
    nothing = dict.fromkeys(RAW_ORDERS.names)
    lines = [
        (order_id, customer, paid_at, amount, status)
        for order_id, customer, paid_at, amounts, status in export.orders
        for amount in amounts
    ]
    return [
        {
            **nothing,
            **_row_keys(export, number),
            "order_id": order_id,
            "order_status": status,
            "paid_at": datetime.fromisoformat(paid_at),
            "quantity": 1,
            "paid_amount": Decimal(amount),
            "customer_key": customer,
        }
        for number, (order_id, customer, paid_at, amount, status) in enumerate(lines, start=2)
    ]


def _rejected(export: Export) -> list[dict[str, Any]]:
    """Each rejected line breaks two rules; they stand below the valid ones."""
    return [
        {
            **_row_keys(export, number),
            "rule": rule,
            "reason": "It cannot be read.",
            "cells": "{}",
            "row_key": order_id,
            "row_date": date.fromisoformat(day),
        }
        for number, (order_id, day) in enumerate(export.rejected, start=100)
        for rule in ("paid_amount_unreadable", "quantity_unreadable")
    ]


def _file(export: Export, rows: int) -> dict[str, Any]:
    exported_at = datetime.fromisoformat(export.exported_at)
    return {
        "merchant_id": export.merchant_id,
        "file_sha256": export.sha256,
        "source": ORDERS,
        "layout_revision": "l1",
        "reader_revision": "r1",
        "status": export.status,
        "received_at": exported_at,
        "effective_at": exported_at,
        "is_effective_at_assumed": False,
        "first_row_date": date.fromisoformat(export.first) if rows else None,
        "last_row_date": date.fromisoformat(export.last) if rows else None,
        "rows_read": rows + len(export.rejected),
        "rows_loaded": rows,
        "rows_quarantined": len(export.rejected),
        "rows_held": 0,
        "rows_skipped": 0,
    }


def tiny_home(folder: Path) -> Home:
    """A home that holds the tiny world, about to report the week of 10 June 2024."""
    home = empty_home(folder)
    files = []
    for export in EXPORTS:
        lines = _lines(export)
        files.append(_file(export, len(lines)))
        table = pa.Table.from_pylist(lines, schema=RAW_ORDERS)
        name = f"{export.merchant_id}__{export.sha256}.parquet"
        pq.write_table(table, home.raw / ORDERS / name)
        if export.rejected:
            rejected = pa.Table.from_pylist(_rejected(export), schema=QUARANTINE)
            pq.write_table(rejected, home.quarantine / ORDERS / name)
    pack_all(home)
    put_handover(home, "files", files)
    put_handover(
        home,
        "coverage",
        [
            {
                "merchant_id": export.merchant_id,
                "source": ORDERS,
                "file_sha256": export.sha256,
                "covered_from": date.fromisoformat(export.first),
                "covered_to": date.fromisoformat(export.last),
                "evidence": "rows_to_export",
                "bridge_days": 2,
                "is_loaded": export.status == "loaded",
            }
            for export in EXPORTS
        ],
    )
    put_handover(
        home,
        "register",
        [{"merchant_id": m, "joined_on": JOINED[m], "currency": CURRENCY[m]} for m in JOINED],
    )
    put_handover(home, "register_sources", [{"merchant_id": m, "source": ORDERS} for m in EXPECTED])
    put_handover(home, "weeks", [{"week": date(2024, 6, 10), "as_of": date(2024, 6, 16)}])
    return home


def rows(home: Home, query: str) -> list[tuple[Any, ...]]:
    """Rows of a query over the marts (`marts.<table>`, `reporting.<table>`)."""
    with duckdb.connect() as connection:
        # Opened by itself, the file would be called marts, and so is a schema in it.
        connection.execute(f"attach '{home.marts_db}' as build (read_only)")
        connection.execute("use build")
        return connection.sql(query).fetchall()
