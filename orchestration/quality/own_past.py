"""Is a merchant's week unlike its own past? Robust, by weekday, and aware of promotions. Pure.

A week is held against the same days of up to 13 weeks before it. Days of a promotion are of no
past; a week that has some is judged by its other days, be it one. A warning needs
both: more than chance and the shop's own swing explain, and a difference that matters.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from statistics import median

# A quarter: long enough for a median, short enough for a shop that grows.
WEEKS_BACK = 13
# Fewer weeks tell no spread, as with the digest's usual swing.
WEEKS_NEEDED = 8
# Robust z beyond which a week is called unusual. Lower than the 3.5 of the textbooks, for a warning
# asks for a difference that matters as well; both rates at this value stand in docs/quality.md.
_UNUSUAL = 2.25
# Makes the median absolute deviation the standard deviation of a normal spread.
_MAD_TO_SD = 1.4826
# The past is an estimate, too: a median of n weeks has about 1.57 times the variance of one, by n.
_MEDIAN_VARIANCE = math.pi / 2
# Anscombe's constant; chance alone spreads the root of a count by a half.
_ANSCOMBE, _CHANCE = 3 / 8, 0.5
# A shop's own swing is never taken to be smaller than this, for few weeks may look calmer by luck.
_LEAST_SWING = 0.1
# What a person should look at: four tenths gone, two thirds more, a tenth of all orders.
_LEAST_FALL, _LEAST_RISE, _LEAST_SHARE = 0.6, 5 / 3, 0.10
# Below them one order is too much of everything, and one campaign of a few yuan is no news.
_LEAST_ORDERS, _LEAST_SPEND = 10, 100.0


@dataclass(frozen=True)
class Day:
    """One day of a merchant as published; a figure is None where no export covers it.

    `lines`: rows of order exports that count; `spend` in the merchant's currency.
    """

    day: date
    orders: int | None = None
    lines: int | None = None
    orders_without_buyer: int | None = None
    spend: float | None = None
    is_promotion: bool = False


@dataclass(frozen=True)
class Anomaly:
    """A figure of a week that is unlike the merchant's past.

    `usual` is the median of the same days of `weeks` weeks. Unit of both: as `figure` says, days
    for `days_without_orders`, and 0 to 1 for `share_without_buyer`.
    """

    merchant_id: str
    week: date
    figure: str
    value: float
    usual: float
    weeks: int

    @property
    def sentence(self) -> str:
        """Such as `m001: 40 orders, where 100 are usual (median of the same days of 12 weeks).`"""
        words = self.figure.replace("_", " ")
        if self.figure == "share_without_buyer":
            told = f"{self.value:.0%} of the orders have no buyer, where {self.usual:.0%} are usual"
        elif self.figure == "days_without_orders":
            told = f"the last {self.value:.0f} covered days are empty, where {self.usual:,.0f} "
            told += "orders are usual"
        else:
            told = f"{self.value:,.0f} {words}, where {self.usual:,.0f} are usual"
        return f"{self.merchant_id}: {told} (median of the same days of {self.weeks} weeks)."

    def as_dict(self) -> dict[str, object]:
        return {**asdict(self), "sentence": self.sentence}


@dataclass(frozen=True)
class Look:
    """What one merchant's week came to: anomalies, or why some figures have no past to tell."""

    anomalies: tuple[Anomaly, ...]
    figures_judged: int


def look_at(merchant_id: str, days: Sequence[Day], monday: date) -> Look:
    """Hold the week from `monday` on against the merchant's weeks before it."""
    past_and_week = _Past({one.day: one for one in days}, monday)
    judged = [judge(past_and_week) for judge in _JUDGES]
    found = [one for one in judged if one is not None]
    anomalies = (
        Anomaly(merchant_id, monday, one.figure, one.value, one.usual, one.weeks)
        for one in found
        if one.is_unusual
    )
    return Look(tuple(anomalies), len(found))


@dataclass(frozen=True)
class _Judged:
    figure: str
    value: float
    usual: float
    weeks: int
    is_unusual: bool


class _Past:
    """The week and the weeks before it, by place of the day in its week."""

    def __init__(self, days: Mapping[date, Day], monday: date) -> None:
        self._days = days
        self._monday = monday

    def week(self, back: int = 0) -> list[Day]:
        """Seven days, those that nobody knows without a figure."""
        first = self._monday - timedelta(weeks=back)
        dates = (first + timedelta(days=place) for place in range(7))
        return [self._days.get(one) or Day(one) for one in dates]

    def same_days(self, places: Sequence[int], *, ordinary: bool) -> list[list[Day]]:
        """These days of each week before; without promotions where `ordinary`."""
        weeks = [self.week(back) for back in range(1, WEEKS_BACK + 1)]
        chosen = [[week[place] for place in places] for week in weeks]
        return [days for days in chosen if not ordinary or not any(d.is_promotion for d in days)]


