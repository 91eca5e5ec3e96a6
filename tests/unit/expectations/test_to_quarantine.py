"""From staged files through the suite and the verdict to raw, quarantine and held."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
from staged_orders import line, stage

from expectations.run import run_suite
from expectations.suite import load_suite
from expectations.verdict import judge
from orchestration.home import Home
from orchestration.sections import DuckDBSettings, GateSettings
from orchestration.warehouse.load import load
from orchestration.warehouse.row_names import RowNames
from orchestration.warehouse.split import hold, split
from orchestration.warehouse.staged import StagedFile

SOURCE = "qianfan__orders"
LIMITS = DuckDBSettings(memory_limit="256MB", threads=2)
NAMES = RowNames(key=("order_id",), time="paid_at")


def gate(home: Home, files: list[StagedFile]) -> dict[str, str]:
    """What the flow does: check all at once, judge each file alone."""
    result = run_suite(
        load_suite(SOURCE), [file.path for file in files], home.root / "work", "256MB", 2
    )
    assert result.structural_faults == ()
    rule = GateSettings()
    decisions: dict[str, str] = {}
    for counts in split(home, LIMITS, files, result.failing_rows):
        decision = judge(counts.rows, counts.rejected, rule.max_file_share, rule.min_file_rows)
        decisions[counts.file.merchant_id] = decision
        if decision == "held":
            hold(home, SOURCE, counts.file)
        else:
            load(home, LIMITS, SOURCE, [counts], result.failing_rows, NAMES)
    return decisions


def test_broken_rows_go_to_quarantine_and_the_rest_to_raw(tmp_path: Path) -> None:
    unreadable = {
        "paid_amount": None,
        "_parse_rule": "paid_amount_unreadable",
        "_parse_reason": "The cell under '商家应收金额(元)（支付金额）' is no amount.",
        "_cells": '{"order_id":"P100003","paid_amount":"1,23"}',
    }
    lines = [
        line(2),
        line(3, **unreadable),
        line(4, quantity=-1, paid_amount=Decimal("-9.90")),
        line(5),
    ]
    home = Home(tmp_path)
    file = StagedFile(stage(tmp_path, "m001", lines), "m001", "a" * 64)
    assert gate(home, [file]) == {"m001": "loaded"}

    raw = pq.read_table(home.raw / SOURCE / file.path.name)
    assert raw["_row_number"].to_pylist() == [2, 5]
    assert "_parse_rule" not in raw.column_names
    rejected = pq.read_table(home.quarantine / SOURCE / file.path.name).to_pylist()
    assert [(one["_row_number"], one["rule"]) for one in rejected] == [
        (3, "paid_amount_unreadable"),
        (4, "paid_amount_negative"),
        (4, "quantity_below_one"),
    ]
    assert rejected[0]["reason"] == unreadable["_parse_reason"]
    assert rejected[0]["cells"] == unreadable["_cells"]
    cells = json.loads(rejected[1]["cells"])
    assert (cells["quantity"], cells["paid_amount"]) == ("-1", "-9.90")
    assert cells["paid_at"] == "2024-06-01 10:01:00"
    assert "customer_key" not in cells


def test_a_broken_file_is_held_and_the_neighbour_goes_on(tmp_path: Path) -> None:
    bad = [line(number, quantity=-1 if number % 3 else 1) for number in range(2, 62)]
    good = [line(number) for number in range(2, 62)]
    home = Home(tmp_path)
    files = [
        StagedFile(stage(tmp_path, "m001", bad, sha="a"), "m001", "a" * 64),
        StagedFile(stage(tmp_path, "m002", good, sha="b"), "m002", "b" * 64),
    ]
    assert gate(home, files) == {"m001": "held", "m002": "loaded"}
    assert pq.read_table(home.held / SOURCE / files[0].path.name).num_rows == 60
    assert [path.name for path in home.raw.rglob("*.parquet")] == [files[1].path.name]
    assert list(home.quarantine.rglob("*.parquet")) == []
