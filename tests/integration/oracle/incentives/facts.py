"""What is known of a merchant, as plain records; days are business days in Shanghai."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

ORDERS, AFTERSALES, ADS, LIVE = "orders", "aftersales", "ads", "live"
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Order:
    """A paid order, and what was paid back of it."""

    day: date
    amount: Decimal
    customer: str | None = None
    refund: Decimal = Decimal(0)


@dataclass(frozen=True)
class AdDay:
    """What advertising cost and brought on a day."""

    day: date
    spend: Decimal
    impressions: int = 0
    clicks: int = 0


@dataclass(frozen=True)
class Session:
    """All that one shop broadcast on a day."""

    day: date
    minutes: Decimal
    gmv: Decimal = Decimal(0)
    exposures: int = 0
    shop: str = "s1"


@dataclass(frozen=True)
class Statement:
    """What somebody stated of a fact, yes being 1 and no 0."""

    fact: str
    value: Decimal
    valid_from: date
    valid_to: date | None
    recorded_at: datetime


@dataclass(frozen=True)
class Grant:
    """An incentive that was given."""

    name: str
    unit: str
    day: date
    quantity: Decimal


@dataclass(frozen=True)
class Merchant:
    """A merchant with everything that its files, the register and statements say."""

    merchant_id: str
    joined_on: date | None
    industries: tuple[str | None, str | None] = (None, None)
    is_private_domain: bool | None = None
    orders: tuple[Order, ...] = ()
    ads: tuple[AdDay, ...] = ()
    live: tuple[Session, ...] = ()
    statements: tuple[Statement, ...] = ()
    grants: tuple[Grant, ...] = ()
    # by source: ORDERS, AFTERSALES, ADS, LIVE
    covered: Mapping[str, frozenset[date]] = field(default_factory=dict)


def days_between(first: date, end: date) -> list[date]:
    """The days from the first on to the one before `end`; none if `end` is not after it."""
    return [first + n * ONE_DAY for n in range((end - first).days)]
