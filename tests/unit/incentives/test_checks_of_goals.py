"""Each fault and warning of `seedbed rulebook check` about metrics, tiers and goals."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from checks_kit import CAMPAIGN, FAULT, WARNING, gate, one
from programme_kit import AFTER, FIXED, LADDER, WEEKLY, found, programme, version

from orchestration.incentives.programmes.checks import Finding

UP_TO = {"unit": "exposures", "mode": "up_to", "window_cap": "5"}


# Metrics


@pytest.mark.parametrize(
    ("broken", "check", "words"),
    [
        (
            gate(metric="gvm", at_least="1", period="since_joined"),
            "unknown metric",
            "'gmv' perhaps",
        ),
        (gate(metric="weather", at_least="1"), "unknown metric", "declare it as a fact"),
        (
            version(reward={**LADDER, "measure": {"metric": "sales", "basis": "level"}}),
            "unknown metric",
            "'sales'",
        ),
        (
            version(reward={**LADDER, "measure": {"metric": "category", "basis": "level"}}),
            "measure",
            "not summed over the days",
        ),
        (gate(metric="gmv", at_least="1"), "condition", "over which days is gmv meant"),
        (
            gate(metric="days_since_joined", at_least="1", period="since_joined"),
            "condition",
            "has no period",
        ),
        (gate(metric="private_domain", at_least="1"), "condition", "write `is: true`"),
        (gate(metric="days_since_joined", **{"is": True}), "condition", "`is` asks yes or no"),
        (gate(metric="category", at_least="1"), "condition", "`include` and `exclude` go with"),
        (
            gate(metric="gmv", include=["家居"], taxonomy="shop_category", taxonomy_version="1"),
            "condition",
            "`include` does not go with gmv",
        ),
        (gate(metric="days_since_joined", at_most="1.5"), "condition", "counts whole days"),
        (
            version(goals=[{"id": "a", "metric": "days_since_joined", "at_least": "1"}]),
            "condition",
            "so it is no goal",
        ),
        (
            version(
                reward={
                    **LADDER,
                    "measure": {"metric": "order_count", "basis": "level"},
                    "tiers": [{"from": "1.5", "amount": "1"}],
                }
            ),
            "mixed units",
            "counts whole orders",
        ),
        (
            version(
                reward={
                    "unit": "ad_credit",
                    "mode": "marginal",
                    "measure": {"metric": "order_count", "basis": "level"},
                    "tiers": [{"from": "1", "rate": "0.1"}],
                }
            ),
            "mixed units",
            "a rate on orders gives no ad_credit",
        ),
    ],
)
def test_metrics(tmp_path: Path, broken: dict[str, Any], check: str, words: str) -> None:
    findings = found(tmp_path, programme("a", broken))
    named = [each for each in findings if each.check != "categories"]
    assert words in one(named, check, FAULT)


def test_a_declared_fact_is_a_metric(tmp_path: Path) -> None:
    facts = {"facts": [{"fact": "score", "unit": "score"}], "statements": []}
    assert found(tmp_path, programme("a", gate(metric="score", at_least="4.2")), facts=facts) == []


# Tiers


def tiers(*amounts: str, **reward: Any) -> dict[str, Any]:
    steps = [{"from": str(n), "amount": amount} for n, amount in enumerate(amounts, start=1)]
    return version(reward={**LADDER, "tiers": steps, **reward})


@pytest.mark.parametrize(
    ("broken", "is_fault", "words"),
    [
        (tiers("10", "10"), FAULT, "tier 2 gives 10, no more than the 10 of tier 1"),
        (tiers("10", "30", "20"), FAULT, "tier 3 gives 20"),
        (
            tiers("10", "20", window_cap="15"),
            WARNING,
            "give 20, and window_cap is 15, so it is",
        ),
        (tiers("10", "20", window_cap="10"), WARNING, "so it gives nothing more"),
        (
            tiers("10", "5", mode="cumulative", window_cap="12"),
            WARNING,
            "would give 15, and window_cap is 12, so it is cut off",
        ),
        (
            version(reward={**FIXED, "window_cap": "99"}),
            WARNING,
            "is 100, and window_cap 99",
        ),
        (
            tiers("1", *("2345678"), measure={"metric": "broadcast_days", "basis": "level"}),
            FAULT,
            "tier 8 begins at 8 broadcast days, and a window has at most 7",
        ),
        (
            version(
                reward={
                    **LADDER,
                    "mode": "retroactive",
                    "tiers": [{"from": "1", "rate": "0.2"}, {"from": "2", "rate": "0.1"}],
                }
            ),
            WARNING,
            "the rate of tier 2 is not above that of tier 1",
        ),
    ],
)
def test_tiers(tmp_path: Path, broken: dict[str, Any], is_fault: bool, words: str) -> None:
    assert words in one(found(tmp_path, programme("a", broken)), "unreachable tier", is_fault)


def test_a_tier_that_gives_less_is_worth_reaching_where_all_are_added(tmp_path: Path) -> None:
    assert found(tmp_path, programme("a", tiers("10", "5", mode="cumulative"))) == []


@pytest.mark.parametrize(
    ("window", "days"),
    [
        (WEEKLY, 7),
        (AFTER, 30),
        ({"kind": "monthly"}, 31),
        ({**CAMPAIGN, "end": "2024-08-04"}, 3),
    ],
)
def test_a_goal_beyond_the_window(tmp_path: Path, window: dict[str, Any], days: int) -> None:
    def asking(for_days: int) -> list[Finding]:
        goal = {"id": "a", "metric": "broadcast_days", "at_least": str(for_days)}
        return found(tmp_path, programme("a", version(window=window, goals=[goal])))

    assert asking(days) == []
    told = one(asking(days + 1), "unreachable goal", FAULT)
    assert f"a window has at most {days}" in told
