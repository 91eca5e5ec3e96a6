"""What `seedbed rulebook diff` tells of two rulebooks."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from programme_kit import AFTER, FIXED, LADDER, NO_FACTS, SAID, loaded, programme, version

from orchestration.incentives.programmes.differences import Difference, differences

LATER = "2024-08-20T00:00:00+08:00"
GATE = {"id": "one", "metric": "gmv", "at_least": "60000", "period": "before_window", "days": "28"}


def between(
    folder: Path,
    old: list[dict[str, Any]],
    new: list[dict[str, Any]],
    facts: tuple[Mapping[str, Any], Mapping[str, Any]] = (NO_FACTS, NO_FACTS),
) -> list[Difference]:
    return differences(
        loaded(folder / "old", *old, facts=facts[0]), loaded(folder / "new", *new, facts=facts[1])
    )


def changed(folder: Path, old: Mapping[str, Any], new: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """What is told of one programme with one version."""
    found = between(folder, [programme("p", version(**old))], [programme("p", version(**new))])
    assert {one.version for one in found} <= {1}
    return [(one.kind, one.what, one.old, one.new) for one in found]


def test_the_same_is_no_difference(tmp_path: Path) -> None:
    assert between(tmp_path, [programme("p", version())], [programme("p", version())]) == []


def test_programmes_and_versions_that_come_and_go(tmp_path: Path) -> None:
    old = [programme("a", version()), programme("b", version(valid_to="2024-09-02"))]
    second = version(2, valid_from="2024-09-02")
    new = [programme("b", version(valid_to="2024-09-02"), second), programme("c", version())]
    told = [(one.programme, one.version, one.kind, one.what) for one in between(tmp_path, old, new)]
    assert told == [
        ("a", None, "removed", None),
        ("b", 2, "added", None),
        ("c", None, "added", None),
    ]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            {"gates": [GATE]},
            {"gates": [{**GATE, "at_least": "70000.5"}]},
            (
                "changed",
                "gate one",
                "gmv at least 60,000 yuan in the 28 days before the window",
                "gmv at least 70,000.5 yuan in the 28 days before the window",
            ),
        ),
        (
            {},
            {"goals": [{"id": "sell", "metric": "order_count", "at_least": "3"}]},
            ("added", "goal sell", None, "order_count at least 3 orders"),
        ),
        (
            {"window": AFTER},
            {"window": {**AFTER, "mode": "dormant", "lookback_days": "60", "starts": "next_day"}},
            (
                "changed",
                "window",
                "30 days from a paid order, the first ever",
                "30 days from a paid order after 60 days without one (beginning the day after)",
            ),
        ),
        (
            {"reward": LADDER},
            {"reward": {**LADDER, "tiers": [{"from": "100", "amount": "10"}]}},
            ("removed", "step 2", "from 200 yuan: 20 exposures", None),
        ),
        (
            {"reward": {**LADDER, "claims_cap": "4"}},
            {"reward": {**LADDER, "claims_cap": "3"}},
            (
                "changed",
                "claims",
                "at most 4 windows of a merchant",
                "at most 3 windows of a merchant",
            ),
        ),
        (
            {"reward": FIXED},
            {"reward": {"unit": "exposures", "mode": "fixed"}},
            ("changed", "amount", "100 exposures", "amount unknown"),
        ),
        (
            {},
            {"valid_to": "2024-09-02"},
            (
                "changed",
                "windows begin",
                "from 2024-07-01 until further notice",
                "from 2024-07-01 until 2024-09-02 (not on it)",
            ),
        ),
        (
            {},
            {"provenance": {**SAID, "certainty": "A", "is_assumption": False}},
            (
                "changed",
                "certainty",
                "B, trade press, with assumptions",
                "A, the platform's own words",
            ),
        ),
        (
            {},
            {"exclusive": [{"group": "g", "rank": "2"}]},
            ("added", "group g", None, "rank 2"),
        ),
    ],
)
def test_a_change_in_words(
    tmp_path: Path, old: dict[str, Any], new: dict[str, Any], told: tuple[Any, ...]
) -> None:
    assert changed(tmp_path, old, new) == [told]


def test_the_last_record_of_a_version_is_what_is_compared(tmp_path: Path) -> None:
    recorded_again = version(recorded_at=LATER, reward={**FIXED, "amount": "50"})
    old, new = [programme("p", version())], [programme("p", recorded_again, version())]
    told = {one.what: (one.old, one.new) for one in between(tmp_path, old, new)}
    assert told["amount"] == ("100 exposures", "50 exposures")
    assert set(told) == {"amount", "known since"}


def test_a_new_name_is_told(tmp_path: Path) -> None:
    renamed = {**programme("p", version()), "name": {"zh": "甲"}}
    (told,) = between(tmp_path, [programme("p", version())], [renamed])
    assert (told.what, told.old, told.new) == ("name", "The p", "甲")


def test_facts_and_statements_are_told(tmp_path: Path) -> None:
    statement = {"merchant_id": "m1", "fact": "signed_up", "value": True, "recorded_at": LATER}
    facts = {
        "facts": [{"fact": "signed_up", "unit": "yes_no"}],
        "statements": [{**statement, "valid_from": "2024-07-01"}],
    }
    told = between(tmp_path, [], [], (NO_FACTS, facts))
    assert [(one.programme, one.kind, one.new) for one in told] == [
        ("facts", "added", "in yes_no"),
        ("facts", "added", "yes"),
    ]
