"""The watch over limits sees what is overdrawn: one that never barks guards nothing."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from incentive_worlds.limits import overdrawn

WEEK = date(2024, 6, 3)


def found(limits: dict[str, int], *earned: tuple[str, str, int], cap: int | None = None) -> int:
    """How many faults there are of windows told as (merchant, first day, what they earn)."""
    table: dict[tuple[Any, ...], dict[str, Any]] = {
        (merchant, "p", window, WEEK): {"rule_version": 1, "earned": Decimal(gives), "cap": cap}
        for merchant, window, gives in earned
    }
    programme = {"programme": "p", "versions": [{"version": 1, "reward": limits}]}
    return len(overdrawn(table, [programme]))


def test_each_limit_is_watched():
    two = [("m1", "2024-06-01", 6), ("m1", "2024-06-08", 5)]
    assert [found({"window_cap": limit}, *two) for limit in (6, 5)] == [0, 1]
    assert [found({"merchant_cap": limit}, *two) for limit in (11, 10)] == [0, 1]
    assert [found({"claims_cap": limit}, *two) for limit in (2, 1)] == [0, 1]
    others = [("m1", "2024-06-01", 6), ("m2", "2024-06-01", 5)]
    assert [found({"merchant_cap": 6, "budget": limit}, *others) for limit in (11, 10)] == [0, 1]
    assert [found({}, *two, cap=cap) for cap in (6, 5, None)] == [0, 1, 0]
