"""The incentive oracle on what each mode of reward gives, worked out by hand."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from oracle.incentives import Grant
from oracle.incentives.by_hand import (
    AMOUNTS,
    JUNE,
    campaign,
    criteria,
    day,
    merchant,
    programme,
    reward,
    row,
    weeks_later,
)

WEEKLY = "window: {kind: weekly}"
RATES = "tiers: [{from: 100, rate: 0.1}, {from: 200, rate: 0.2}]"


@pytest.mark.parametrize(
    ("mode", "tiers", "earned", "cap"),
    [
        ("highest_only", AMOUNTS, "8", "20"),
        ("cumulative", AMOUNTS, "13", "33"),
        ("retroactive", RATES, "59.99", None),  # 299.99 x 0.2 = 59.998
        ("marginal", RATES, "29.99", None),  # 100 x 0.1 + 99.99 x 0.2 = 29.998
    ],
)
def test_what_each_mode_gives_of_299_99(mode: str, tiers: str, earned: str, cap: str | None):
    found = row(campaign(reward(mode, tiers)), merchant(gmv={"06-03": "299.99"}))
    assert (found.earned, found.tier) == (Decimal(earned), 2)
    assert found.cap == (None if cap is None else Decimal(cap))
    assert found.status == "in_progress"
    assert found.remaining == (None if found.cap is None else found.cap - Decimal(earned))


def test_exposures_are_whole():
    found = row(
        campaign(reward("retroactive", RATES, unit="exposures")), merchant(gmv={"06-03": "299.99"})
    )
    assert found.earned == 59


def test_a_threshold_is_reached_at_its_value_on_the_day_of_it():
    shop = merchant(gmv={"06-02": "99.99", "06-04": "0.01", "06-05": "1"})
    found = row(campaign(reward("highest_only")), shop)
    assert (found.tier, found.earned, found.achieved_on) == (1, 5, day("06-04"))
    below = row(campaign(reward("highest_only")), merchant(gmv={"06-02": "99.99"}))
    assert (below.tier, below.earned, below.achieved_on) == (None, 0, None)


def test_only_days_of_the_window_up_to_as_of_count():
    shop = merchant(gmv={"05-31": "100", "06-01": "60", "06-09": "39.99", "06-10": "100"})
    assert row(campaign(reward("highest_only")), shop).tier is None
    assert row(campaign(reward("highest_only")), shop, week=weeks_later(1)).tier == 1


def test_up_to_says_no_amount():
    found = row(
        campaign("reward: {unit: exposures, mode: up_to, window_cap: 60000}"),
        merchant(gmv={"06-03": "5"}),
    )
    assert (found.earned, found.cap, found.remaining, found.tier) == (None, 60000, 60000, None)
    assert found.status == "eligible"  # nothing asks for what happened


def test_what_was_granted_counts_towards_the_cap():
    def given(*quantities: int):
        grants = tuple(Grant("p", "exposures", day("06-04"), Decimal(n)) for n in quantities)
        words = "reward: {unit: exposures, mode: up_to, window_cap: 60000}"
        return row(campaign(words), merchant(grants=grants))

    assert (given(20000, 1).granted, given(20000, 1).remaining) == (20001, 39999)
    assert (given(60000).status, given(70000).remaining) == ("exhausted", 0)
    assert given().granted is None


def test_grants_of_another_unit_name_or_day_do_not_count():
    grants = (
        Grant("p", "ad_credit", day("06-04"), Decimal(1)),
        Grant("q", "exposures", day("06-04"), Decimal(1)),
        Grant("p", "exposures", day("05-31"), Decimal(1)),
        Grant("p", "exposures", day("06-10"), Decimal(1)),  # after as_of
    )
    words = "reward: {unit: exposures, mode: up_to, window_cap: 60000}"
    assert row(campaign(words), merchant(grants=grants)).granted is None


def test_goals_come_before_tiers():
    goals = "goals: [{id: live, metric: broadcast_days, at_least: 2}]"
    one = campaign(reward("highest_only"), goals)
    sold = {"06-02": "500"}
    assert row(one, merchant(gmv=sold, minutes={"06-03": 60})).tier is None
    both = row(one, merchant(gmv=sold, minutes={"06-03": 60, "06-05": 60}))
    assert (both.tier, both.achieved_on, both.status) == (3, day("06-05"), "achieved")
    hidden = row(one, merchant(gmv=sold, minutes={"06-03": 60}, uncovered={"live": ["06-04"]}))
    assert (hidden.tier, hidden.earned, hidden.status) == (None, 0, "undecidable")


def test_an_any_of_goals_is_reached_with_its_first():
    sold, spent = "{id: a, metric: gmv, at_least: 50}", "{id: b, metric: ad_spend, at_least: 9}"
    goals = f"goals: [{{any: [{sold}, {spent}]}}]"
    shop = merchant(gmv={"06-06": "50"}, spend={"06-04": "9"})
    found = row(programme(f"{{{JUNE}, {goals}}}"), shop)
    assert (found.earned, found.achieved_on, found.tier) == (100, day("06-04"), 1)


def test_a_missing_day_leaves_the_tiers_above_open():
    shop = merchant(gmv={"06-03": "150"}, uncovered={"orders": ["06-04"]})
    one = campaign(reward("cumulative"))
    found = row(one, shop)
    assert (found.tier, found.earned, found.status) == (1, 5, "undecidable")
    assert [criteria(one, shop)[f"tier_{n}"].is_met for n in "123"] == [True, None, None]
    assert [criteria(one, shop)[f"tier_{n}"].gap for n in "123"] == [0, 50, 250]


GROWTH = """
reward:
  unit: coupon_value
  mode: highest_only
  measure: {metric: gmv, basis: growth}
  baseline: {from: 2024-05-01, to: 2024-05-21, zero: ZERO}
  tiers: [{from: 0.1, amount: 5}, {from: 0.5, amount: 8}]
