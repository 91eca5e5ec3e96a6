"""The state of a window, its row, and the rows of its criteria."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction

from .caps import Share
from .conditions import Truth, truths_of
from .evaluate import Evaluated
from .facts import ONE_DAY
from .rows import TO_COME, CriterionRow, EligibilityRow, Key
from .steps import Pace, pace_of
from .tiers import Tier

ZERO = Decimal(0)


def key_of(one: Evaluated, week: date) -> Key:
    window = TO_COME if one.window.is_to_come else one.window.start.isoformat()
    return Key(one.known.merchant.merchant_id, one.version.programme, window, week)


def row_of(one: Evaluated, share: Share, week: date) -> EligibilityRow:
    window = one.window
    granted = granted_in(one)
    remaining = _remaining(share, granted)
    return EligibilityRow(
        key_of(one, week),
        state_of(one, share, granted, remaining),
        one.version.number,
        _tier(one),
        share.earned,
        granted,
        share.cap,
        remaining,
        None if window.is_to_come else window.start,
        None if window.is_to_come else window.end,
        None if window.is_to_come else max(0, (window.end - one.known.as_of).days - 1),
        one.achieved_on,
        can_rise(one),
        one.is_excluded,
    )


def granted_in(one: Evaluated) -> Decimal | None:
    """What grant records say was given in the window; None without one."""
    if one.window.is_to_come:
        return None
    found = [
        grant.quantity
        for grant in one.known.merchant.grants
        if grant.name in one.version.names
        and grant.unit == one.version.reward["unit"]
        and one.window.start <= grant.day < one.window.end
        and grant.day <= one.known.as_of
    ]
    return sum(found, ZERO) if found else None


def _remaining(share: Share, granted: Decimal | None) -> Decimal | None:
    if share.cap is None:
        return None
    return max(ZERO, share.cap - _most(share.earned, granted))


def _most(earned: Decimal | None, granted: Decimal | None) -> Decimal:
    return max((each for each in (earned, granted) if each is not None), default=ZERO)


def _tier(one: Evaluated) -> int | None:
    reached = [tier.number for tier in _counting(one) if tier.is_reached]
    return max(reached, default=None)


def _counting(one: Evaluated) -> list[Tier]:
    return [tier for tier in one.tiers if not tier.is_spent]


def can_rise(one: Evaluated) -> bool:
    """Whether more could be reached but for caps."""
    if not one.has_begun or one.version.mode in ("up_to", "retroactive", "marginal"):
        return True
    return any(tier.is_reached is not True for tier in _counting(one))


def state_of(
    one: Evaluated, share: Share, granted: Decimal | None, remaining: Decimal | None
) -> str:
    """The first state of the page that fits."""
    is_over = not one.window.is_to_come and one.window.end <= one.known.as_of + ONE_DAY
    has_something = _most(share.earned, granted) > 0
    if one.gates_hold is False or one.is_excluded:
        return "not_eligible"
    if one.gates_hold is None or not one.window.is_certain:
        return "undecidable"
    if remaining != 0 and _is_open(one):
        return "undecidable"
    if remaining == 0 and (can_rise(one) or _is_above(one.amount, share.cap)):
        return "exhausted"
    if not can_rise(one) or (is_over and (has_something or _has_unpriced_tier(one))):
        return "achieved"
    if is_over:
        return "expired"
    return "in_progress" if _has_begun(one) else "eligible"


def _is_open(one: Evaluated) -> bool:
    """Whether a goal or a tier may be reached or not."""
    return None in truths_of(one.goals) or any(t.is_reached is None for t in _counting(one))


def _is_above(amount: Decimal | None, cap: Decimal | None) -> bool:
    return amount is not None and cap is not None and amount > cap


def _has_unpriced_tier(one: Evaluated) -> bool:
    return one.amount is None and _tier(one) is not None


def _has_begun(one: Evaluated) -> bool:
    """Whether its event has happened, or something that a goal or the measure asks for."""
    if one.window.is_to_come:
        return False
    if one.version.window["kind"] == "after_event":
        return one.window.start - one.version.starts_after <= one.known.as_of
    if one.total is not None and not one.total.is_unknown and one.total.value > 0:
        return True
    return any((answer.actual or 0) > 0 for entry in one.goals for answer in entry)


def criteria_of(one: Evaluated, week: date) -> Iterator[CriterionRow]:
    for role, entries in (("gate", one.gates), ("goal", one.goals)):
        for answer in (each for entry in entries for each in entry):
            required = None if answer.required is None else Fraction(answer.required)
            yield _criterion(
                one,
                week,
                (role, answer.words["id"]),
                answer.actual,
                required,
                answer.is_met,
                has_gap=answer.asks_for_more,
            )
    if one.version.mode != "fixed":
        actual = one.total.actual if one.total else None
        if not one.has_begun and not one.window.is_to_come:
            actual = Decimal(0)
        for tier in one.tiers:
            name = ("tier", f"tier_{tier.number}")
            yield _criterion(one, week, name, actual, tier.required, tier.is_reached, has_gap=True)


def _criterion(
    one: Evaluated,
    week: date,
    name: tuple[str, str],
    actual: Decimal | None,
    required: Fraction | None,
    is_met: Truth,
    *,
    has_gap: bool,
) -> CriterionRow:
    role, criterion = name
    gap = None
    if has_gap and actual is not None and required is not None:
        gap = max(Fraction(0), required - Fraction(actual))
    pace = pace_of(one, gap, Fraction(actual or 0)) if role != "gate" else Pace()
    return CriterionRow(
        key_of(one, week),
        role,
        criterion,
        actual,
        required,
        gap,
        is_met,
        None if one.window.is_to_come else one.window.end - ONE_DAY,
        pace.needed,
        pace.projected_on,
    )
