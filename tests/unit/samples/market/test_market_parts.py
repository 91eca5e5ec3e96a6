"""The parts of a world, one by one: cells, orders, cases, broadcasts, leaves of advertising."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from orchestration.samples.market.ad_reports import LEVELS, report
from orchestration.samples.market.ads import FIGURES, HOURS, LeafDay, invent_leaf_days
from orchestration.samples.market.aftersales import Aftersale
from orchestration.samples.market.cells import Cell, CellStyle, Formula, Kind, Value, cell, share
from orchestration.samples.market.history import invent_history
from orchestration.samples.market.live import Broadcast, Piece
from orchestration.samples.market.merchants import invent_merchants
from orchestration.samples.market.orders import Line, Order, shut_days
from orchestration.samples.market.schedule import weekly_plans
from orchestration.samples.market.world import World, invent_world

MONDAY = date(2024, 7, 1)
LEAF_DAYS = invent_leaf_days("m001", "7000011", seed=1, first_day=MONDAY, weeks=1)


def at(clock: str) -> datetime:
    return datetime.fromisoformat(clock)


NOON = at("2024-07-01 12:00")
MERCHANT = invent_merchants(1, 1, MONDAY)[0]
LINE = Line(MERCHANT.items[0], 1, Decimal("10.00"), Decimal("10.00"), Decimal("10.00"))
ORDER = Order("P1", NOON, NOON, None, None, "60000000", (LINE,))


@pytest.mark.parametrize(
    ("value", "kind", "style", "text"),
    [
        (Decimal("1234.50"), "money", CellStyle(), "1,234.50"),
        (Decimal("1234.50"), "money", CellStyle(yuan_sign=True, thousands=False), "￥1234.50"),
        (Decimal("1234.50"), "number", CellStyle(yuan_sign=True), "1,234.50"),
        (Decimal("0"), "money", CellStyle(), "0.00"),
        (1234, "integer", CellStyle(point_zero=True), "1,234.0"),
        (1234, "integer", CellStyle(full_width=True), "１，２３４"),
        (share(1383, 10000), "percent", CellStyle(typed=True), "13.83%"),
        (share(1, 0), "percent", CellStyle(), "-"),
        (None, "integer", CellStyle(nothing=" "), " "),
        (None, "time", CellStyle(), ""),
        (at("2024-08-06 09:30"), "time", CellStyle(slashed_days=True), "2024/08/06 09:30:00"),
        (date(2024, 8, 6), "day", CellStyle(slashed_days=True), "2024/08/06"),
        (date(2024, 8, 6), "day", CellStyle(typed=True), date(2024, 8, 6)),
        ("2024-08-06 14:00 - 14:59", "day", CellStyle(typed=True), "2024-08-06 14:00 - 14:59"),
        ("0012", "text", CellStyle(typed=True), "0012"),
        (Decimal("1.50"), "money", CellStyle(typed=True), 1.5),
        ("u", "link", CellStyle(), '=HYPERLINK("u","u")'),
        ("u", "link", CellStyle(typed=True), Formula('=HYPERLINK("u","u")', 0)),
    ],
)
def test_a_value_is_written_in_every_way(
    value: Value, kind: Kind, style: CellStyle, text: Cell
) -> None:
    assert cell(value, kind, style) == text


def test_more_merchants_change_nothing_of_the_first() -> None:
    few = invent_world(merchants=2, weeks=1, with_mishaps=False)
    more = invent_world(merchants=3, weeks=1, with_mishaps=False)
    assert more.histories[:2] == few.histories
    assert invent_world(merchants=2, weeks=1, seed=2).histories != few.histories


def test_every_open_day_has_a_paid_order_and_a_shut_one_none(world: World) -> None:
    shut = 0
    for history in world.histories:
        merchant = history.merchant
        days = {order.paid_day for order in history.orders} - {None}
        closed = shut_days(merchant, world.first_day)
        shut += len(closed)
        open_days = {world.first_day + timedelta(days=day) for day in range(28)} - closed
        assert days == {day for day in open_days if day >= merchant.joined_on}
    assert shut == 9


def test_every_week_has_a_case_opened_on_its_monday(world: World) -> None:
    for history in world.histories:
        opened = {case.created_at.date() for case in history.aftersales}
        mondays = {world.first_day + timedelta(weeks=week) for week in range(4)}
        assert {day for day in mondays if day >= history.merchant.joined_on} <= opened


def test_an_order_goes_from_one_status_to_the_next() -> None:
    def statuses(order: Order) -> list[str]:
        return [order.status(NOON + timedelta(hours=hours)) for hours in (0, 13, 47, 24 * 8)]

    assert statuses(ORDER) == ["待配货", "配货中", "配货中", "已完成"]
    unpaid = replace(ORDER, paid_at=None, closed_at=NOON + timedelta(hours=24), closed_as="已关闭")
    assert statuses(unpaid) == ["待付款", "待付款", "已关闭", "已关闭"]
    cancelled = replace(ORDER, closed_at=NOON + timedelta(hours=20), closed_as="已取消")
    assert statuses(cancelled) == ["待配货", "配货中", "已取消", "已取消"]


def test_a_case_is_waiting_until_it_is_settled() -> None:
    case = Aftersale(
        "1",
        ORDER,
        "x",
        True,
        "",
        Decimal(1),
        NOON,
        NOON + timedelta(days=2),
        "succeeded",
        "售后完成",
    )
    assert case.status(NOON) == "待商家处理"
    assert case.received_at(NOON) is None
    later = NOON + timedelta(days=2)
    assert (case.status(later), case.received_at(later)) == ("售后完成", later)
    refused = replace(case, outcome="refused", ending="商家拒绝")
    assert not refused.has_succeeded(later)
    assert refused.received_at(later) is None


def test_minutes_on_air_count_once() -> None:
    def piece(clock: str, minutes: int) -> Piece:
        return Piece("a", at(f"2024-07-01 {clock}"), minutes, 0, 0, 0, 0, 0, 0)

    whole = Broadcast((piece("20:00", 60), piece("20:58", 30), piece("21:32", 10)))
    assert whole.minutes_on_air == 98
    assert (whole.started_at, whole.ended_at) == (at("2024-07-01 20:00"), at("2024-07-01 21:42"))


def test_the_hours_of_a_day_make_the_day() -> None:
    for one in LEAF_DAYS:
        hours = [one.in_hour(hour) for hour in range(HOURS)]
        assert {name: sum(part[name] for part in hours) for name in FIGURES} == one.figures


def test_what_is_credited_grows_for_seven_days_and_no_longer() -> None:
    def known(one: LeafDay, age: int) -> int:
        return len(list(one.purchases_before(one.day + timedelta(days=age))))

    totals = [sum(known(one, age) for one in LEAF_DAYS) for age in range(10)]
    assert totals[0] == 0
    assert totals == sorted(totals)
    assert totals[1] < totals[3] < totals[7]
    assert totals[7] == totals[9] == sum(len(one.purchases) for one in LEAF_DAYS)


@pytest.mark.parametrize("source", list(LEVELS))
def test_hourly_and_daily_reports_of_one_morning_agree(source: str) -> None:
    export_day = MONDAY + timedelta(days=7)
    daily = report(source, LEAF_DAYS, export_day)
    hourly = report(source, LEAF_DAYS, export_day, "hour")
    for name in ("spend", "clicks", "orders_paid_7d_by_click", "gmv_paid_7d_by_click"):
        assert sum(row.values[name] for row in daily) == sum(row.values[name] for row in hourly)  # pyright: ignore[reportArgumentType, reportCallIssue]


def test_finer_levels_make_the_account_but_for_what_they_cannot_show() -> None:
    def spend(source: str) -> Decimal:
        rows = report(source, LEAF_DAYS, MONDAY + timedelta(days=7))
        return sum((Decimal(str(row.values["spend"])) for row in rows), Decimal(0))

    levels = {source.removeprefix("juguang__"): spend(source) for source in LEVELS}
    assert levels["accounts"] > levels["campaigns"] == levels["units"] == levels["creatives"]
    assert levels["creatives"] > levels["notes"]
    assert levels["creatives"] > levels["keywords"] > levels["search_words"] > 0


def test_weekly_plans_without_mishaps_have_nothing_to_reject() -> None:
    merchant = invent_merchants(1, 2, MONDAY)[1]
    history = invent_history(merchant, seed=1, first_day=MONDAY, weeks=4, orders_a_week=10)
    plans = weekly_plans(history)
    assert {entry.fate for plan in plans for entry in plan.entries} == {"loaded"}
    assert not any(plan.fault or plan.is_repeat for plan in plans)
