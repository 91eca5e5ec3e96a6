"""Each fault and warning of `seedbed rulebook check` about groups, trees and facts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from checks_kit import CATEGORY, FAULT, LATER, WARNING, gate, one
from programme_kit import FIXED, NO_FACTS, found, programme, version

from orchestration.incentives.taxonomies import Category, load_taxonomies

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
