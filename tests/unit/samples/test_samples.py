from datetime import date, datetime
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from orchestration.register import Register
from orchestration.samples.demo import write_demo
from orchestration.samples.dirt import total
from orchestration.samples.workbooks import (
    ORDER_HEADERS,
    Style,
    export_name,
    order_rows,
    write_orders,
)
from orchestration.samples.world import make_world

MONDAY = date(2024, 9, 9)
WORLD = make_world(seed=1, first_day=MONDAY, weeks=2, orders_a_week=20)


def test_a_seed_makes_one_world() -> None:
    assert make_world(seed=1, first_day=MONDAY, weeks=2, orders_a_week=20) == WORLD
    assert make_world(seed=2, first_day=MONDAY, weeks=2, orders_a_week=20) != WORLD


def test_the_truth_adds_up_over_the_rows_written() -> None:
    truth, rows = WORLD.truth(), order_rows(WORLD.orders)
    paid = "商家应收金额(元)（支付金额）"
    assert len(truth) == 40
    assert truth["order_id"].is_unique
    assert float(truth["gmv"].sum()) == pytest.approx(
        sum(float(row[paid].replace(",", "")) for row in rows)
    )
    assert int(truth["lines"].sum()) == len(rows)


def test_some_buyers_come_back_and_some_are_unknown() -> None:
    buyers = WORLD.truth()["buyer_number"]
    assert 0 < buyers.isna().sum() < len(buyers)
    assert buyers.dropna().duplicated().any()


def test_between_holds_both_days() -> None:
    days = {order.paid_at.date() for order in WORLD.between(MONDAY, date(2024, 9, 11))}
    assert min(days) >= MONDAY
    assert max(days) <= date(2024, 9, 11)


def test_the_same_rows_make_the_same_bytes(tmp_path: Path) -> None:
    rows = [*order_rows(WORLD.orders), total(3)]
    style = Style(extra_columns=45, shuffle_seed=2, number_cells=True)
    first = write_orders(tmp_path / "a" / "x.xlsx", rows, style)
    second = write_orders(tmp_path / "b" / "y.xlsx", rows, style)
    assert first.read_bytes() == second.read_bytes()


def test_a_workbook_has_the_true_headers(tmp_path: Path) -> None:
    path = write_orders(tmp_path / "x.xlsx", order_rows(WORLD.orders))
    header = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python(nrows=1)[0]
    assert tuple(header) == ORDER_HEADERS


def test_the_name_tells_the_export_time() -> None:
    name = export_name(datetime.fromisoformat("2024-09-16 09:30"))
    assert name.startswith("小红书订单查询2024-09-16-09_30_")
    assert name == export_name(datetime.fromisoformat("2024-09-16 09:30"))


def test_the_demo_is_two_registered_merchants_with_four_exports_each(tmp_path: Path) -> None:
    register = Register.model_validate(write_demo(tmp_path))
    assert [m.merchant_id for m in register.merchants] == ["m001", "m002"]
    assert "synthetic" in register.merchants[1].name.in_locale("en").lower()
    assert "合成" in register.merchants[1].name.in_locale("zh-CN")
    for merchant in register.merchants:
        assert len(list((tmp_path / merchant.merchant_id).glob("*.xlsx"))) == 4
        assert {recipient.channel for recipient in merchant.recipients} == {"slack", "email"}
    assert register.team.recipients


def test_the_last_synthetic_export_is_of_the_friday(tmp_path: Path) -> None:
    write_demo(tmp_path)
    names = sorted(path.name for path in (tmp_path / "m002").iterdir())
    assert names[-1].startswith("小红书订单查询2024-09-13-09_30_")
    sheet = CalamineWorkbook.from_path(tmp_path / "m002" / names[-1]).get_sheet_by_index(0)
    header, *rows = sheet.to_python()
    days = {str(row[header.index("支付时间")])[:10] for row in rows}
    assert max(days) == "2024-09-12"
