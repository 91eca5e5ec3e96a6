"""Reporting weeks at their edges."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration import periods
from orchestration.periods import PeriodError, Week

MONDAY_0001_SHANGHAI = datetime(2024, 9, 15, 16, 1, tzinfo=UTC)


def test_a_week_is_over_when_it_is_monday_in_shanghai() -> None:
    a_minute_earlier = MONDAY_0001_SHANGHAI - timedelta(minutes=2)
    assert periods.last_closed_week(a_minute_earlier) == Week(date(2024, 9, 2))
    assert periods.last_closed_week(MONDAY_0001_SHANGHAI) == Week(date(2024, 9, 9))


@pytest.mark.parametrize("text", ["2024-09-09", "2024-W37", "2024W37", "last"])
def test_a_week_can_be_written_in_three_ways(text: str) -> None:
    week = periods.parse_week(text, MONDAY_0001_SHANGHAI)
    assert (week.key, week.iso, week.as_of) == ("2024-09-09", "2024-W37", date(2024, 9, 15))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("2024-09-10", "2024-09-09"),
        ("2023-W53", "no week 53"),
        ("yesterday", "no week"),
        ("2024-13-01", "no week"),
    ],
)
def test_what_is_no_week_is_refused_with_a_hint(text: str, says: str) -> None:
    with pytest.raises(PeriodError, match=says):
        periods.parse_week(text, MONDAY_0001_SHANGHAI)


def test_week_53_exists_where_it_exists() -> None:
    assert periods.parse_week("2020-W53", MONDAY_0001_SHANGHAI).monday == date(2020, 12, 28)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_every_day_lies_in_exactly_its_week(day: date) -> None:
    week = periods.week_of(day)
    assert week.monday <= day <= week.as_of
    assert week.monday.isocalendar()[:2] == day.isocalendar()[:2]
    assert Week(week.monday + timedelta(days=7)).previous == week


def test_a_range_of_days_includes_both_ends_and_runs_forward() -> None:
    assert periods.parse_day_range("2024-06-24..2024-06-30") == (
        date(2024, 6, 24),
        date(2024, 6, 30),
    )
    for wrong in ("2024-06-30..2024-06-24", "2024-06-24", "a..b"):
        with pytest.raises(PeriodError):
            periods.parse_day_range(wrong)


def test_a_wall_clock_time_of_the_platform_is_eight_hours_ahead_of_utc() -> None:
    assert periods.to_utc(datetime(2024, 6, 1, 7, 59)) == datetime(  # noqa: DTZ001
        2024, 5, 31, 23, 59, tzinfo=UTC
    )
    with pytest.raises(PeriodError):
        periods.business_day(datetime(2024, 6, 1))  # noqa: DTZ001
