"""The planted truth against the written files, read and added up by another way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest
from market_kit import Row, day_of, moment, newest, number

from orchestration.samples.market.deliver import Delivered
from orchestration.samples.market.truth import Truth

pytestmark = pytest.mark.slow

PAID = "商家应收金额(元)（支付金额）"


@pytest.fixture(scope="module")
def orders(files: list[Delivered]) -> pd.DataFrame:
    """One row per paid order: merchant_id, order_id, paid_at, buyer, status, gmv, lines."""
    found: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in newest(files, "qianfan__orders", lambda row: (row["订单号"],)):
        if row["支付时间"] != "":
            found[row["merchant_id"], row["订单号"]].append(row)
    return frame(
        {
            "merchant_id": merchant_id,
            "order_id": order_id,
            "paid_at": min(moment(line["支付时间"]) for line in lines),
            "day": min(moment(line["支付时间"]).date() for line in lines),
            "buyer": lines[0]["用户编号"] or None,
            "status": lines[0]["订单状态"],
            "gmv": sum(number(line[PAID]) for line in lines),
            "quantity": sum(number(line["SKU件数"]) for line in lines),
            "lines": len(lines),
        }
        for (merchant_id, order_id), lines in found.items()
    )


def records(rows: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in rows.to_dict("records")]


def frame(rows: Iterable[Row]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), dtype=object)


def as_tuples(frame: pd.DataFrame, *names: str) -> list[tuple[Any, ...]]:
    return sorted(frame[[*names]].itertuples(index=False, name=None))


def test_paid_orders_are_those_of_the_newest_whole_export(
    orders: pd.DataFrame, truth: Truth
) -> None:
    ours = as_tuples(
        orders, "merchant_id", "order_id", "paid_at", "status", "gmv", "quantity", "lines"
    )
    told = as_tuples(
        truth.orders,
        "merchant_id",
        "order_id",
        "paid_at",
        "order_status",
        "gmv",
        "quantity",
        "line_count",
    )
    assert len(told) > 1000
    assert ours == told
    assert set(orders["status"]) >= {"已完成", "已取消", "已关闭"}
    assert any(gmv == 0 for gmv in orders["gmv"])
    assert max(orders["lines"]) > 2


def test_gmv_orders_and_customers_of_weeks_follow_from_the_orders(
    orders: pd.DataFrame, truth: Truth
) -> None:
    covered = {
        (row["merchant_id"], row["day"])
        for row in records(truth.coverage)
        if row["source"] == "qianfan__orders"
    }
    rows = records(orders)
    first: dict[tuple[str, str], date] = {}
    for row in sorted(rows, key=lambda row: row["paid_at"]):
        first.setdefault((row["merchant_id"], row["buyer"]), row["day"])
    weeks = [week for week in records(truth.merchant_weeks) if week["orders_days_covered"]]
    assert 0 < len(weeks) < len(truth.merchant_weeks)
    for week in weeks:
        merchant_id = week["merchant_id"]
        days = {week["period"] + timedelta(days=day) for day in range(7)}
        days = {day for day in days if (merchant_id, day) in covered}
        own = [row for row in rows if row["merchant_id"] == merchant_id and row["day"] in days]
        buyers = {row["buyer"] for row in own} - {None}
        new = {buyer for buyer in buyers if first[merchant_id, buyer] in days}
        assert week["order_count"] == len(own)
        assert week["gmv"] == sum(row["gmv"] for row in own)
        assert week["anonymous_order_count"] == sum(row["buyer"] is None for row in own)
        assert week["active_customers"] == len(buyers)
        assert week["new_customers"] == len(new)
        assert week["returning_customers"] == len(buyers - new)


def test_unknown_weeks_have_no_figure_and_quiet_ones_zero(truth: Truth) -> None:
    weeks = truth.merchant_weeks
    unknown = weeks[weeks["orders_days_covered"] == 0]
    assert {"gmv", "order_count", "net_gmv", "new_customers"} <= set(unknown.columns)
    assert unknown[["gmv", "order_count", "net_gmv", "new_customers"]].isna().all(axis=None)
    shut = weeks[(weeks["merchant_id"] == "m009") & (weeks["order_count"] == 0)]
    assert as_tuples(shut, "gmv", "orders_days_covered") == [(0, 7)]


def test_periods_are_sums_of_their_days(truth: Truth) -> None:
    names = ["gmv", "order_count", "refund_amount_by_refund_date", "ad_spend", "clicks"]
    for periods in (truth.merchant_weeks, truth.merchant_months):
        for name in names:
            assert sum(truth.merchant_days[name].dropna()) == sum(periods[name].dropna())


def test_refunds_count_once_by_pay_date(
    files: list[Delivered], orders: pd.DataFrame, truth: Truth
) -> None:
    cases = newest(files, "qianfan__aftersales", lambda row: (row["售后单号"],))
    done = [row for row in cases if "完成" in row["状态"] or "成功" in row["状态"]]
    told = {(row["merchant_id"], row["订单号"]) for row in done}
    closed = orders[orders["status"].isin(["已取消", "已关闭"])]
    derived = [
        (order["merchant_id"], order["order_id"], order["gmv"])
        for order in records(closed)
        if (order["merchant_id"], order["order_id"]) not in told
    ]
    real = [(row["merchant_id"], row["订单号"], number(row["申请售后金额(元)"])) for row in done]
    found = truth.refunds
    assert as_tuples(found[found["is_derived"].astype(bool)], *KEY) == sorted(derived)
    assert as_tuples(found[~found["is_derived"].astype(bool)], *KEY) == sorted(real)
    assert min(len(real), len(derived)) > 3
    assert not found.duplicated(["merchant_id", "order_id", "aftersale_id"]).any()
    late = [row for row in records(found) if (row["refund_date"] or date.min) > row["paid_date"]]
    assert len(late) > 3


KEY = ("merchant_id", "order_id", "amount")


def test_net_gmv_is_gmv_less_refunds_of_orders_paid_then(truth: Truth) -> None:
    known = [day for day in records(truth.merchant_days) if day["net_gmv"] is not None]
    assert 0 < len(known) < len(truth.merchant_days)
    of_day = truth.refunds.groupby(["merchant_id", "paid_date"])["amount"].sum().to_dict()
    for day in known:
        refunded = of_day.get((day["merchant_id"], day["period"]), 0)
        assert day["net_gmv"] == day["gmv"] - refunded


@pytest.fixture(scope="module")
def reports(files: list[Delivered]) -> dict[str, pd.DataFrame]:
    """Newest daily rows of the reports without breakdown, by source, with figures added."""
    ids = {
        "juguang__accounts": [],
        "juguang__campaigns": ["计划ID"],
        "juguang__units": ["单元ID"],
        "juguang__creatives": ["创意ID"],
        "juguang__notes": ["note"],
        "juguang__keywords": ["单元ID", "关键词"],
        "juguang__search_words": ["单元ID", "关键词", "搜索词"],
    }
    return {source: _report(files, source, names) for source, names in ids.items()}


def _report(files: list[Delivered], source: str, ids: list[str]) -> pd.DataFrame:
    def key_of(row: Row) -> tuple[Any, ...]:
        # A report that does not name its account is of the merchant's only one.
        account = row.get("账户ID", "")
        is_daily = " - " not in str(row["时间"])
        breakdown = "广告类型" in row or "投放位置" in row
        named = {**row, "note": row.get("笔记ID", row.get("笔记/素材ID"))}
        return account, is_daily, breakdown, *(named[name] for name in ids), day_of(row["时间"])

    rows = newest(files, source, key_of)
    return frame(
        {
            "merchant_id": row["merchant_id"],
            "day": day_of(row["时间"]),
            "spend": number(row["消费"]),
            "clicks": number(row["点击量"]),
            "paid": number(row["7日支付订单量"]),
        }
        for row in rows
        if key_of(row)[1:3] == (True, False)
    )


def test_every_level_of_every_account_adds_up(
    reports: dict[str, pd.DataFrame], truth: Truth
) -> None:
    rows = truth.ad_rows
    for source, found in reports.items():
        told = rows[
            (rows["source"] == source) & (rows["unit"] == "day") & (rows["breakdown"] == "")
        ]
        assert len(told) == len(found) > 50, source
        for ours, theirs in (
            ("spend", "spend"),
            ("clicks", "clicks"),
            ("paid", "orders_paid_7d_by_click"),
        ):
            assert sum(found[ours]) == sum(told[theirs]), (source, ours)


def test_account_days_come_from_the_account_where_it_was_delivered(
    reports: dict[str, pd.DataFrame], truth: Truth
) -> None:
    accounts = reports["juguang__accounts"].groupby(["merchant_id", "day"])["spend"].sum()
    days = truth.ad_account_days
    daily = days[(days["source"] == "juguang__accounts") & (days["unit"] == "day")]
    assert daily.groupby(["merchant_id", "day"])["spend"].sum().to_dict() == accounts.to_dict()
    cuts = set(zip(days["source"], days["unit"], strict=True))
    assert cuts >= {("juguang__accounts", "hour"), ("juguang__campaigns", "day")}


def test_what_the_levels_do_not_show_is_never_negative_and_planted(truth: Truth) -> None:
    hidden = truth.ad_unattributed
    assert (hidden[["spend", "impressions", "clicks"]] >= 0).all(axis=None)
    campaigns = hidden[hidden["source"] == "juguang__campaigns"]
    words = hidden[hidden["source"] == "juguang__search_words"]
    assert 0 < sum(campaigns["spend"]) < sum(words["spend"])


def test_live_sessions_are_pieces_put_together(files: list[Delivered], truth: Truth) -> None:
    rows = newest(
        files,
        "qianfan__live_sessions",
        lambda row: (row["主播昵称"], moment(row["直播开始时间"])),
    )
    sessions: list[list[Any]] = []
    for row in sorted(rows, key=lambda row: (row["merchant_id"], moment(row["直播开始时间"]))):
        begins, paid = moment(row["直播开始时间"]), number(row["支付金额"])
        ends = begins + timedelta(minutes=int(number(row["直播时长（分钟）"])))
        last = sessions[-1] if sessions else None
        if last and last[0] == row["merchant_id"] and begins - last[2] <= timedelta(minutes=10):
            last[2:] = [max(last[2], ends), last[3] + 1, last[4] + paid]
        else:
            sessions.append([row["merchant_id"], begins, ends, 1, paid])
    told = as_tuples(
        truth.live_sessions, "merchant_id", "started_at", "ended_at", "pieces", "paid_gmv"
    )
    assert sorted(map(tuple, sessions)) == told
    assert {1, 2} <= set(truth.live_sessions["pieces"])
    assert min(truth.live_sessions["minutes_on_air"]) < 5


def test_grants_stand_once_with_their_unit(files: list[Delivered], truth: Truth) -> None:
    rows = newest(files, "seedbed__incentive_grants", lambda row: (row["激励编号"],))
    ours = sorted(
        (row["激励编号"], row["单位"], number(row["发放数量"]), day_of(row["生效结束"]))
        for row in rows
    )
    assert ours == as_tuples(truth.grants, "grant_id", "grant_unit", "granted_quantity", "valid_to")
    assert len(set(truth.grants["grant_unit"])) > 2


def test_the_shops_own_days_differ_for_planted_causes_only(
    files: list[Delivered], orders: pd.DataFrame, truth: Truth
) -> None:
    rows = newest(files, "qianfan__shop_days", lambda row: (day_of(row["周期"]),))
    platform = {(row["merchant_id"], day_of(row["周期"])): number(row["支付金额"]) for row in rows}
    ours = orders.groupby(["merchant_id", "day"])["gmv"].sum().to_dict()
    told = truth.reconciliation
    assert len(platform) == len(told)
    for row in records(told):
        place = row["merchant_id"], row["day"]
        assert (row["platform_gmv"], row["gmv"]) == (platform[place], ours.get(place, 0))
    causes = ["told_under_next_day", "taken_out", "not_loaded"]
    assert (told[causes].sum(axis=1) == told["difference"]).all()
    for cause in causes:
        assert (told[cause] != 0).any(), cause


def test_items_of_a_week_are_its_orders_but_for_an_unlisted_item(truth: Truth) -> None:
    items = truth.items
    whole = items[(items["operation_mode"] == "全部") & (items["carrier"] == "全部")]
    sold = whole.groupby(["merchant_id", "period_from"])["paid_gmv"].sum().to_dict()
    gaps = {
        place: week["gmv"] - sold[place]
        for week in records(truth.merchant_weeks)
        if week["orders_days_covered"] == 7
        and (place := (week["merchant_id"], week["period"])) in sold
    }
    unlisted = {merchant_id for (merchant_id, _), gap in gaps.items() if gap > 0}
    assert unlisted == {"m002", "m007", "m012"}
    # What was not loaded is the only other cause: an order or a line in quarantine.
    assert sum(gap < 0 for gap in gaps.values()) <= 3
    parts = items[(items["operation_mode"] == "全部") & (items["carrier"] != "全部")]
    assert sum(parts["paid_gmv"]) == sum(whole["paid_gmv"])


def test_what_newer_exports_change_is_told(truth: Truth) -> None:
    changes = truth.changes
    statuses = changes[changes["name"] == "order_status"]
    assert set(statuses["new"]) >= {"已完成", "已取消"}
    credited = changes[changes["name"] == "gmv_paid_7d_by_click"]
    assert len(credited) > 20
    assert (credited["new"] > credited["old"]).all()
    taken_out = changes[
        (changes["source"] == "qianfan__shop_days") & (changes["name"] == "paid_gmv")
    ]
    assert (taken_out["new"] < taken_out["old"]).all()
