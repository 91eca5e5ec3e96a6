"""The oracle on tiny tables whose answers were worked out by hand."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import oracle
import pytest
from oracle.by_hand import Line, marts, row, workbook

D = date.fromisoformat


def test_week_53_has_no_year_on_year_base():
    # 2020 has an ISO week 53 (from 28 December); 2019 and 2021 end with week 52.
    sold: list[Line] = [
        ("a", "2019-12-25", "x", "10.00"),  # 2019-W52
        ("b", "2019-12-30", "x", "20.00"),  # 2020-W01
        ("c", "2020-12-23", "x", "15.00"),  # 2020-W52
        ("d", "2020-12-30", "x", "40.00"),  # 2020-W53
        ("e", "2021-01-04", "x", "50.00"),  # 2021-W01
    ]
    weeks = marts(sold, ("2019-12-23", "2021-01-10"))["fct_merchant_weeks"]
    assert len(weeks) == 55
    assert row(weeks, week=D("2020-12-21"))["gmv_yoy"] == 0.5  # 15 against 10
    week_53 = row(weeks, week=D("2020-12-28"))
    assert week_53["gmv_yoy"] is None
    assert week_53["gmv_yoy_like_for_like"] is None
    assert week_53["gmv_wow"] == pytest.approx(25 / 15)
    week_1 = row(weeks, week=D("2021-01-04"))
    assert week_1["gmv_yoy"] == 1.5  # 50 against 20, not against week 53
    assert week_1["gmv_wow"] == 0.25


def test_like_for_like_leaves_out_the_weekdays_that_one_side_lacks():
    # The base week has no Wednesday to Friday; Wednesday's and Friday's orders must not count.
    sold: list[Line] = [
        ("a", "2024-05-06", "x", "10.00"),  # Monday
        ("b", "2024-05-07", "y", "10.00"),
        ("c", "2024-05-08", "z", "99.00"),  # Wednesday, known but not covered
        ("d", "2024-05-13", "x", "20.00"),
        ("e", "2024-05-13", "n", "10.00"),  # new, on a shared day
        ("f", "2024-05-15", "m", "70.00"),  # new, on a day that the base lacks
        ("g", "2024-05-15", "x", "1.00"),
        ("h", "2024-05-18", "z", "5.00"),  # Saturday; first seen on the uncovered Wednesday
    ]
    weeks = marts(sold, ("2024-05-06", "2024-05-07"), ("2024-05-11", "2024-05-19"))
    week = row(weeks["fct_merchant_weeks"], week=D("2024-05-13"))
    assert week["gmv_wow"] == pytest.approx((106 - 20) / 20)
    assert week["gmv_wow_like_for_like"] == pytest.approx((35 - 20) / 20)
    assert week["order_count_wow_like_for_like"] == 0.5  # d, e, h against a, b
    assert week["active_customers_wow_like_for_like"] == 0.5  # x, n, z against x, y
    assert week["new_customers_wow"] == 0.0  # n, m against x, y
    assert week["new_customers_wow_like_for_like"] == -0.5  # n against x, y
    assert week["returning_customers"] == 2  # x, z


def test_like_for_like_needs_a_shared_day():
    sold: list[Line] = [("a", "2024-05-06", "x", "1.00"), ("b", "2024-05-15", "x", "2.00")]
    weeks = marts(sold, ("2024-05-06", "2024-05-07"), ("2024-05-15", "2024-05-16"))
    week = row(weeks["fct_merchant_weeks"], week=D("2024-05-13"))
    assert week["gmv_wow"] == 1.0
    assert week["gmv_wow_like_for_like"] is None


def test_29_february_is_dropped_from_a_like_for_like_year():
    sold: list[Line] = [
        ("a", "2023-02-28", "x", "10.00"),
        ("b", "2024-02-28", "x", "15.00"),
        ("c", "2024-02-29", "x", "5.00"),
    ]
    months = marts(sold, ("2023-02-01", "2024-02-29"))["fct_merchant_months"]
    february = row(months, month=D("2024-02-01"))
    assert february["gmv_yoy"] == 1.0
    assert february["gmv_yoy_like_for_like"] == 0.5
    assert february["gmv_mom"] is None  # January sold nothing: no base


@pytest.mark.parametrize(("day", "age"), [("2024-01-30", 0), ("2024-01-31", 1)])
def test_ages_turn_at_30_days(day: str, age: int):
    first: Line = ("a", "2024-01-01", "x", "10.00")
    table = marts([first, ("b", day, "x", "5.00")], ("2024-01-01", "2024-02-29"))
    ages = table["fct_customer_cohorts_30d"]
    assert list(ages["age_30d"]) == [0, 1]  # 29 February is day 59
    sold = [row(ages, age_30d=n)["order_count"] for n in (0, 1)]
    assert sold == ([2, 0] if age == 0 else [1, 1])
    assert row(ages, age_30d=1)["cumulative_gmv"] == Decimal("15.00")
    assert row(ages, age_30d=1)["is_complete"] is True


def test_an_age_is_complete_when_the_youngest_member_has_lived_it():
    # Members of 1 and 31 January: age 0 ends on 29 February for the younger one.
    sold: list[Line] = [("a", "2024-01-01", "x", "1.00"), ("b", "2024-01-31", "y", "1.00")]
    full = marts(sold, ("2024-01-01", "2024-02-29"))["fct_customer_cohorts_30d"]
    short = marts(sold, ("2024-01-01", "2024-02-28"))["fct_customer_cohorts_30d"]
    assert row(full, age_30d=0)["is_complete"] is True
    assert row(short, age_30d=0)["is_complete"] is False
    assert list(short["age_30d"]) == [0, 1]  # 28 February is day 58 of the elder


@pytest.mark.parametrize(("gap", "bridged"), [(2, 2), (3, 0)])
def test_a_gap_of_two_days_is_bridged_and_of_three_is_not(gap: int, bridged: int):
    resumes = D("2024-05-03") + timedelta(days=gap)
    sold: list[Line] = [("a", "2024-05-03", "x", "1.00")]
    table = marts(sold, ("2024-05-01", "2024-05-02"), (str(resumes), "2024-05-12"))
    coverage = table["fct_coverage"]
    assert sum(coverage["is_bridged"]) == bridged
    if bridged:
        day = row(coverage, day=D("2024-05-03"))
        assert (day["file_count"], day["evidence"]) == (0, "bridged")
    sold_that_day = row(table["fct_merchant_days"], day=D("2024-05-03"))["gmv"]
    assert sold_that_day == (Decimal("1.00") if bridged else None)


def test_covered_without_orders_is_zero_and_uncovered_is_null():
    sold: list[Line] = [("a", "2024-05-06", None, "0.00"), ("b", "2024-05-16", "x", "7.00")]
    table = marts(sold, ("2024-05-06", "2024-05-10"), ("2024-05-21", "2024-05-21"))
    days, weeks = table["fct_merchant_days"], table["fct_merchant_weeks"]
    quiet, unknown = row(days, day=D("2024-05-07")), row(days, day=D("2024-05-16"))
    assert (quiet["gmv"], quiet["order_count"], quiet["is_complete"]) == (Decimal("0.00"), 0, True)
    assert (unknown["gmv"], unknown["active_customers"]) == (None, None)
    assert unknown["is_complete"] is False
    first, hole, last = (
        row(weeks, week=D(day)) for day in ("2024-05-06", "2024-05-13", "2024-05-20")
    )
    assert (first["order_count"], first["anonymous_order_count"], first["aov"]) == (1, 1, 0.0)
    assert (first["active_customers"], first["orders_days_covered"]) == (0, 5)
    assert (hole["order_count"], hole["gmv"], hole["orders_days_covered"]) == (None, None, 0)
    assert hole["aftersales_days_covered"] is None
    assert (last["gmv"], last["aov"], last["gmv_wow"]) == (Decimal("0.00"), None, None)


def test_a_customer_first_seen_on_an_uncovered_day_returns_and_belongs_to_its_cohort():
    sold: list[Line] = [
        ("a", "2024-04-01", "w", "1.00"),
        ("b", "2024-05-15", "x", "9.00"),  # May is not covered at all
        ("c", "2024-06-10", "x", "4.00"),
    ]
    table = marts(sold, ("2024-04-01", "2024-04-30"), ("2024-06-01", "2024-06-30"))
    june = row(table["fct_merchant_months"], month=D("2024-06-01"))
    assert (june["new_customers"], june["returning_customers"]) == (0, 1)
    cohorts = table["fct_customer_cohorts"]
    start = row(cohorts, cohort_month=D("2024-05-01"), month_number=0)
    assert (start["cohort_size"], start["active_customers"], start["ltv"]) == (1, None, None)
    later = row(cohorts, cohort_month=D("2024-05-01"), month_number=1)
    assert (later["active_customers"], later["cumulative_gmv"]) == (1, Decimal("4.00"))
    assert (later["is_complete"], later["is_cumulative_complete"]) == (True, False)
    hole = row(cohorts, cohort_month=D("2024-04-01"), month_number=1)
    assert (hole["order_count"], hole["cumulative_gmv"]) == (None, Decimal("1.00"))


def test_history_is_complete_after_the_warm_up_or_from_the_first_day():
    sold: list[Line] = [("a", "2024-05-01", "x", "1.00")]
    joined = D("2024-04-30")
    table = marts(sold, ("2024-05-01", "2024-05-31"), joined_on=joined, warmup_days=10)
    days = table["fct_merchant_days"]
    assert row(days, day=D("2024-05-10"))["is_history_complete"] is False
    assert row(days, day=D("2024-05-11"))["is_history_complete"] is True
    weeks = table["fct_merchant_weeks"]
    assert row(weeks, week=D("2024-05-06"))["is_history_complete"] is False
    assert row(weeks, week=D("2024-05-13"))["is_history_complete"] is True
    known = marts(sold, ("2024-05-01", "2024-05-31"), joined_on=D("2024-05-01"))
    assert all(known["fct_merchant_days"]["is_history_complete"])


def test_rows_are_read_judged_and_counted(tmp_path: Path):
    day = "2024-05-20 "
    export = workbook(
        tmp_path / "小红书订单查询2024-05-27-09_30_a.xlsx",
        ("P1", "已完成", day + "07:59:00", "1", "1,627.20", "7"),
        ("P1", "已完成", day + "07:58:00", "2", "0.80", "7"),
        ("P2", "已关闭", "2024-05-20 00:30:00", "1", "2.00", ""),
        ("P3", "待付款", "", "1", "2.00", "8"),
        ("P4", "已完成", day + "09:00:00", "1", "1,23", "8"),
        ("P5", "已完成", day + "09:00:00", "-1", "-0.00", "8"),
        ("P5", "已完成", day + "09:00:00", "0", "0.00", "8"),
        ("PC6", "已取消", "2024-05-19 09:00:00", "-1", "-5.00", "8"),
    )
    counted = oracle.accounting([export]).set_index(["outcome", "reason"])["rows"].to_dict()
    assert counted == {
        ("loaded", ""): 4,
        ("quarantined", "paid_amount is unreadable"): 1,
        ("quarantined", "quantity < 1"): 2,
        ("skipped", "reversal"): 1,
    }
    table = oracle.tables([export], joined_on=D("2024-01-01"))
    orders = table["fct_orders"]
    assert list(orders["order_id"]) == ["P2", "P1"]
    order = row(orders, order_id="P1")
    assert order["paid_at"] == datetime.fromisoformat("2024-05-19T23:58")  # UTC
    assert order["paid_date"] == D("2024-05-20")
    assert (order["line_count"], order["quantity"], order["gmv"]) == (2, 3, Decimal("1628.00"))
    covered = table["fct_coverage"]["day"]
    assert (min(covered), max(covered)) == (D("2024-05-19"), D("2024-05-26"))


def test_the_latest_export_of_an_order_wins_in_any_order_of_reading(tmp_path: Path):
    old = workbook(
        tmp_path / "小红书订单查询2024-05-27-09_30_a.xlsx",
        ("P1", "已完成", "2024-05-20 09:00:00", "1", "3.00", "7"),
        ("P1", "已完成", "2024-05-20 09:00:00", "1", "3.00", "7"),
    )
    new = workbook(
        tmp_path / "小红书订单查询2024-05-28-09_30_b.xlsx",
        ("P1", "已关闭", "2024-05-20 09:00:00", "1", "3.00", "7"),
    )
    for books in ([old, new], [new, old], [new, old, new]):
        table = oracle.tables(books, joined_on=D("2024-01-01"))
        assert row(table["fct_orders"], order_id="P1")["gmv"] == Decimal("3.00")
        assert row(table["fct_coverage"], day=D("2024-05-26"))["file_count"] == 2


def test_compare_tells_every_difference():
    columns = ["day", "gmv", "aov", "customer_key"]
    day, other = D("2024-05-01"), D("2024-05-02")
    ours = oracle.frame([(day, Decimal("1.00"), 0.1, "7"), (other, None, None, "8")], columns)
    same = oracle.frame([(other, None, None, "h8"), (day, Decimal(1), 0.1 + 1e-12, "h7")], columns)
    assert oracle.compare(ours, same, ["day"]) == []
    assert oracle.compare(ours, same.drop(columns="aov"), ["day"]) == ["column aov is missing"]
    for wrong in (
        (day, 1.0, 0.1, "h7"),  # not a Decimal
        (day, Decimal("1.01"), 0.1, "h7"),
        (day, Decimal("1.00"), 0.1001, "h7"),
        (day, Decimal("1.00"), None, "h7"),
        (day, Decimal("1.00"), 0.1, "h8"),  # two customers made one
        (day, Decimal("1.00"), 0.1, None),
        (date(2024, 5, 3), Decimal("1.00"), 0.1, "h7"),
    ):
        theirs = oracle.frame([wrong, (other, None, None, "h8")], columns)
        assert oracle.compare(ours, theirs, ["day"])
    assert oracle.compare(ours, oracle.frame([*same.to_numpy().tolist()] * 2, columns), ["day"])
    null_is_not_zero = oracle.frame(
        [(day, Decimal("1.00"), 0.1, "h7"), (other, Decimal(0), float("nan"), "h8")], columns
    )
    assert oracle.compare(ours, null_is_not_zero, ["day"]) == [
        "day 2024-05-02: gmv should be None but is Decimal('0')",
        "day 2024-05-02: aov should be None but is nan",
    ]
