"""Each fault and warning of `seedbed rulebook check` on a rulebook that has it and no other."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from programme_kit import AFTER, FIXED, LADDER, NO_FACTS, SAID, WEEKLY, found, programme, version

from orchestration.incentives.programmes.checks import Finding
from orchestration.incentives.taxonomies import Category, load_taxonomies

FAULT, WARNING = True, False
UP_TO = {"unit": "exposures", "mode": "up_to", "window_cap": "5"}
TO_AUGUST = {"valid_to": "2024-08-01"}
# 2 September 2024 is a Monday, like 1 July.
TO_SEPTEMBER = {"valid_to": "2024-09-02"}
LATER = "2024-08-20T00:00:00+08:00"
CAMPAIGN = {"kind": "campaign", "start": "2024-08-01"}
CATEGORY = {"id": "a", "metric": "category", "taxonomy": "shop_category"}


def one(findings: list[Finding], check: str, is_fault: bool) -> str:
    """The problem of the only finding."""
    assert [(each.check, each.is_fault) for each in findings] == [(check, is_fault)], findings
    assert ", line " in findings[0].where
    return findings[0].problem


def gate(**said: Any) -> dict[str, Any]:
    return version(gates=[{"id": "a", **said}])


def test_a_sound_rulebook_has_no_finding(tmp_path: Path) -> None:
    assert found(tmp_path, programme("a", version()), programme("b", version())) == []


# Versions


def test_overlapping_versions(tmp_path: Path) -> None:
    told = one(
        found(tmp_path, programme("a", version(), version(2, valid_from="2024-09-02"))),
        "overlapping versions",
        FAULT,
    )
    assert "from 2024-09-02, when version 1 still does (until further notice)" in told
    assert "valid_to: 2024-09-02" in told


def test_versions_that_overlapped_for_a_while_are_told(tmp_path: Path) -> None:
    """Weeks decided between the two records would have had two versions."""
    findings = found(
        tmp_path,
        programme(
            "a",
            version(),
            version(2, valid_from="2024-09-02", recorded_at=LATER),
            version(recorded_at="2024-08-21T00:00:00+08:00", **TO_SEPTEMBER),
        ),
    )
    one(findings, "overlapping versions", FAULT)


def test_a_version_that_was_ended_in_time_overlaps_nothing(tmp_path: Path) -> None:
    assert (
        found(
            tmp_path,
            programme(
                "a",
                version(),
                version(2, valid_from="2024-09-02", recorded_at=LATER),
                version(recorded_at=LATER, **TO_SEPTEMBER),
            ),
        )
        == []
    )


def test_gap_between_versions(tmp_path: Path) -> None:
    told = one(
        found(tmp_path, programme("a", version(**TO_AUGUST), version(2, valid_from="2024-09-01"))),
        "gap between versions",
        WARNING,
    )
    assert "no version holds from 2024-08-01 to 2024-09-01" in told


@pytest.mark.parametrize(
    ("window", "ends", "last"),
    [
        (AFTER, "2024-09-02", "2024-10-01"),
        (WEEKLY, "2024-09-03", "2024-09-09"),
        (WEEKLY, "2024-09-02", None),
        ({"kind": "weekly", "week_starts": "3"}, "2024-09-02", "2024-09-04"),
        ({"kind": "monthly"}, "2024-09-02", "2024-10-01"),
        ({"kind": "monthly"}, "2024-09-01", None),
        ({"kind": "monthly"}, "2025-01-01", None),
        (
            {**CAMPAIGN, "end": "2024-09-10"},
            "2024-09-02",
            "2024-09-10",
        ),
        ({**CAMPAIGN, "end": "2024-09-02"}, "2024-09-02", None),
    ],
)
def test_a_version_that_begins_in_open_windows(
    tmp_path: Path, window: Mapping[str, Any], ends: str, last: str | None
) -> None:
    first, second = version(window=window, valid_to=ends), version(2, valid_from=ends)
    findings = found(tmp_path, programme("a", first, second))
    if last is None:
        assert findings == []
    else:
        assert f"the last one until {last}" in one(findings, "open windows", WARNING)


def test_a_record_that_changes_rules_of_open_windows(tmp_path: Path) -> None:
    changed = version(recorded_at=LATER, reward={**FIXED, "amount": "50"})
    told = one(
        found(tmp_path, programme("a", version(), changed)), "changed in open windows", WARNING
    )
    assert "version 1 had other reward when it was recorded at 2024-07-01" in told


def test_a_record_that_only_knows_better_where_it_comes_from_is_no_change(tmp_path: Path) -> None:
    better = version(recorded_at=LATER, provenance={**SAID, "certainty": "A"})
    assert found(tmp_path, programme("a", version(), better)) == []


def test_one_programme_of_two_units(tmp_path: Path) -> None:
    second = version(2, valid_from="2024-08-05", reward={**FIXED, "unit": "ad_credit"})
    told = one(
        found(tmp_path, programme("a", version(valid_to="2024-08-05"), second)),
        "mixed units",
        FAULT,
    )
    assert "this version gives ad_credit, version 1 exposures" in told


def test_hearsay_that_is_no_assumption(tmp_path: Path) -> None:
    said = {**SAID, "is_assumption": False}
    one(found(tmp_path, programme("a", version(provenance=said))), "certainty", WARNING)
    own_words = {**said, "certainty": "A"}
    assert found(tmp_path, programme("a", version(provenance=own_words))) == []


def test_two_programmes_of_one_name(tmp_path: Path) -> None:
    twin = {**programme("b", version()), "name": {"zh": "乙", "en": "The a"}}
    told = one(found(tmp_path, programme("a", version()), twin), "same name", WARNING)
    assert "'The a' is the name of a too" in told


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


# Exclusion


def in_groups(name: str, unit: str = "exposures", **ranks: int) -> dict[str, Any]:
    places = [{"group": group, "rank": str(rank)} for group, rank in ranks.items()]
    return programme(name, version(exclusive=places, reward={**FIXED, "unit": unit}))


def test_the_same_rank_twice(tmp_path: Path) -> None:
    told = one(found(tmp_path, in_groups("a", g=1), in_groups("b", g=1)), "same rank", FAULT)
    assert "in group g both a and b have rank 1" in told


def test_two_programmes_that_exclude_each_other(tmp_path: Path) -> None:
    told = one(
        found(tmp_path, in_groups("a", g=1, h=2), in_groups("b", g=2, h=1)),
        "circular exclusion",
        FAULT,
    )
    assert "a before b in group g, b before a in group h" in told


def test_a_longer_circle(tmp_path: Path) -> None:
    told = one(
        found(
            tmp_path,
            in_groups("a", x=1, z=2),
            in_groups("b", x=2, y=1),
            in_groups("c", y=2, z=1),
        ),
        "circular exclusion",
        FAULT,
    )
    assert "a before b in group x, b before c in group y, c before a in group z" in told


def test_a_chain_across_groups(tmp_path: Path) -> None:
    told = one(
        found(tmp_path, in_groups("a", x=1), in_groups("b", x=2, y=1), in_groups("c", y=2)),
        "chain of exclusion",
        WARNING,
    )
    assert "a excludes b (group x), which excludes c (group y)" in told


def test_three_in_one_group_are_no_chain(tmp_path: Path) -> None:
    members = (in_groups(name, g=rank) for rank, name in enumerate("abc", start=1))
    assert found(tmp_path, *members) == []


def test_a_group_of_two_units(tmp_path: Path) -> None:
    findings = found(tmp_path, in_groups("a", g=1), in_groups("b", "ad_credit", g=2))
    assert "b gives ad_credit and a exposures" in one(findings, "mixed units", WARNING)


# Categories


def shop_category() -> Category:
    return load_taxonomies(Path("nowhere"), Path(__file__).parents[3] / SHIPPED)[0]


SHIPPED = "orchestration/incentives/default_rulebook"


def test_a_category_that_its_tree_does_not_have(tmp_path: Path) -> None:
    known = shop_category()
    tree = {"taxonomy_version": known.taxonomy_version}
    broken = gate(**CATEGORY, **tree, include=[known.name, "月球"])
    told = one(found(tmp_path, programme("a", broken)), "categories", FAULT)
    assert "has no category '月球'" in told


def test_a_tree_that_is_not_loaded(tmp_path: Path) -> None:
    broken = gate(**CATEGORY, taxonomy_version="1999", exclude=["月球"])
    told = one(found(tmp_path, programme("a", broken)), "categories", WARNING)
    assert "taxonomies.csv has no shop_category 1999" in told


# Facts


def stated(**said: Any) -> dict[str, Any]:
    whole = {"merchant_id": "m1", "fact": "score", "value": "4", "valid_from": "2024-07-01"}
    declared = [{"fact": "score", "unit": "score"}, {"fact": "signed_up", "unit": "yes_no"}]
    statement = {**whole, "recorded_at": LATER, **said}
    return {"facts": declared, "statements": [statement]}


@pytest.mark.parametrize(
    ("facts", "is_fault", "words"),
    [
        (stated(merchant_id="m9"), WARNING, "the register has no merchant 'm9'"),
        (stated(fact="mood"), FAULT, "'mood' is declared nowhere"),
        (stated(value=True), FAULT, "score is a number (score)"),
        (stated(fact="signed_up", value="1"), FAULT, "signed_up is true or false"),
        ({**NO_FACTS, "facts": [{"fact": "gmv", "unit": "yuan"}]}, FAULT, "'gmv' is a metric that"),
    ],
)
def test_facts(tmp_path: Path, facts: dict[str, Any], is_fault: bool, words: str) -> None:
    findings = found(tmp_path, facts=facts, merchants={"m1"})
    assert words in one(findings, "facts", is_fault)


def test_without_a_register_nobody_is_missing_in_it(tmp_path: Path) -> None:
    assert found(tmp_path, facts=stated(merchant_id="m9"), merchants=None) == []
