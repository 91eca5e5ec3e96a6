"""Two sets of decisions side by side."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from orchestration.flow.eligibility.comparing import compare_decisions
from orchestration.periods import Week

WEEK = Week(date(2024, 9, 9))


def decision(merchant_id: str, status: str, earned: int | None, **changes: Any) -> dict[str, Any]:
    values = {
        "merchant_id": merchant_id,
        "programme": "weekly",
        "window_key": "2024-09-09",
        "status": status,
        "earned": None if earned is None else Decimal(earned),
        "cap": Decimal(5000),
        "cap_unit": "exposures",
    }
    return {**values, **changes}


def test_the_same_decisions_change_nothing() -> None:
    rows = [decision("m1", "achieved", 3000), decision("m2", "undecidable", None)]
    found = compare_decisions(WEEK, rows, list(reversed(rows)))
    assert found.changes == ()
    [amounts] = found.amounts
    assert (amounts.earned_now, amounts.earned_then) == (Decimal(3000), Decimal(3000))
    assert (amounts.unknown_now, amounts.unknown_then) == (1, 1)


def test_no_decisions_at_all_are_no_change() -> None:
    found = compare_decisions(WEEK, [], [])
    assert (found.changes, found.amounts) == ((), ())


def test_states_amounts_and_caps_are_changes_and_so_is_coming_and_going() -> None:
    now = [
        decision("state", "eligible", 0),
        decision("amount", "achieved", 1000),
        decision("cap", "achieved", 1000),
        decision("gone", "eligible", 0),
        decision("same", "eligible", 0),
    ]
    then = [
        decision("state", "not_eligible", 0),
        decision("amount", "achieved", 3000),
        decision("cap", "achieved", 1000, cap=None),
        decision("came", "eligible", 0),
        decision("same", "eligible", 0),
    ]
    found = compare_decisions(WEEK, now, then)
    assert [(one.merchant_id, one.status_now, one.status_then) for one in found.changes] == [
        ("amount", "achieved", "achieved"),
        ("came", None, "eligible"),
        ("cap", "achieved", "achieved"),
        ("gone", "eligible", None),
        ("state", "eligible", "not_eligible"),
    ]


def test_amounts_of_two_units_are_never_added() -> None:
    now = [decision("m1", "achieved", 3000), decision("m2", "achieved", 20)]
    then = [
        decision("m1", "achieved", 3000),
        decision("m2", "achieved", 20, programme="credit", cap_unit="ad_credit"),
    ]
    found = {(one.programme, one.unit): one for one in compare_decisions(WEEK, now, then).amounts}
    assert found["weekly", "exposures"].earned_now == 3020
    assert found["weekly", "exposures"].earned_then == 3000
    assert found["credit", "ad_credit"].earned_then == 20
