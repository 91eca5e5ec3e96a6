"""Asks a suite of more rows than fit into DuckDB's memory; prints what it found and what it took.

Usage: python ask_many_rows.py gate|mart ROWS.parquet. In a process of its own that writes nothing
before: the peak of memory counts from a process's beginning.
"""

from __future__ import annotations

import json
import resource
import sys
from datetime import date
from pathlib import Path

import duckdb

from expectations.audit import audit_mart
from expectations.mart_suite import load_mart_suite
from expectations.run import run_suite
from expectations.suite import Suite

MEMORY = "100MB"
ROWS = 4_000_000
# One row in so many is wrong: far more of them than anybody names.
EVERY = 100
WRONG = ROWS // EVERY


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


COLUMNS = {
    "gate": "'m001' as merchant_id, md5(cast(n // 1000 as varchar)) as _file_sha256, "
    f"n as _row_number, md5(n::varchar) as note, if(n % {EVERY} = 0, -1, n) as paid_amount",
    "mart": "'m001' as merchant_id, 'P' || n as order_id, "
    "timestamp '2024-06-10 02:00' as paid_at, date '2024-06-10' as paid_date, "
    "md5(n::varchar) as customer_key, 1 as line_count, 2 as quantity, "
    f"if(n % {EVERY} = 0, -1, 9.5) as gmv, false as is_anonymous, true as is_first_order",
}


def write_rows(kind: str, path: Path) -> None:
    """The rows as DuckDB itself makes them."""
    with duckdb.connect() as connection:
        connection.execute(
            f"copy (select {COLUMNS[kind]} from range({ROWS}) as all_rows (n)) to '{path}'"
        )


def gate(rows: Path) -> dict[str, object]:
    """The orders' own rule of amounts, of staged rows: each wrong row must go to quarantine."""
    shipped = {
        "name": "paid_amount_is_not_negative",
        "description": "Zero or more.",
        "type": "expect_column_values_to_be_between",
        "kwargs": {"column": "paid_amount", "min_value": 0},
        "severity": "critical",
        "kind": "row",
        "owner": "data team",
        "suggested_fix": "Export it again.",
        "rule": "paid_amount_negative",
        "reason": "The amount is below zero.",
    }
    suite = Suite.model_validate({"source": "qianfan__orders", "expectations": [shipped]})
    _warm_up()
    before = _peak_mb()
    found = run_suite(suite, [rows], rows.parent / "work", MEMORY, 1)
    peak = _peak_mb()
    with duckdb.connect() as connection:
        listed = connection.execute(
            f"select count(*), sum(_row_number) from '{found.failing_rows}'"
        ).fetchall()[0]
    (one,) = found.expectations
    return {"count": one.unexpected_count, "rows": one.evaluated_count, "listed": listed} | {
        "named": len(one.samples),
        "grew_mb": peak - before,
    }


def mart(rows: Path) -> dict[str, object]:
    """The whole suite of orders, with a wrong amount here and there."""
    _warm_up()
    before = _peak_mb()
    config: dict[str, str | int | bool | float | list[str]] = {
        "memory_limit": MEMORY,
        "threads": 1,
        "temp_directory": str(rows.parent / "spill"),
    }
    with duckdb.connect(config=config) as connection:
        connection.execute(f"create view fct_orders as from '{rows}'")
        found = audit_mart(connection, load_mart_suite("fct_orders"), date(2024, 6, 17))
    failed = {one.name: one for one in found.expectations if not one.passed}
    one = failed.pop("amounts_are_not_negative")
    return {"count": one.unexpected_count, "rows": one.evaluated_count, "others": list(failed)} | {
        "named": len(one.samples),
        "grew_mb": _peak_mb() - before,
    }


def _warm_up() -> None:
    """What the libraries themselves take is no matter of the rows."""
    with duckdb.connect() as connection:
        connection.execute("create table fct_orders (merchant_id text, order_id text, gmv int)")
        audit_mart(connection, load_mart_suite("fct_orders"), date(2024, 6, 17))


if __name__ == "__main__":
    print(json.dumps({"gate": gate, "mart": mart}[sys.argv[1]](Path(sys.argv[2]))))
