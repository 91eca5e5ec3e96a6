"""Incentives that one merchant was granted, as somebody keeps them in our own template."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from orchestration.samples.market.merchants import Merchant

# Name, unit and amounts; what is granted in different units is never added up.
_PROGRAMMES = (
    ("店播首播流量扶持", "曝光", (6_000, 20_000, 60_000)),
    ("私域商家流量扶持", "曝光", (5_000, 65_000)),
    ("新客冷启优惠", "广告金", (500, 2_000, 10_000)),
    ("店铺满减支持", "优惠券", (50, 200)),
    ("百万免佣", "佣金减免", (120, 980)),
)
_LONGEST_DAYS = 30
_SHARE_OF_WEEKS = 0.6


@dataclass(frozen=True)
class Grant:
    """One grant: how much of which unit, valid on both days and those between."""

    grant_id: str
    name: str
    unit: str
    amount: Decimal
    granted_at: datetime
    valid_from: date
    valid_to: date
    note: str | None


def invent_grants(
    merchant: Merchant, *, seed: int, first_day: date, weeks: int
) -> tuple[Grant, ...]:
    """All grants of so many weeks, at most one a week and one in the first, oldest first."""
    chance = random.Random(f"{seed}/grants/{merchant.merchant_id}")
    return tuple(
        _grant(merchant, week, first_day + timedelta(weeks=week), chance)
        for week in range(weeks)
        if week == 0 or chance.random() < _SHARE_OF_WEEKS
    )


def _grant(merchant: Merchant, week: int, monday: date, chance: random.Random) -> Grant:
    name, unit, amounts = chance.choice(_PROGRAMMES)
    day = monday + timedelta(days=chance.randrange(7))
    return Grant(
        grant_id=f"JL{merchant.number:04d}{week:04d}",
        name=name,
        unit=unit,
        amount=Decimal(chance.choice(amounts)),
        granted_at=datetime.combine(day, time(chance.randint(9, 20), chance.randrange(60))),
        valid_from=day,
        valid_to=day + timedelta(days=chance.randrange(6, _LONGEST_DAYS)),
        note="首次" if week == 0 else None,
    )
