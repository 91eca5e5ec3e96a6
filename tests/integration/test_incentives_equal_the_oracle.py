"""Every state and amount that dbt decides, beside the oracle's, over crowds of merchants."""

from __future__ import annotations

from pathlib import Path

import pytest
from incentive_worlds import PROGRAMMES, decided, make_world

from tests.audited import critical_failures
from tests.dbt_homes import empty_home

pytestmark = pytest.mark.slow

STATES = {
    "not_eligible",
    "undecidable",
    "exhausted",
    "achieved",
    "expired",
    "in_progress",
    "eligible",
}
MERCHANTS = 700
# That of a programme whose campaign begins before any of its versions is valid.
NEVER_DECIDED = {"never_in_force"}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_states_and_amounts_of_a_crowd(seed: int, tmp_path: Path):
    world = make_world(seed, MERCHANTS)
    home = empty_home(tmp_path / "home")
    decided.build(home, world)
    decisions = decided.by_oracle(world)
    found = decided.differences(home, decisions)
    assert found == [], f"{len(found)} differences, such as\n" + "\n".join(found[:20])
    assert critical_failures(home) == []


def test_the_crowd_meets_every_state_and_every_programme():
    decisions = decided.by_oracle(make_world(1, MERCHANTS // 5))
    counts = decided.variety(decisions)
    assert set(counts) == STATES
    assert min(counts.values()) > 100, counts
    programmes = {words["programme"] for words in PROGRAMMES}
    assert {row.key.programme for row in decisions.eligibility} == programmes - NEVER_DECIDED
    assert sum((row.earned or 0) > 0 for row in decisions.eligibility) > 500
    assert any(row.granted is not None and row.remaining == 0 for row in decisions.eligibility)
