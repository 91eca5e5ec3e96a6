"""What each figure is made of: the catalogue that the walk follows. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Facts = Literal["orders", "refunds", "ads"]
Persons = Literal["active", "new", "returning", "first_seen", "cohort"]
Suffix = Literal["wow", "mom", "yoy", "promo_yoy"]

ORDERS, AFTERSALES, ADS = "qianfan__orders", "qianfan__aftersales", "juguang"
# Which sources must speak for a day. An account's spend is known from any level of its reports.
FAMILIES = {ORDERS: "the orders", AFTERSALES: "the after-sales", ADS: "the advertising reports"}


@dataclass(frozen=True)
class Sum:
    """A figure of days that is the sum of rows of a mart.

    `value`: the column of the mart, or 1 where rows are counted. `day`: the column of the day
    that the row belongs to. `only`: which rows, as SQL. `needs`: the sources that must speak.
    """

    facts: Facts
    value: str
    unit: str
    needs: tuple[str, ...]
    day: str = "day"
    only: str = "true"


@dataclass(frozen=True)
class Count:
    """Customers, each once, however often they came."""

    persons: Persons
    unit: str = "customers"
    needs: tuple[str, ...] = (ORDERS,)


@dataclass(frozen=True)
class Difference:
    """One figure less another."""

    minuend: str
    subtrahend: str
    unit: str = "money"

    @property
    def parts(self) -> tuple[str, str]:
        return self.minuend, self.subtrahend


@dataclass(frozen=True)
class Ratio:
    """One figure over another; null where that is nothing."""

    numerator: str
    denominator: str
    unit: str

    @property
    def parts(self) -> tuple[str, str]:
        return self.numerator, self.denominator


@dataclass(frozen=True)
class Growth:
    """How a figure has changed against another period, as a share of what it was there."""

    figure: str
    suffix: Suffix
    is_like_for_like: bool
    unit: str = "share"


Figure = Sum | Count | Difference | Ratio | Growth


def _orders(value: str, unit: str, only: str = "true") -> Sum:
    return Sum("orders", value, unit, (ORDERS,), "paid_date", f"is_covered and {only}")


def _ads(value: str, unit: str) -> Sum:
    return Sum("ads", value, unit, (ADS,), only="is_account_total")


_FIGURES: dict[str, Figure] = {
    "order_count": _orders("1", "orders"),
    "gmv": _orders("gmv", "money"),
    "anonymous_order_count": _orders("1", "orders", "is_anonymous"),
    "anonymous_gmv": _orders("gmv", "money", "is_anonymous"),
    "refund_amount": Sum("refunds", "amount", "money", (ORDERS, AFTERSALES), "paid_date"),
    "refund_amount_by_refund_date": Sum("refunds", "amount", "money", (AFTERSALES,), "refund_date"),
    "net_gmv": Difference("gmv", "refund_amount"),
    "aov": Ratio("gmv", "order_count", "money"),
    "active_customers": Count("active"),
    "new_customers": Count("new"),
    "returning_customers": Count("returning"),
    "ad_spend": _ads("spend", "money"),
    "impressions": _ads("impressions", "impressions"),
    "clicks": _ads("clicks", "clicks"),
    "interactions": _ads("interactions", "interactions"),
    "ad_gmv_paid_7d_by_click": _ads("gmv_paid_7d_by_click", "money"),
    "roi_paid_7d_by_click": Ratio("ad_gmv_paid_7d_by_click", "ad_spend", "ratio"),
    "cac": Ratio("ad_spend", "new_customers", "money"),
}
# Not in a mart: customers whose first day is one of those days, as like-for-like growth counts.
_FIRST_SEEN = Count("first_seen")
# Customers of one month's first orders who come in another one.
COHORT = Count("cohort")
# Days of a promotion are only ever compared over those that both editions know.
_GROWTH = re.compile(
    r"(?P<figure>[a-z0-9_]+?)_(?:(?P<suffix>wow|mom|yoy)(?P<alike>_like_for_like)?|promo_yoy)"
)


def figure_of(name: str) -> Figure | None:
    """What a figure is made of, or None of a name that nobody knows."""
    if known := _FIGURES.get(name):
        return known
    match = _GROWTH.fullmatch(name)
    if match is None or match["figure"] not in _FIGURES:
        return None
    suffixes: dict[str | None, Suffix] = {"wow": "wow", "mom": "mom", "yoy": "yoy"}
    suffix = suffixes.get(match["suffix"], "promo_yoy")
    return Growth(match["figure"], suffix, match["alike"] is not None or suffix == "promo_yoy")


def part_of(name: str) -> Figure:
    """What a figure is made of that the catalogue itself names as a part of another."""
    return _FIGURES[name]


def on_common_days(figure: Figure) -> Figure:
    """The figure as like-for-like growth takes it over days that both periods know."""
    return _FIRST_SEEN if figure == Count("new") else figure


def days_known_by(figure: Figure) -> tuple[str, ...]:
    """The columns of `fct_merchant_days` that are null on a day that the figure does not know."""
    by_source = {ORDERS: "gmv", AFTERSALES: "refund_amount_by_refund_date", ADS: "ad_spend"}
    return tuple(by_source[source] for source in sources_of(figure))


def sources_of(figure: Figure) -> tuple[str, ...]:
    """The sources that a figure rests on, each once."""
    if isinstance(figure, Sum | Count):
        return figure.needs
    parts = (figure.figure,) if isinstance(figure, Growth) else figure.parts
    found = [source for part in parts for source in sources_of(_FIGURES[part])]
    return tuple(dict.fromkeys(found))
