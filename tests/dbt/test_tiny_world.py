"""Cells of the tiny world, worked out by hand from what `tiny_exports.py` says."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from tiny_world import rows

from orchestration.home import Home

pytestmark = pytest.mark.slow

MAY_27, JUNE_3, JUNE_10 = date(2024, 5, 27), date(2024, 6, 3), date(2024, 6, 10)
MAY, JUNE = date(2024, 5, 1), date(2024, 6, 1)


def money(text: str) -> Decimal:
    return Decimal(text)


def test_the_latest_export_of_an_order_counts(tiny: Home) -> None:
    found = rows(
        tiny,
        "select order_id, gmv, line_count, is_first_order, is_covered, file_sha256"
        " from marts.fct_orders where merchant_id = 'm1' order by order_id",
    )
    assert found == [
        ("A", money("15.00"), 2, True, True, "aa"),
        ("B", money("18.00"), 1, True, True, "bb"),
        ("C", money("8.00"), 1, False, True, "aa"),
        ("D", money("30.00"), 1, False, True, "bb"),
        ("E", money("99.00"), 1, True, False, "bb"),
        ("F", money("12.00"), 1, False, True, "cc"),
        ("G", money("7.50"), 1, False, True, "cc"),
    ]


def test_an_order_in_quarantine_leaves_the_older_one_standing(tiny: Home) -> None:
    found = rows(
        tiny,
        "select order_id, gmv, line_count, file_sha256 from marts.fct_orders"
        " where merchant_id = 'm4' order by order_id",
    )
    assert found == [("P", money("14.00"), 2, "gg"), ("Q", money("3.00"), 1, "hh")]


def test_two_days_between_exports_are_bridged(tiny: Home) -> None:
    found = rows(
        tiny,
        "select day(day), file_count, evidence from marts.fct_coverage"
        " where merchant_id = 'm2' order by day",
    )
    assert found == [
        (10, 1, "rows_to_export"),
        (11, 1, "rows_to_export"),
        (12, 0, "bridged"),
        (13, 0, "bridged"),
        (14, 1, "rows_to_export"),
        (15, 1, "rows_to_export"),
        (16, 1, "rows_to_export"),
    ]


def test_a_day_that_was_withdrawn_is_not_bridged(tiny: Home) -> None:
    found = rows(
        tiny,
        "select day(day), is_bridged from marts.fct_coverage where merchant_id = 'm4' order by day",
    )
    assert found == [(10, False), (11, False), (13, False), (14, False), (15, True), (16, False)]


def test_an_uncovered_day_is_unknown_and_a_covered_one_zero(tiny: Home) -> None:
    found = rows(
        tiny,
        "select day(day), order_count, gmv, is_complete from marts.fct_merchant_days"
        " where merchant_id = 'm1' and day between '2024-06-04' and '2024-06-10' order by day",
    )
    assert found == [
        (4, 0, money("0.00"), True),
        (5, 0, money("0.00"), True),
        (6, None, None, False),
        (7, None, None, False),
        (8, None, None, False),
        (9, None, None, False),
        (10, 1, money("12.00"), True),
    ]


def test_weeks_and_their_growth(tiny: Home) -> None:
    found = rows(
        tiny,
        "select week, order_count, gmv, anonymous_gmv, active_customers, new_customers,"
        " returning_customers, orders_days_covered, is_complete, is_history_complete"
        " from marts.fct_merchant_weeks where merchant_id = 'm1' order by week",
    )
    assert found == [
        (MAY_27, 3, money("41.00"), money("8.00"), 2, 2, 0, 7, True, True),
        (JUNE_3, 1, money("30.00"), money("0.00"), 1, 0, 1, 3, False, True),
        # c3 was seen first on the uncovered 6 June, so she is not new
        (JUNE_10, 2, money("19.50"), money("0.00"), 2, 0, 2, 7, True, True),
    ]
    [growth] = rows(
        tiny,
        "select gmv_wow, gmv_wow_like_for_like, order_count_wow_like_for_like,"
        " active_customers_wow_like_for_like, new_customers_wow_like_for_like, gmv_yoy"
        " from marts.fct_merchant_weeks where merchant_id = 'm1' and week = '2024-06-03'",
    )
    # Monday to Wednesday of the week before: A and B, 33.00
    assert growth == (pytest.approx(-11 / 41), pytest.approx(-3 / 33), -0.5, -0.5, -1.0, None)


def test_months_and_the_days_they_share(tiny: Home) -> None:
    found = rows(
        tiny,
        "select month, order_count, gmv, active_customers, new_customers, orders_days_covered,"
        " days_in_period, gmv_mom, gmv_mom_like_for_like"
        " from marts.fct_merchant_months where merchant_id = 'm1' order by month",
    )
    assert found == [
        (MAY, 2, money("33.00"), 2, 2, 5, 31, None, None),
        # c3's first day, though uncovered, lies in June: new. No day position is shared.
        (JUNE, 4, money("57.50"), 3, 1, 12, 30, pytest.approx(24.5 / 33), None),
    ]


def test_cohorts_by_month(tiny: Home) -> None:
    found = rows(
        tiny,
        "select cohort_month, month_number, cohort_size, active_customers, order_count, gmv,"
        " cumulative_gmv, ltv, is_complete from marts.fct_customer_cohorts"
        " where merchant_id = 'm1' order by 1, 2",
    )
    assert found == [
        (MAY, 0, 2, 2, 2, money("33.00"), money("33.00"), 16.5, False),
        (MAY, 1, 2, 2, 2, money("37.50"), money("70.50"), 35.25, False),
        (JUNE, 0, 1, 1, 1, money("12.00"), money("12.00"), 12.0, False),
    ]


def test_cohorts_by_age(tiny: Home) -> None:
    found = rows(
        tiny,
        "select cohort_month, age_30d, active_customers, gmv, is_complete"
        " from marts.fct_customer_cohorts_30d where merchant_id = 'm1' order by 1, 2",
    )
    assert found == [
        (MAY, 0, 2, money("70.50"), False),
        (JUNE, 0, 1, money("12.00"), False),
    ]


def test_facts_of_the_digest(tiny: Home) -> None:
    found = rows(
        tiny,
        "select figure_id, value, unit, base_value, is_known, is_complete, is_history_complete"
        " from reporting.rpt_digest_facts where figure = 'gmv' order by figure_id",
    )
    assert found == [
        ("m1/2024-W24/month_to_date/gmv", money("57.50"), "CNY", None, True, False, True),
        ("m1/2024-W24/week/gmv", money("19.50"), "CNY", money("30.00"), True, True, True),
        ("m2/2024-W24/month_to_date/gmv", money("0.00"), "HKD", None, True, False, False),
        ("m2/2024-W24/week/gmv", money("0.00"), "HKD", None, True, True, False),
        ("m3/2024-W24/month_to_date/gmv", None, "CNY", None, False, False, False),
        ("m3/2024-W24/week/gmv", None, "CNY", None, False, False, False),
        ("m4/2024-W24/month_to_date/gmv", money("17.00"), "CNY", None, True, False, False),
        ("m4/2024-W24/week/gmv", money("17.00"), "CNY", None, True, False, False),
    ]


def test_what_the_team_is_told(tiny: Home) -> None:
    found = rows(
        tiny,
        "select figure, value, is_complete from reporting.rpt_team_facts"
        " where figure in ('merchants', 'merchants_complete', 'merchants_missing', 'gmv_CNY',"
        " 'gmv_HKD', 'rows_loaded', 'files_loaded') order by figure",
    )
    assert found == [
        ("files_loaded", 4, True),
        ("gmv_CNY", money("36.50"), False),
        ("gmv_HKD", 0, True),
        ("merchants", 4, True),
        ("merchants_complete", 2, True),
        ("merchants_missing", 1, True),
        # both exports of m4 touch the week: 2 + 2 lines
        ("rows_loaded", 7, True),
    ]


def test_what_came_and_what_is_missing(tiny: Home) -> None:
    found = rows(
        tiny,
        "select merchant_id, days_covered, missing_days, bridged_days, rows_loaded,"
        " rows_quarantined from reporting.rpt_digest_sources order by merchant_id",
    )
    assert found == [
        ("m1", 7, None, None, 2, 0),
        ("m2", 7, None, "2024-06-12, 2024-06-13", 1, 0),
        ("m3", 0, ", ".join(f"2024-06-{day}" for day in range(10, 17)), None, 0, 0),
        # P's rejected line counts; Q's is over, for the newer file has it whole
        ("m4", 6, "2024-06-12", "2024-06-15", 3, 1),
    ]
