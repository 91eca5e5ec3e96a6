"""Metrics over a period: what is known of them, and whether anything is missing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import TypeVar

from .facts import ADS, AFTERSALES, LIVE, ORDERS, Merchant, days_between

Figures = dict[date, Decimal]
_Key = TypeVar("_Key")

SOURCES = {
    "gmv": (ORDERS,),
    "order_count": (ORDERS,),
    "new_customers": (ORDERS,),
    "net_gmv": (ORDERS, AFTERSALES),
    "ad_spend": (ADS,),
    "impressions": (ADS,),
    "clicks": (ADS,),
    "live_gmv": (LIVE,),
    "live_minutes": (LIVE,),
    "live_exposures": (LIVE,),
    "broadcast_days": (LIVE,),
}


@dataclass(frozen=True)
class Parameters:
    """What the rulebook's settings say."""

    warmup_days: int = 365
    broadcast_minutes: int = 0


@dataclass(frozen=True)
class Total:
    """A metric over a period: the sum over the covered days, and what it is worth."""

    value: Decimal
    has_missing: bool
    has_covered: bool
    may_fall: bool
    is_unknown: bool  # whatever the sum is

    @property
    def actual(self) -> Decimal | None:
        return self.value if self.has_covered and not self.is_unknown else None


@dataclass
class Known:
    """A merchant as it is known at the end of `as_of`."""

    merchant: Merchant
    as_of: date
    parameters: Parameters
    _totals: dict[tuple[str, date, date], Total] = field(default_factory=dict)
    _covered: dict[str, frozenset[date]] = field(default_factory=dict)
    _happenings: dict[str, list[date]] = field(default_factory=dict)

    def covered_days(self, metric: str) -> frozenset[date]:
        """The days for which all sources of the metric speak."""
        if metric not in self._covered:
            none: frozenset[date] = frozenset()
            each = [self.merchant.covered.get(source, none) for source in SOURCES[metric]]
            self._covered[metric] = frozenset.intersection(*each)
        return self._covered[metric]

    def is_there(self, day: date) -> bool:
        """A merchant who joined nobody knows when may have been there on any day."""
        joined = self.merchant.joined_on
        return joined is None or day >= joined

    def total(self, metric: str, first: date, end: date) -> Total:
        """The metric from the first day to the one before `end`, as far as `as_of`."""
        key = metric, first, end
        if key not in self._totals:
            self._totals[key] = self._added(metric, first, end)
        return self._totals[key]

    def _added(self, metric: str, first: date, end: date) -> Total:
        value, has_missing, has_covered = Decimal(0), False, False
        figures, covered = self.figures[metric], self.covered_days(metric)
        for day in days_between(first, min(end, self.as_of + timedelta(days=1))):
            if day in covered:
                has_covered = True
                value += figures.get(day, 0)
            elif self.is_there(day):
                has_missing = True
        is_unknown = metric == "new_customers" and not self.is_history_complete(first)
        return Total(value, has_missing, has_covered, metric == "net_gmv", is_unknown)

    def is_history_complete(self, first: date) -> bool:
        """Whether a customer of a period that begins so can be told to be new."""
        days = self.merchant.covered.get(ORDERS)
        if not days:
            return False
        joined = self.merchant.joined_on
        is_known_from_start = joined is not None and min(days) <= joined
        return is_known_from_start or (
            first >= min(days) + timedelta(days=self.parameters.warmup_days)
        )

    def reached_on(self, metric: str, first: date, end: date, bar: Bar) -> date:
        """The day by whose end the sum has got over the bar."""
        value = Decimal(0)
        for day in days_between(first, min(end, self.as_of + timedelta(days=1))):
            if day in self.covered_days(metric):
                value += self.figures[metric].get(day, 0)
            if bar.holds(value):
                return day
        raise AssertionError(f"{metric} is not reached")

    def happenings(self, metric: str) -> list[date]:
        """The days up to `as_of` on which there is known to have been any of it."""
        if metric not in self._happenings:
            figures = self.figures[metric].items()
            self._happenings[metric] = sorted(d for d, v in figures if v > 0 and d <= self.as_of)
        return self._happenings[metric]

    @cached_property
    def figures(self) -> dict[str, Figures]:
        """Every metric by day."""
        orders, ads, live = self.merchant.orders, self.merchant.ads, self.merchant.live
        shop_days = _by_key(((one.day, one.shop), one.minutes) for one in live)
        long_days = {day for (day, _), minutes in shop_days.items() if self._is_long(minutes)}
        return {
            "gmv": _by_key((one.day, one.amount) for one in orders),
            "order_count": _by_key((one.day, Decimal(1)) for one in orders),
            "net_gmv": _by_key((one.day, one.amount - one.refund) for one in orders),
            "new_customers": _by_key((day, Decimal(1)) for day in self._first_days()),
            "ad_spend": _by_key((one.day, one.spend) for one in ads),
            "impressions": _by_key((one.day, Decimal(one.impressions)) for one in ads),
            "clicks": _by_key((one.day, Decimal(one.clicks)) for one in ads),
            "live_gmv": _by_key((one.day, one.gmv) for one in live),
            "live_minutes": _by_key((one.day, one.minutes) for one in live),
            "live_exposures": _by_key((one.day, Decimal(one.exposures)) for one in live),
            "broadcast_days": dict.fromkeys(long_days, Decimal(1)),
        }

    def _is_long(self, minutes: Decimal) -> bool:
        return minutes >= self.parameters.broadcast_minutes

    def _first_days(self) -> Iterable[date]:
        """The day on which each customer is first seen, covered or not."""
        first: dict[str, date] = {}
        for one in self.merchant.orders:
            if one.customer is not None:
                first[one.customer] = min(one.day, first.get(one.customer, one.day))
        return first.values()


@dataclass(frozen=True)
class Bar:
    """What a sum must reach, or with `is_above` exceed."""

    height: Fraction
    is_above: bool = False

    @classmethod
    def at(cls, height: Decimal) -> Bar:
        return cls(Fraction(height))

    def holds(self, value: Decimal) -> bool:
        exact = Fraction(value)
        return exact > self.height if self.is_above else exact >= self.height


def _by_key(pairs: Iterable[tuple[_Key, Decimal]]) -> dict[_Key, Decimal]:
    sums: dict[_Key, Decimal] = defaultdict(Decimal)
    for key, value in pairs:
        sums[key] += value
    return dict(sums)
