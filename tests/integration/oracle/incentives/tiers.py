"""Tiers: which are reached, which may be, and what they give before caps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import ceil

from .conditions import Truth
from .metrics import Bar, Known, Total
from .rules import LEVELLED, Version, number
from .windows import Window

UP_TO_ALL = 1_000_000


@dataclass(frozen=True)
class Tier:
    """A tier of a window: None is open. One that is spent was reached in an earlier window."""

    number: int
    is_reached: Truth
    bar: Bar | None = None
    amount: Decimal | None = None
    rate: Decimal | None = None
    required: Fraction | None = None
    is_spent: bool = False


@dataclass(frozen=True)
class Baseline:
    """What growth is measured against, scaled to the length of the window."""

    value: Fraction
    has_missing: bool
    is_unknown: bool
    # how many tiers anything above zero reaches, where there was nothing
    tiers_above_zero: int

    @property
    def is_zero(self) -> bool:
        return self.value == 0 and not self.has_missing


def tiers_of(known: Known, window: Window, goals: Truth) -> list[Tier]:
    """The tiers of the window; `fixed` has one, which its goals reach."""
    version = window.version
    if version.mode == "fixed":
        is_reached = goals if window.has_begun(known.as_of) else False
        return [Tier(1, is_reached, amount=number(version.reward.get("amount")))]
    if version.mode not in LEVELLED:
        return []
    measured = tiers_by_measure(known, window)
    if window.is_to_come:
        return [replace(tier, is_reached=False) for tier in measured]
    judged = [replace(tier, is_reached=_with_goals(tier.is_reached, goals)) for tier in measured]
    if window.has_begun(known.as_of):
        return judged
    # What begins tomorrow gives nothing yet, but its baseline may be unknown already.
    return [replace(tier, is_reached=False) if tier.is_reached else tier for tier in judged]


def _with_goals(is_reached: Truth, goals: Truth) -> Truth:
    """While goals are not true nothing is reached; while they are unknown it is open."""
    if goals is True or is_reached is False:
        return is_reached
    return goals


def measured_total(known: Known, window: Window) -> Total | None:
    """The measure over the window; none where there is no measure or nothing to measure yet."""
    measure = window.version.reward.get("measure")
    if measure is None or window.is_to_come:
        return None
    return known.total(measure["metric"], window.start, window.end)


def tiers_by_measure(known: Known, window: Window) -> list[Tier]:
    """The tiers by the measure alone, whatever the goals."""
    measure = window.version.reward["measure"]
    total = known.total(measure["metric"], window.start, window.end)
    base = _baseline(known, window) if measure["basis"] == "growth" else None
    return [
        _judged(_tier(number_, words, base), total, base)
        for number_, words in enumerate(window.version.tiers, start=1)
    ]


def _tier(position: int, words: object, base: Baseline | None) -> Tier:
    assert isinstance(words, dict)
    start = Fraction(str(words["from"]))
    amount, rate = number(words.get("amount")), number(words.get("rate"))
    if base is None:
        return Tier(position, None, Bar(start), amount, rate, start)
    if base.is_zero:
        bar = Bar(Fraction(0), is_above=True) if position <= base.tiers_above_zero else None
        return Tier(position, None, bar, amount, rate)
    height = base.value * (1 + start)
    is_known = not base.has_missing and not base.is_unknown
    return Tier(position, None, Bar(height), amount, rate, _told(height) if is_known else None)


def _told(height: Fraction) -> Fraction:
    """What growth asks for is told with four places, rounded up; it is decided exactly."""
    return Fraction(ceil(height * 10_000), 10_000)


def _judged(tier: Tier, total: Total, base: Baseline | None) -> Tier:
    if total.is_unknown or (base is not None and base.is_unknown):
        return tier
    if tier.bar is None:
        return replace(tier, is_reached=False)
    is_base_open = base is not None and base.has_missing
    if tier.bar.holds(total.value):
        could_change = (total.has_missing and total.may_fall) or is_base_open
    else:
        could_change = total.has_missing or (is_base_open and total.may_fall)
    return replace(tier, is_reached=None if could_change else tier.bar.holds(total.value))


def _baseline(known: Known, window: Window) -> Baseline:
    words = window.version.reward["baseline"]
    first, end = words["from"], words["to"]
    total = known.total(window.version.reward["measure"]["metric"], first, end)
    scaled = Fraction(total.value) * window.days / (end - first).days
    reached = {"none": 0, "lowest": 1, "top": UP_TO_ALL}[words["zero"]]
    return Baseline(scaled, total.has_missing, total.is_unknown, reached)


def counting_once(tiers: Sequence[Tier], earlier: Sequence[Sequence[Tier]]) -> list[Tier]:
    """`once: first_time`: what was reached before gives nothing, what may have been is open."""
    counting = []
    for tier in tiers:
        before = [each[tier.number - 1].is_reached for each in earlier]
        if True in before:
            counting.append(replace(tier, is_spent=True))
        elif None in before:
            counting.append(replace(tier, is_reached=None))
        else:
            counting.append(tier)
    return counting


def are_amounts_known(version: Version) -> bool:
    if version.mode == "fixed":
        return version.reward.get("amount") is not None
    return version.mode != "up_to" and all("amount" in t or "rate" in t for t in version.tiers)


def amount_of(version: Version, tiers: Sequence[Tier], value: Decimal) -> Decimal | None:
    """What the tiers surely reached give before caps; None if nobody says what they give."""
    if not are_amounts_known(version):
        return None
    reached = [tier for tier in tiers if tier.is_reached and not tier.is_spent]
    if not reached:
        return Decimal(0)
    if version.mode == "retroactive":
        return _rounded(version, value * _given(reached[-1].rate))
    if version.mode == "marginal":
        return _rounded(version, sum((_part(version, t, value) for t in reached), Decimal(0)))
    if version.mode == "cumulative":
        return _rounded(version, sum((_given(tier.amount) for tier in reached), Decimal(0)))
    return _rounded(version, _given(reached[-1].amount))


def most_of(version: Version, tiers: Sequence[Tier]) -> Decimal | None:
    """What all tiers that are still to be had would give, where that does not depend on more."""
    if version.mode in ("retroactive", "marginal"):
        return None
    everything = [replace(tier, is_reached=True) for tier in tiers]
    return amount_of(version, everything, Decimal(0))


def _part(version: Version, tier: Tier, value: Decimal) -> Decimal:
    """The rate of a tier on its part of the value."""
    starts = [_given(number(words["from"])) for words in version.tiers]
    is_last = tier.number == len(starts)
    upper = value if is_last else min(value, starts[tier.number])
    return _given(tier.rate) * (upper - starts[tier.number - 1])


def _given(value: Decimal | None) -> Decimal:
    assert value is not None
    return value


def _rounded(version: Version, amount: Decimal) -> Decimal:
    """Down, to whole exposures or to a hundredth."""
    unit = Decimal(1) if version.reward["unit"] == "exposures" else Decimal("0.01")
    return amount // unit * unit


def achieved_on(known: Known, window: Window, tiers: Sequence[Tier], goals_day: date) -> date:
    """The day by whose end the highest tier that counts, and the goals with it, was reached."""
    highest = [tier for tier in tiers if tier.is_reached and not tier.is_spent][-1]
    if highest.bar is None:
        return goals_day
    metric = window.version.reward["measure"]["metric"]
    return max(goals_day, known.reached_on(metric, window.start, window.end, highest.bar))
