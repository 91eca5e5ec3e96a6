"""The gate: a broken row, a file full of them, and a fault that several merchants share."""

from __future__ import annotations

import pytest
from flow_kit import (
    MONDAY,
    account,
    at,
    covered,
    drop,
    loaded_rows,
    quarantined,
    run_ingest,
    spoilt,
    statuses,
    week_of_orders,
)

from orchestration.flow.faults import stopped_at_gate
from orchestration.flow.gate import gate
from orchestration.flow.workspace import open_workspace
from orchestration.home import Home
from orchestration.samples.dirt import ambiguous_amount, cancellation, total, write_off
from orchestration.samples.workbooks import export_name

pytestmark = pytest.mark.slow

NAME = export_name(MONDAY)


def test_a_broken_row_is_set_aside_with_rule_reason_file_and_line(home: Home) -> None:
    rows = week_of_orders()
    first, second, *_ = [row for row in rows if row["订单号"] == _order_of_two_lines(rows)]
    broken = second | {"商家应收金额(元)（支付金额）": "1,23"}
    others = [row for row in rows if row is not second]
    drop(home, "m001", [*others, broken])

    report = run_ingest(home)

    assert report.exit_code == 3
    file = account(report, "m001")
    assert (file.status, file.rows_loaded, file.rows_quarantined) == ("loaded", len(others), 1)
    (set_aside,) = report.set_aside
    assert (set_aside.merchant_id, set_aside.file_name) == ("m001", NAME)
    assert set_aside.rule == "paid_amount_unreadable"
    assert set_aside.line == len(rows) + 1  # below the header
    assert "'商家应收金额(元)（支付金额）' is no amount" in set_aside.reason
    (row,) = quarantined(home)
    assert row["_file_sha256"] == file.file_sha256
    assert (row["_row_number"], row["rule"]) == (set_aside.line, set_aside.rule)
    assert '"paid_amount":"1,23"' in row["cells"]
    loaded = loaded_rows(home).to_pylist()
    amounts = [row["paid_amount"] for row in loaded if row["order_id"] == first["订单号"]]
    assert [str(amount) for amount in amounts] == [
        first["商家应收金额(元)（支付金额）"].replace(",", "")
    ]


def _order_of_two_lines(rows: list[dict[str, str]]) -> str:
    ids = [row["订单号"] for row in rows]
    return next(order_id for order_id in ids if ids.count(order_id) == 2)


def test_every_kind_of_row_has_its_place_in_the_account(home: Home) -> None:
    rows = week_of_orders()
    dirt = [
        cancellation(rows[0]),
        cancellation(rows[1]),
        write_off(rows[2], "P990000000001"),
        ambiguous_amount(rows[3], "P990000000002"),
        {},
        total(len(rows)),
    ]
    drop(home, "m001", [*rows, *dirt])
    file = account(run_ingest(home), "m001")
    assert file.rows_read == len(rows) + len(dirt)
    assert file.rows_loaded == len(rows)
    assert file.quarantined_by_rule == {"paid_amount_unreadable": 1, "quantity_below_one": 1}
    assert file.skipped_by_reason == {"reversal": 2, "empty": 1, "total": 1}


def test_a_file_of_too_many_broken_rows_is_held_whole_and_its_neighbour_loaded(home: Home) -> None:
    rows = week_of_orders()
    bad = len(rows) // 2
    drop(home, "m001", spoilt(rows, bad))
    drop(home, "m002", rows)

    report = run_ingest(home)

    assert report.exit_code == 3
    assert statuses(report) == {f"m001/{NAME}": "held", f"m002/{NAME}": "loaded"}
    held = account(report, "m001")
    assert held.rows_held == len(rows)
    assert held.problem is not None
    assert held.problem.startswith(f"m001: {NAME}: {bad} of {len(rows)} rows are rejected")
    assert "quantity_below_one" in held.problem
    assert set(loaded_rows(home)["merchant_id"].to_pylist()) == {"m002"}
    assert [row["merchant_id"] for row in covered(home)] == ["m002"]
    assert quarantined(home) == []


