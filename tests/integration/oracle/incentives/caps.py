"""Caps: what each window gives, in the order of the page's four steps."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from .evaluate import Evaluated
from .tiers import most_of

ZERO = Decimal(0)
VersionKey = tuple[str, int]
Place = tuple[date, str, date]  # achieved_on, merchant, first day: the order of serving


@dataclass(frozen=True)
class Share:
    """What a window gives, and the most that it can give."""

    earned: Decimal | None
    cap: Decimal | None


@dataclass(frozen=True)
class Served:
    """A window on its way through the steps."""

    one: Evaluated
    place: Place | None
    within_window: Decimal  # after step 1
    within_merchant: Decimal  # after steps 2 and 3


@dataclass
class Pool:
    """All windows of a version that take part, and what is left of its budget for each."""

    windows: dict[str, list[Served]] = field(default_factory=lambda: defaultdict(list))
    budget_left: dict[Place, Decimal] = field(default_factory=dict)
    budget_over: Decimal | None = None


def shared_out(everything: Sequence[Evaluated]) -> list[Share]:
    """The share of every window, in the order given."""
    pools: dict[VersionKey, Pool] = defaultdict(Pool)
    for one in sorted(everything, key=lambda each: each.window.start):
        pool = pools[_version_key(one)]
        if one.takes_part:
            mine = pool.windows[one.known.merchant.merchant_id]
            mine.append(_served(one, mine))
    for key, pool in pools.items():
        _serve(pool, next(one for one in everything if _version_key(one) == key))
    return [_share(one, pools[_version_key(one)]) for one in everything]


def _version_key(one: Evaluated) -> VersionKey:
    return one.version.programme, one.version.number


def _served(one: Evaluated, before: Sequence[Served]) -> Served:
    """Steps 1 to 3, after the windows of the merchant before it."""
    amount = one.amount or ZERO
    within_window = _least([amount, one.version.limit("window_cap")])
    claims = one.version.limit("claims_cap")
    within_merchant = within_window
    if claims is not None and _claims(before) >= claims:
        within_merchant = ZERO
    cap = one.version.limit("merchant_cap")
    if cap is not None:
        within_merchant = min(within_merchant, cap - _given(before))
    achieved = one.achieved_on
    place = (achieved, one.known.merchant.merchant_id, one.window.start) if achieved else None
    return Served(one, place, within_window, within_merchant)


def _claims(before: Iterable[Served]) -> int:
    return sum(each.within_window > 0 for each in before)


def _given(before: Iterable[Served]) -> Decimal:
    return sum((each.within_merchant for each in before), ZERO)


def _serve(pool: Pool, example: Evaluated) -> None:
    """Step 4: each window of all merchants gets what those before it leave of the budget."""
    left = example.version.limit("budget")
    if left is None:
        return
    waiting = [each for mine in pool.windows.values() for each in mine]
    in_line = sorted((each.place, each.within_merchant) for each in waiting if each.place)
    for place, amount in in_line:
        pool.budget_left[place] = left
        left -= min(amount, left)
    pool.budget_over = left


def _share(one: Evaluated, pool: Pool) -> Share:
    mine = pool.windows.get(one.known.merchant.merchant_id, [])
    served = next((each for each in mine if each.one is one), None)
    before = [each for each in mine if each.one.window.start < one.window.start]
    place = served.place if served else None
    budget = pool.budget_left.get(place, pool.budget_over) if place else pool.budget_over
    return Share(_earned(one, served, budget), _cap(one, before, budget))


def _earned(one: Evaluated, served: Served | None, budget: Decimal | None) -> Decimal | None:
    if one.gates_hold is False or one.is_excluded:
        return ZERO
    if one.gates_hold is None or not one.window.is_certain or one.amount is None:
        return None
    return _least([served.within_merchant, budget]) if served else ZERO


def _cap(one: Evaluated, before: Sequence[Served], budget: Decimal | None) -> Decimal | None:
    limits = [one.version.limit("window_cap"), budget, most_of(one.version, one.tiers)]
    if (whole := one.version.limit("merchant_cap")) is not None:
        limits.append(whole - _given(before))
    claims = one.version.limit("claims_cap")
    if claims is not None and _claims(before) >= claims:
        limits.append(ZERO)
    return _least(limits) if any(each is not None for each in limits) else None


def _least(limits: Iterable[Decimal | None]) -> Decimal:
    return min(each for each in limits if each is not None)