window: {kind: campaign, start: 2024-06-01, end: 2024-06-11}
"""


def growth(zero: str = "none"):
    return programme(GROWTH.replace("ZERO", zero))


def test_growth_over_a_baseline_of_another_length():
    # 200 in 20 days is 100 in ten: 110 is the first tier.
    base = {"05-03": "200"}
    tiers = [
        row(growth(), merchant(gmv=base | {"06-03": v})).tier for v in ("109.99", "110", "150")
    ]
    assert tiers == [None, 1, 2]
    assert criteria(growth(), merchant(gmv=base))["tier_2"].required == Fraction(150)


def test_growth_from_nothing():
    some = merchant(gmv={"06-03": "0.01"})
    assert [row(growth(zero), some).tier for zero in ("none", "lowest", "top")] == [None, 1, 2]
    assert [row(growth(zero), merchant()).tier for zero in ("none", "lowest", "top")] == [None] * 3
    new = merchant(
        gmv={"06-03": "0.01"}, joined="06-01", covered={"orders": merchant().covered["orders"]}
    )
    assert row(growth("top"), new).tier == 2


def test_growth_over_a_baseline_with_a_missing_day():
    gap = {"orders": ["05-02"]}
    much = row(growth(), merchant(gmv={"05-03": "200", "06-03": "999"}, uncovered=gap))
    assert (much.tier, much.earned, much.status) == (None, 0, "undecidable")
    # More in the baseline could only raise what is not reached even so.
    little = row(growth(), merchant(gmv={"05-03": "200", "06-03": "109"}, uncovered=gap))
    assert (little.tier, little.status) == (None, "in_progress")


def test_first_time_tiers_count_once():
    once = campaign(reward("cumulative", more=", once: first_time"), window=WEEKLY)
    shop = merchant(gmv={"05-28": "150", "06-04": "250", "06-11": "500"}, joined="05-20")
    found = [row(once, shop, week=weeks_later(n)) for n in (-1, 0, 1, 2)]
    assert [one.earned for one in found] == [5, 8, 20, 0]
    assert [one.tier for one in found] == [1, 2, 3, None]
    assert [one.cap for one in found] == [33, 28, 20, 0]
    assert [one.status for one in found] == ["achieved"] * 4


def test_first_time_before_the_versions_validity():
    goals = "goals: [{id: l, metric: live_minutes, at_least: 1}]"
    tiers = reward("cumulative", more=", once: first_time")
    once = programme(f"{{valid_from: 2024-06-03, {WEEKLY}, {goals}, {tiers}}}")

    def june(joined: str = "01-01", gap: str = "12-31"):
        sold, aired = {"05-28": "150", "06-04": "250"}, {"06-04": 5}
        lost = {"orders": [gap]}
        return row(once, merchant(gmv=sold, minutes=aired, joined=joined, uncovered=lost))

    assert june().earned == 8  # the goals did not matter in May
    assert june(joined="06-03").earned == 13
    assert (june(gap="05-21").earned, june(gap="05-21").status) == (0, "undecidable")