def test_a_held_file_is_told_again_but_not_read_again(home: Home) -> None:
    rows = week_of_orders()
    drop(home, "m001", spoilt(rows, len(rows)))
    run_ingest(home)
    again = run_ingest(home)
    assert again.touched == []
    assert again.exit_code == 0
    assert account(again, "m001").problem is not None


def test_broken_rows_of_a_tiny_file_are_no_reason_to_hold_it(home: Home) -> None:
    drop(home, "m001", spoilt(week_of_orders()[:4], 2))
    assert account(run_ingest(home), "m001").status == "loaded"


def test_a_file_without_one_good_row_is_held_whatever_its_size(home: Home) -> None:
    drop(home, "m001", spoilt(week_of_orders()[:2], 2))
    assert account(run_ingest(home), "m001").status == "held"


def test_a_fault_that_merchants_share_lets_nothing_through_until_a_setting_allows_it(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = week_of_orders()
    for merchant_id in ("m001", "m002"):
        drop(home, merchant_id, spoilt(rows, len(rows) * 3 // 4))
    good = drop(home, "m001", rows, name=export_name(at("2024-09-10 09:30")))

    stopped = run_ingest(home)

    assert stopped.exit_code == 1
    (fault,) = stopped.structural_faults
    assert "2 merchants fail together" in fault
    assert "gate.max_run_share" in fault
    assert set(statuses(stopped).values()) == {"received"}
    assert loaded_rows(home).num_rows == 0
    with open_workspace(home) as workspace:
        assert stopped_at_gate(workspace) == [fault]

    monkeypatch.setenv("SEEDBED_GATE__MAX_RUN_SHARE", "0.9")
    passed = run_ingest(home)

    assert passed.exit_code == 3
    assert sorted(statuses(passed).values()) == ["held", "held", "loaded"]
    assert account(passed, "m001", good.name).rows_loaded == len(rows)
    with open_workspace(home) as workspace:
        assert stopped_at_gate(workspace) == []


def test_many_broken_rows_of_one_merchant_alone_stop_nobody_else(home: Home) -> None:
    rows = week_of_orders()
    for hour in (9, 10, 11):
        name = export_name(at(f"2024-09-09 {hour:02d}:30"))
        drop(home, "m001", spoilt(rows, len(rows) - hour), name=name)
    drop(home, "m002", rows[:10])
    report = run_ingest(home)
    assert report.exit_code == 3
    assert account(report, "m002").status == "loaded"


def test_a_newer_row_in_quarantine_leaves_the_older_one_standing(home: Home) -> None:
    rows = week_of_orders()
    drop(home, "m001", rows)
    run_ingest(home)
    before = loaded_rows(home)
    order_id = next(
        row["订单号"] for row in rows if [r["订单号"] for r in rows].count(row["订单号"]) == 1
    )
    restated = [
        row | {"商家应收金额(元)（支付金额）": "1,23"} if row["订单号"] == order_id else row
        for row in rows
    ]
    newer = drop(home, "m001", restated, name=export_name(at("2024-09-10 09:30")))

    report = run_ingest(home)

    assert report.exit_code == 3
    assert account(report, "m001", newer.name).rows_quarantined == 1
    of_order = [row for row in loaded_rows(home).to_pylist() if row["order_id"] == order_id]
    assert of_order == [row for row in before.to_pylist() if row["order_id"] == order_id]


def test_a_second_look_of_the_gate_finds_nothing_to_do(home: Home) -> None:
    drop(home, "m001", week_of_orders())
    run_ingest(home)
    with open_workspace(home) as workspace:
        outcome = gate(workspace, "qianfan__orders")
    assert outcome.suite is None
    assert outcome.files_loaded == 0
