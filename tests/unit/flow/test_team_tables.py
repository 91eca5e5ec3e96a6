"""Cohorts of merchants are counted over currencies, whether or not the month has a cell."""

from __future__ import annotations

from datetime import date

import duckdb
import pytest

from orchestration.flow.digests.team_tables import growth
from orchestration.periods import Week
from orchestration.warehouse.read import Published

WEEK = Week(date(2024, 9, 9))
JAN, JUL, SEP = date(2024, 1, 1), date(2024, 7, 1), date(2024, 9, 1)


@pytest.fixture
def published() -> Published:
    connection = duckdb.connect()
    connection.execute("create schema marts")
    connection.execute(
        "create table marts.fct_merchant_cohorts (joined_month date, industry varchar, "
        "currency varchar, month_number bigint, merchants bigint, known_merchants bigint, "
        "active_merchants bigint)"
    )
    connection.execute(
        "create table marts.fct_segment_growth (span_type varchar, span_start date, "
        "segment_level varchar, segment varchar, currency varchar, active_merchants bigint, "
        "gmv decimal(18, 2), gmv_pct_change double, is_complete boolean, is_base_complete boolean)"
    )
    return Published("b1", connection)


def test_an_empty_build_has_no_growth(published: Published):
    assert growth(published, WEEK) is None


def test_currencies_are_added_and_an_ended_cohort_keeps_its_merchants(published: Published):
    rows = [
        (JAN, "all", "CNY", 6, 5, 5, 5),
        (JAN, "all", "CNY", 7, 5, 4, 3),
        (JAN, "all", "CNY", 8, 5, 5, 5),
        (JAN, "all", "EUR", 7, 2, 2, 1),
        (JAN, "家居", "CNY", 7, 5, 4, 3),
        # Nobody of it knows August.
        (JUL, "all", "CNY", 0, 4, 4, 4),
        # It joined after the month.
        (SEP, "all", "CNY", 0, 9, 9, 9),
    ]
    published.connection.executemany(
        "insert into marts.fct_merchant_cohorts values (?, ?, ?, ?, ?, ?, ?)", rows
    )
    found = growth(published, WEEK)
    assert found is not None
    assert [tuple(one.model_dump().values()) for one in found.cohorts] == [
        (JUL, 4, 0, None),
        (JAN, 7, 6, 4),
    ]


def test_segments_are_those_of_the_month_on_the_first_level(published: Published):
    kept = ("month", date(2024, 8, 1), "industry_l1", "家居", "CNY", 3, "7.00", 0.5, True, True)
    others = [
        ("month", SEP, *kept[2:]),
        ("half_year", JUL, *kept[2:]),
        (*kept[:2], "industry_l2", *kept[3:]),
    ]
    published.connection.executemany(
        "insert into marts.fct_segment_growth values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [kept, *others],
    )
    found = growth(published, WEEK)
    assert found is not None
    assert [(one.name, one.active, str(one.gmv)) for one in found.segments] == [("家居", 3, "7.00")]
