"""A world small enough to work out by hand, and dbt run on a home that holds it.

m1 sends three exports: the second restates order B, and leaves Thursday to Sunday of its week
uncovered, though order E of that Thursday is known; a fourth export was withdrawn.
m2 sends two exports two days apart, in another currency; m3 is registered and sends nothing.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.exports.layouts import load_layouts
from orchestration.settings import PROJECT_ROOT, Home, child_environment
from orchestration.warehouse.handover import write_empty_sources, write_handover
from orchestration.warehouse.schemas import HANDOVERS, raw_schema

ORDERS = "qianfan__orders"
PROJECT = PROJECT_ROOT / "dbt_project"
DBT = Path(sys.executable).parent / "dbt"
RAW_ORDERS = raw_schema(load_layouts().get(ORDERS).arrow_columns)

# order, customer, pay time (UTC), amounts of its lines, status
Line = tuple[str, str | None, str, tuple[str, ...], str]


@dataclass(frozen=True)
class Export:
    """An export file: its days (both ends included), its time in UTC, its orders."""

    merchant_id: str
    sha256: str
    first: str
    last: str
    exported_at: str
    orders: Sequence[Line]
    status: str = "loaded"


DONE, CANCELLED = "已完成", "已取消"
EXPORTS = (
    Export(
        "m1",
        "aa",
        "2024-05-27",
        "2024-06-02",
        "2024-06-03 01:30",
        [
            ("A", "c1", "2024-05-27 02:00", ("10.00", "5.00"), DONE),
            ("B", "c2", "2024-05-28 02:00", ("20.00",), DONE),
            # half past midnight on 1 June in Shanghai
            ("C", None, "2024-05-31 16:30", ("8.00",), DONE),
        ],
    ),
    Export(
        "m1",
        "bb",
        "2024-06-03",
        "2024-06-05",
        "2024-06-06 01:30",
        [
            ("B", "c2", "2024-05-28 02:00", ("18.00",), DONE),
            ("D", "c1", "2024-06-03 02:00", ("30.00",), DONE),
            ("E", "c3", "2024-06-05 17:00", ("99.00",), DONE),
        ],
    ),
    Export(
        "m1",
        "cc",
        "2024-06-10",
        "2024-06-16",
        "2024-06-17 01:30",
        [
            ("F", "c3", "2024-06-10 02:00", ("12.00",), DONE),
            ("G", "c2", "2024-06-12 02:00", ("7.50",), CANCELLED),
        ],
    ),
    Export(
        "m1",
        "dd",
        "2024-06-06",
        "2024-06-09",
        "2024-06-18 01:30",
        [("H", "c9", "2024-06-07 02:00", ("1000.00",), DONE)],
        status="withdrawn",
    ),
    Export("m2", "ee", "2024-06-10", "2024-06-11", "2024-06-12 01:30", []),
    Export(
        "m2",
        "ff",
        "2024-06-14",
        "2024-06-16",
        "2024-06-17 01:30",
        [("A", "c1", "2024-06-14 02:00", ("0.00",), DONE)],
    ),
)
JOINED = {"m1": date(2024, 5, 27), "m2": date(2024, 1, 1), "m3": date(2024, 1, 1)}
CURRENCY = {"m1": "CNY", "m2": "HKD", "m3": "CNY"}


def _handover(home: Home, name: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """What a row does not mention is null."""
    nothing = dict.fromkeys(HANDOVERS[name].names)
    write_handover(home, name, [{**nothing, **row} for row in rows])


def empty_home(folder: Path) -> Home:
    """A home as dbt finds it before the first file: every Parquet is there, without rows."""
    home = Home(folder)
    for path in home.folders:
        path.mkdir(parents=True, exist_ok=True)
    write_empty_sources(home, {ORDERS: RAW_ORDERS})
    for name in HANDOVERS:
        _handover(home, name, [])
    return home


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
            "merchant_id": export.merchant_id,
            "_file_sha256": export.sha256,
            "_row_number": number,
            "_layout_revision": "l1",
            "_reader_revision": "r1",
            "_effective_at": datetime.fromisoformat(export.exported_at),
            "order_id": order_id,
            "order_status": status,
            "paid_at": datetime.fromisoformat(paid_at),
            "quantity": 1,
            "paid_amount": Decimal(amount),
            "customer_key": customer,
        }
        for number, (order_id, customer, paid_at, amount, status) in enumerate(lines, start=2)
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
        "rows_read": rows,
        "rows_loaded": rows,
        "rows_quarantined": 0,
        "rows_held": 0,
        "rows_skipped": 0,
    }


def tiny_home(folder: Path) -> Home:
    """A home that holds the world above, about to report the week of 10 June 2024."""
    home = empty_home(folder)
    files = []
    for export in EXPORTS:
        lines = _lines(export)
        files.append(_file(export, len(lines)))
        table = pa.Table.from_pylist(lines, schema=RAW_ORDERS)
        pq.write_table(table, home.raw / ORDERS / f"{export.merchant_id}__{export.sha256}.parquet")
    _handover(home, "files", files)
    _handover(
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
            }
            for export in EXPORTS
        ],
    )
    _handover(
        home,
        "register",
        [{"merchant_id": m, "joined_on": JOINED[m], "currency": CURRENCY[m]} for m in JOINED],
    )
    _handover(home, "register_sources", [{"merchant_id": m, "source": ORDERS} for m in JOINED])
    _handover(home, "weeks", [{"week": date(2024, 6, 10), "as_of": date(2024, 6, 16)}])
    return home


def run_dbt(home: Home, *words: str) -> str:
    """Run dbt on a home; gives what it printed, and fails the test if dbt failed."""
    done = subprocess.run(
        [DBT, *words, "--project-dir", PROJECT, "--profiles-dir", PROJECT, "--no-use-colors"],
        env=child_environment(home),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-5000:]
    return done.stdout


def rows(home: Home, query: str) -> list[tuple[Any, ...]]:
    """Rows of a query over the marts (`marts.<table>`, `reporting.<table>`)."""
    with duckdb.connect() as connection:
        # Opened by itself, the file would be called marts, and so is a schema in it.
        connection.execute(f"attach '{home.marts_db}' as build (read_only)")
        connection.execute("use build")
        return connection.sql(query).fetchall()
