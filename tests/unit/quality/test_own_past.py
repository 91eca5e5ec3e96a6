"""Both rates of the detector on synthetic years, and its edges."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest

from orchestration.quality.own_past import Day, look_at
from tests.past_years import caught, false_warnings, shops

MONDAY = date(2024, 9, 9)


@pytest.fixture(scope="module")
def years() -> list[list[Day]]:
    return shops(30, seed=20240909)


def test_clean_years_are_warned_of_at_most_once_per_merchant_and_quarter(
    years: list[list[Day]],
) -> None:
    rates = false_warnings(years)
    assert sum(rates.values()) <= 1
    # A detector that says nothing would pass, too; one that warns of half the year would not do.
    assert 0 < sum(rates.values()) <= 0.5


def test_planted_anomalies_are_caught_by_the_run_of_their_week(years: list[list[Day]]) -> None:
    found = caught(years, every=4)
    assert sum(found.values()) / len(found) >= 0.9
    # Rows alone, of the smallest shops, are the hardest; see docs/quality.md.
    assert min(found.values()) >= 0.88


@pytest.mark.slow
def test_of_all_weeks_of_a_year_nine_tenths_of_each_kind_are_caught(
    years: list[list[Day]],
) -> None:
    """Every week, for a sample of them may have more than its share of the promotions."""
    assert min(caught(years, every=1).values()) >= 0.9


def _days(weeks: int = 14, orders: int = 20) -> list[Day]:
    """A steady shop: every day the same, but for one order more on every second day."""
    first = MONDAY - timedelta(weeks=weeks - 1)
    return [
        Day(first + timedelta(days=n), orders + n % 2, 2 * orders, orders // 10, 100.0 + n % 3)
        for n in range(weeks * 7)
    ]


def _figures(days: Sequence[Day], monday: date = MONDAY) -> set[str]:
    return {one.figure for one in look_at("m", days, monday).anomalies}


def _week(days: Sequence[Day], **figures: object) -> list[Day]:
    return [*days[:-7], *(replace(day, **figures) for day in days[-7:])]


def test_a_steady_shop_is_not_warned_of() -> None:
    look = look_at("m", _days(), MONDAY)
    assert (look.anomalies, look.figures_judged) == ((), 5)


def test_each_figure_is_warned_of_alone() -> None:
    days = _days()
    assert _figures(_week(days, lines=10)) == {"rows"}
    assert _figures(_week(days, spend=0.0)) == {"spend"}
    assert _figures(_week(days, orders_without_buyer=12)) == {"share_without_buyer"}
    assert _figures(_week(days, orders=8)) >= {"orders"}


def test_a_covered_weekend_without_orders_is_no_fresh_data() -> None:
    days = [*_days()[:-2], *(replace(day, orders=0, lines=0) for day in _days()[-2:])]
    [found] = [one for one in look_at("m", days, MONDAY).anomalies if one.figure.startswith("days")]
    assert (found.value, found.usual, found.weeks) == (2, 41, 13)
    assert found.sentence == (
        "m: the last 2 covered days are empty, where 41 orders are usual (median of the same days "
        "of 13 weeks)."
    )


def test_a_shop_that_never_sells_on_sundays_is_not_stale() -> None:
    days = [replace(d, orders=0, lines=0) if d.day.weekday() == 6 else d for d in _days()]
    assert _figures(days) == set()


def test_eight_weeks_are_a_past_and_seven_are_none() -> None:
    assert _figures(_week(_days(9), spend=0.0)) == {"spend"}
    look = look_at("m", _week(_days(8), spend=0.0), MONDAY)
    assert (look.anomalies, look.figures_judged) == ((), 0)


def test_no_day_at_all_and_days_that_nobody_knows_are_silent() -> None:
    assert look_at("m", [], MONDAY).figures_judged == 0
    unknown = _week(_days(), orders=None, lines=None, orders_without_buyer=None, spend=None)
    assert look_at("m", unknown, MONDAY).figures_judged == 0


def test_a_partly_covered_week_is_held_against_the_same_days() -> None:
    nothing = {"orders": None, "lines": None, "orders_without_buyer": None, "spend": None}
    days = [*_days()[:-4], *(replace(day, **nothing) for day in _days()[-4:])]  # pyright: ignore[reportArgumentType]
    assert look_at("m", days, MONDAY) == replace(look_at("m", days, MONDAY), anomalies=())


def test_a_week_of_promotion_is_judged_by_its_other_days_even_by_one() -> None:
    week = [replace(day, is_promotion=day.day.weekday() < 6) for day in _days()[-7:]]
    fewer = [replace(day, orders=4, lines=8, orders_without_buyer=0) for day in week]
    assert _figures([*_days()[:-7], *week]) == set()
    assert _figures([*_days()[:-7], *fewer]) == {"orders", "rows"}
    promoted = [replace(day, is_promotion=True) for day in fewer]
    assert _figures([*_days()[:-7], *promoted]) == set()


def test_promotions_are_no_past_and_are_not_held_against_it() -> None:
    many = _week(_days(), orders=80, lines=160, orders_without_buyer=8, is_promotion=True)
    assert _figures(many) == set()
    # The week after it has the weeks before it as its past.
    after = [*many, *(replace(d, day=d.day + timedelta(weeks=1)) for d in _days()[-7:])]
    assert _figures(after, MONDAY + timedelta(weeks=1)) == set()


def test_a_handful_of_orders_and_a_few_yuan_say_nothing() -> None:
    assert _figures(_week(_days(orders=0), orders=0, lines=0)) <= {"days_without_orders"}
    cheap = [replace(day, spend=2.0) for day in _days()]
    assert _figures(_week(cheap, spend=0.0)) == set()
