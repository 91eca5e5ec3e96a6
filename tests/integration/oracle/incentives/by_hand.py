"""A programme in a few lines of YAML and a merchant in a few words, to decide by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import yaml

from .decide import decide
from .facts import ADS, AFTERSALES, LIVE, ORDERS, AdDay, Merchant, Order, Session, days_between
from .metrics import Parameters
from .rows import CriterionRow, EligibilityRow
from .rules import Programme, programme_of

# Everything happens in June 2024; the week decided ends on Sunday the 9th unless said.
WEEK = date(2024, 6, 3)
ALL_YEAR = frozenset(days_between(date(2024, 1, 1), date(2024, 12, 31)))
COVERED = dict.fromkeys((ORDERS, AFTERSALES, ADS, LIVE), ALL_YEAR)
PARAMETERS = Parameters(warmup_days=365, broadcast_minutes=30)


JUNE = "window: {kind: campaign, start: 2024-06-01, end: 2024-06-11}"
AMOUNTS = "tiers: [{from: 100, amount: 5}, {from: 200, amount: 8}, {from: 400, amount: 20}]"
LEVEL = "measure: {metric: gmv, basis: level}"
_USUAL = """
version: 1
recorded_at: 2024-01-01T00:00:00+08:00
valid_from: 2024-01-01
reward: {unit: coupon_value, mode: fixed, amount: 100}
"""


def day(text: str) -> date:
    """`06-03` is a day of 2024."""
    return date.fromisoformat(f"2024-{text}")


def programme(text: str, name: str = "p") -> Programme:
    """A programme of one version that is in force all year, but for what the text says."""
    said = yaml.safe_load(text)
    usual = yaml.safe_load(_USUAL)
    versions = [usual | each for each in (said if isinstance(said, list) else [said])]
    return programme_of({"programme": name, "name": {"zh": name}, "versions": versions})


def merchant(
    *,
    gmv: dict[str, str] | None = None,
    spend: dict[str, str] | None = None,
    minutes: dict[str, int] | None = None,
    merchant_id: str = "m1",
    joined: str | None = "01-01",
    uncovered: dict[str, list[str]] | None = None,
    **more: Any,
) -> Merchant:
    """A merchant whose exports cover all of 2024, but for the days said to be uncovered."""
    lost = {source: {day(each) for each in days} for source, days in (uncovered or {}).items()}
    shop = Merchant(
        merchant_id,
        None if joined is None else day(joined),
        orders=tuple(Order(day(d), Decimal(v)) for d, v in (gmv or {}).items()),
        ads=tuple(AdDay(day(d), Decimal(v)) for d, v in (spend or {}).items()),
        live=tuple(Session(day(d), Decimal(v)) for d, v in (minutes or {}).items()),
        covered={source: days - lost.get(source, set()) for source, days in COVERED.items()},
    )
    return replace(shop, **more)


def rows(
    programmes: list[Programme] | Programme, *merchants: Merchant, week: date = WEEK
) -> list[EligibilityRow]:
    many = programmes if isinstance(programmes, list) else [programmes]
    return list(decide(merchants, many, [week], PARAMETERS).eligibility)


def row(one: Programme, shop: Merchant, week: date = WEEK) -> EligibilityRow:
    """That of the last window that has begun, or of the one to come."""
    sunday = week + timedelta(days=6)
    found = rows(one, shop, week=week)
    return [each for each in found if not each.window_start or each.window_start <= sunday][-1]


def row_ahead(one: Programme, shop: Merchant, week: date = WEEK) -> EligibilityRow:
    """That of the window that begins on the day after the week."""
    [found] = [
        each for each in rows(one, shop, week=week) if each.window_start == week + timedelta(days=7)
    ]
    return found


def criteria(one: Programme, shop: Merchant, week: date = WEEK) -> dict[str, CriterionRow]:
    found = decide([shop], [one], [week], PARAMETERS).criteria
    return {each.criterion: each for each in found}


def weeks_later(count: int) -> date:
    return WEEK + timedelta(weeks=count)


def reward(mode: str, tiers: str = AMOUNTS, more: str = "", unit: str = "coupon_value") -> str:
    """A reward by the level of GMV."""
    return f"reward: {{unit: {unit}, mode: {mode}, {LEVEL}, {tiers}{more}}}"


def campaign(*words: str, window: str = JUNE) -> Programme:
    """A programme of these words, in the first ten days of June."""
    return programme(f"{{{', '.join([window, *words])}}}")