def _sums(weeks: Sequence[Sequence[Day]], of: Callable[[Day], float | None]) -> list[float]:
    """Their sums, of weeks of which every day is known."""
    values = [[of(day) for day in days] for days in weeks]
    return [sum(v for v in one if v is not None) for one in values if None not in one]


def _z(value: float, past: Sequence[float], floor: float) -> float:
    """How many robust deviations a value lies off its past; `floor`: the least one, same scale."""
    centre = median(past)
    spread = max(_MAD_TO_SD * median(abs(one - centre) for one in past), floor)
    return (value - centre) / (spread * math.sqrt(1 + _MEDIAN_VARIANCE / len(past)))


def _root(count: float) -> float:
    return math.sqrt(count + _ANSCOMBE)


def _count_z(value: float, past: Sequence[float]) -> float:
    """Counts, on the scale on which chance spreads all of them alike."""
    roots = [_root(one) for one in past]
    # A relative swing s of a count spreads its root by s/2 of the root.
    floor = math.hypot(_CHANCE, _LEAST_SWING / 2 * median(roots))
    return _z(_root(value), roots, floor)


def _matters(value: float, usual: float) -> bool:
    return value <= usual * _LEAST_FALL or value >= usual * _LEAST_RISE


def _amount(
    past: _Past,
    figure: str,
    of: Callable[[Day], float | None],
    z: Callable[[float, Sequence[float]], float],
    least: float,
) -> _Judged | None:
    week = past.week()
    places = [n for n, day in enumerate(week) if of(day) is not None and not day.is_promotion]
    if not places:
        return None
    before = _sums(past.same_days(places, ordinary=True), of)
    if len(before) < WEEKS_NEEDED:
        return None
    [value], usual = _sums([[week[place] for place in places]], of), median(before)
    is_large = max(value, usual) >= least
    is_unusual = is_large and _matters(value, usual) and abs(z(value, before)) > _UNUSUAL
    return _Judged(figure, value, usual, len(before), is_unusual)


def _orders(past: _Past) -> _Judged | None:
    return _amount(past, "orders", lambda day: day.orders, _count_z, _LEAST_ORDERS)


def _lines(past: _Past) -> _Judged | None:
    return _amount(past, "rows", lambda day: day.lines, _count_z, _LEAST_ORDERS)


def _spend(past: _Past) -> _Judged | None:
    def z(value: float, before: Sequence[float]) -> float:
        # Budgets are set as factors of one another; one unit more keeps a week of nothing finite.
        return _z(math.log1p(value), [math.log1p(one) for one in before], _LEAST_SWING)

    return _amount(past, "spend", lambda day: day.spend, z, _LEAST_SPEND)


def _angle(without: float, orders: float) -> float:
    """Freeman and Tukey's angle: chance spreads it by 1 over the root of the orders, or less."""
    return 2 * math.asin(math.sqrt((without + _ANSCOMBE) / (orders + 2 * _ANSCOMBE)))


def _buyers(past: _Past) -> _Judged | None:
    week = past.week()
    places = [n for n, day in enumerate(week) if day.orders is not None]
    chosen = [[week[place] for place in places], *past.same_days(places, ordinary=False)]
    complete = [days for days in chosen if all(day.orders is not None for day in days)]
    pairs = [
        (sum(d.orders_without_buyer or 0 for d in days), sum(d.orders or 0 for d in days))
        for days in complete
    ]
    if not places or pairs[0][1] < _LEAST_ORDERS:
        return None
    (without, orders), before = pairs[0], [one for one in pairs[1:] if one[1] >= _LEAST_ORDERS]
    if len(before) < WEEKS_NEEDED:
        return None
    share, usual = without / orders, median(k / n for k, n in before)
    z = _z(_angle(without, orders), [_angle(*one) for one in before], 1 / math.sqrt(orders))
    is_unusual = abs(share - usual) >= _LEAST_SHARE and abs(z) > _UNUSUAL
    return _Judged("share_without_buyer", share, usual, len(before), is_unusual)


def _freshness(past: _Past) -> _Judged | None:
    """Covered days at the end of the week without an order: the export says nothing of them."""
    week = past.week()
    covered = [n for n, day in enumerate(week) if day.orders is not None]
    last = max((n for n in covered if week[n].orders), default=-1)
    empty = [n for n in covered if n > last]
    places = empty or covered[-1:]
    before = _sums(past.same_days(places, ordinary=False), lambda day: day.orders)
    if not places or len(before) < WEEKS_NEEDED:
        return None
    is_unusual = bool(empty) and _count_z(0, before) < -_UNUSUAL
    return _Judged("days_without_orders", len(empty), median(before), len(before), is_unusual)


_JUDGES = (_orders, _lines, _spend, _buyers, _freshness)
FIGURES = ("orders", "rows", "spend", "share_without_buyer", "days_without_orders")
