"""Synthetic years of shops for the detector of data against its own past, and its two rates.

`PYTHONPATH=. python -m tests.past_years --shops 200` prints both rates as docs/quality.md has
them. The years are drawn here from another model than the detector's: shops grow and shrink, have
a season, restless weeks and days, promotions with a slack week after them, and campaigns.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta

import numpy as np

from orchestration.quality.own_past import Day, look_at

FIRST = date(2024, 1, 1)
WEEKS, FIRST_JUDGED = 65, 13
WEEKS_A_QUARTER = 13
# As in the shipped rulebook: 38, 618, 双11 and 双12 by their first and last day.
_PROMOTIONS = (((3, 2), (3, 8)), ((6, 12), (6, 20)), ((11, 5), (11, 11)), ((12, 8), (12, 12)))
_WEEKDAYS = np.array([0.75, 0.85, 0.95, 0.95, 1.1, 1.3, 1.1])
# The sizes that are planted; written down before either rate was looked at.
PLANTED: dict[str, tuple[str, Callable[[list[Day]], list[Day]]]] = {
    "orders fall to three tenths": ("orders", lambda week: _scaled(week, 0.3)),
    "orders are there three times": ("orders", lambda week: _scaled(week, 3.0)),
    "six tenths of the rows are missing": ("rows", lambda week: _without_rows(week, 0.6)),
    "spend falls to a quarter": ("spend", lambda week: _spent(week, 0.25)),
    "spend is four times as much": ("spend", lambda week: _spent(week, 4.0)),
    "four of seven buyers are missing": ("share_without_buyer", lambda week: _unnamed(week, 4 / 7)),
    "no order from Thursday on": ("days_without_orders", lambda week: _empty_from(week, 3)),
}


def _in_promotion(day: date) -> bool:
    return any(first <= (day.month, day.day) <= last for first, last in _PROMOTIONS)


def clean_year(rng: np.random.Generator, orders_a_week: float) -> list[Day]:
    """65 weeks of a shop to which nothing happens but business."""
    growth, season, phase = rng.uniform(-0.3, 0.5), rng.uniform(0, 0.2), rng.uniform(0, 2 * np.pi)
    swing, dispersion = rng.uniform(0.03, 0.10), rng.uniform(1.05, 2.0)
    share, budget = rng.uniform(0.03, 0.3), rng.uniform(50, 2_000)
    days: list[Day] = []
    since_promotion, week_swing, ad_swing, week_share, second_line = 99, 1.0, 1.0, share, 0.3
    for number in range(WEEKS * 7):
        day = FIRST + timedelta(days=number)
        if number % 7 == 0:
            week_swing, ad_swing = np.exp(rng.normal(0, swing)), np.exp(rng.normal(0, 0.12))
            week_share = np.clip(share + rng.normal(0, 0.02), 0, 1)
            # Baskets are larger in one week than in another.
            second_line = np.clip(rng.normal(0.3, 0.1), 0, 1)
        is_promotion = _in_promotion(day)
        since_promotion = 0 if is_promotion else since_promotion + 1
        mood = 3.0 if is_promotion else 0.85 if since_promotion <= 7 else 1.0
        level = orders_a_week / 7 * (1 + growth * number / 365)
        level *= 1 + season * np.sin(2 * np.pi * number / 365 + phase)
        mean = level * _WEEKDAYS[number % 7] * week_swing * mood
        orders = int(rng.negative_binomial(mean / (dispersion - 1), 1 / dispersion))
        lines = orders + int(rng.binomial(orders, second_line)) + int(rng.binomial(orders, 0.1))
        spend = budget * ad_swing * np.exp(rng.normal(0, 0.25)) * (2.0 if is_promotion else 1.0)
        without = int(rng.binomial(orders, week_share))
        days.append(Day(day, orders, lines, without, round(float(spend), 2), is_promotion))
    return days


def _scaled(week: list[Day], factor: float) -> list[Day]:
    return [
        replace(
            day,
            orders=round((day.orders or 0) * factor),
            lines=round((day.lines or 0) * factor),
            orders_without_buyer=round((day.orders_without_buyer or 0) * factor),
        )
        for day in week
    ]


def _without_rows(week: list[Day], lost: float) -> list[Day]:
    """Each row is lost by chance, and with its last row an order and its buyer."""
    return [_day_without_rows(day, lost) for day in week]


def _day_without_rows(day: Day, lost: float) -> Day:
    orders, lines = day.orders or 0, day.lines or 0
    # As even as the baskets can be: each has one row, some a second, few a third.
    baskets = [
        1 + (lines - orders - place + orders - 1) // max(orders, 1) for place in range(orders)
    ]
    rng = np.random.default_rng([day.day.toordinal(), orders, lines])
    left = rng.binomial(baskets, 1 - lost)
    known = int((left > 0).sum())
    without = int(rng.binomial(known, (day.orders_without_buyer or 0) / max(orders, 1)))
    return replace(day, orders=known, lines=int(left.sum()), orders_without_buyer=without)


def _spent(week: list[Day], factor: float) -> list[Day]:
    return [replace(day, spend=(day.spend or 0) * factor) for day in week]


def _unnamed(week: list[Day], lost: float) -> list[Day]:
    """At least 40 points more, where at most three tenths are missing anyway."""

    def without(day: Day) -> int:
        missing = day.orders_without_buyer or 0
        return missing + round(((day.orders or 0) - missing) * lost)

    return [replace(day, orders_without_buyer=without(day)) for day in week]


def _empty_from(week: list[Day], place: int) -> list[Day]:
    return [*week[:place], *_scaled(week[place:], 0.0)]


def _mondays() -> Iterator[date]:
    return (FIRST + timedelta(weeks=number) for number in range(FIRST_JUDGED, WEEKS))


def false_warnings(shops: list[list[Day]]) -> dict[str, float]:
    """Warnings on clean years per merchant and quarter, by figure."""
    found = Counter(
        anomaly.figure
        for days in shops
        for monday in _mondays()
        for anomaly in look_at("m", days, monday).anomalies
    )
    quarters = len(shops) * (WEEKS - FIRST_JUDGED) / WEEKS_A_QUARTER
    return {figure: count / quarters for figure, count in sorted(found.items())}


def caught(shops: list[list[Day]], every: int) -> dict[str, float]:
    """Share of planted anomalies of which the run of their own week warns, by kind.

    One is planted into every `every`-th judged week, weeks of promotions among them.
    """
    shares = {}
    for kind, (figure, plant) in PLANTED.items():
        hits = tries = 0
        for days in shops:
            for monday in list(_mondays())[::every]:
                start = (monday - FIRST).days
                planted = [*days[:start], *plant(days[start : start + 7])]
                found = {one.figure for one in look_at("m", planted, monday).anomalies}
                hits, tries = hits + (figure in found), tries + 1
        shares[kind] = hits / tries
    return shares


def shops(count: int, seed: int) -> list[list[Day]]:
    """Shops of 30 to 600 orders a week, evenly on a scale of factors."""
    rng = np.random.default_rng(seed)
    sizes = np.exp(rng.uniform(np.log(30), np.log(600), count))
    return [clean_year(rng, float(size)) for size in sizes]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shops", type=int, default=200)
    parser.add_argument("--seed", type=int, default=20240909)
    options = parser.parse_args()
    years = shops(options.shops, options.seed)
    false = false_warnings(years)
    print(f"false warnings per merchant and quarter: {sum(false.values()):.3f}  {false}")
    found = caught(years, every=1)
    for kind, share in found.items():
        print(f"{share:7.1%}  {kind}")
    print(f"{sum(found.values()) / len(found):7.1%}  all")


if __name__ == "__main__":
    main()
