"""The incentive oracle on caps, exclusion, states and next steps, worked out by hand."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

from oracle.incentives.by_hand import (
    JUNE,
    WEEK,
    campaign,
    criteria,
    day,
    merchant,
    programme,
    reward,
    row,
    row_ahead,
    rows,
    weeks_later,
)

WEEKLY = "window: {kind: weekly}"


def test_window_cap_claims_and_merchant_cap_in_their_order():
    caps = ", window_cap: 7, claims_cap: 2, merchant_cap: 10"
    one = campaign(reward("highest_only", more=caps), "valid_from: 2024-05-20", window=WEEKLY)
    sold = {"05-21": "100", "05-28": "0", "06-04": "200", "06-11": "400"}
    found = [row(one, merchant(gmv=sold), week=weeks_later(n)) for n in (-2, -1, 0, 1)]
    assert [each.earned for each in found] == [5, 0, 5, 0]
    assert [each.cap for each in found] == [7, 5, 5, 0]
    assert [each.status for each in found] == ["achieved", "expired", "exhausted", "exhausted"]


def test_the_budget_serves_whoever_was_first():
    one = campaign(
        "reward: {unit: coupon_value, mode: fixed, amount: 60, budget: 100}",
        "goals: [{id: g, metric: gmv, at_least: 10}]",
    )
    shops = [
        merchant(merchant_id="a", gmv={"06-05": "10"}),
        merchant(merchant_id="b", gmv={"06-04": "10"}),
        merchant(merchant_id="c", gmv={"06-05": "10"}),
        merchant(merchant_id="d"),
    ]
    found = rows(one, *shops)
    assert [each.earned for each in found] == [40, 60, 0, 0]
    assert [each.cap for each in found] == [40, 60, 0, 0]
    assert [each.status for each in found] == ["exhausted", "achieved", "exhausted", "exhausted"]


def test_exclusion_by_rank_among_windows_that_meet():
    def ranked(name: str, rank: int, end: int, gates: str = "[]"):
        window = f"window: {{kind: campaign, start: 2024-06-01, end: 2024-06-{end:02}}}"
        group = f"exclusive: [{{group: g, rank: {rank}}}]"
        return programme(f"{{{window}, {group}, gates: {gates}}}", name)

    def states(*programmes):
        return [each.status for each in rows(list(programmes), merchant())]

    assert states(ranked("a", 2, 11), ranked("b", 1, 6)) == ["not_eligible", "achieved"]
    closed = "[{id: g, metric: private_domain, is: true}]"  # not known
    assert states(ranked("a", 2, 11), ranked("b", 1, 6, closed)) == ["achieved", "undecidable"]
    # The middle one is excluded, and excludes the last all the same.
    three = states(ranked("a", 3, 11), ranked("b", 2, 8), ranked("c", 1, 6))
    assert three == ["not_eligible", "not_eligible", "achieved"]


def test_excluded_windows_give_nothing_and_use_nothing_up():
    budget = "reward: {unit: coupon_value, mode: fixed, amount: 60, budget: 60}"
    gates = "gates: [{id: s, metric: days_since_joined, at_most: 30}]"
    first = programme(f"{{{JUNE}, exclusive: [{{group: g, rank: 1}}], {gates}}}", "a")
    second = programme(f"{{{JUNE}, {budget}, exclusive: [{{group: g, rank: 2}}]}}", "b")
    shops = [merchant(merchant_id="a", joined="06-01"), merchant(merchant_id="b")]
    found = {(e.key.merchant_id, e.key.programme): e for e in rows([first, second], *shops)}
    assert (found["a", "b"].is_excluded, found["a", "b"].earned) == (True, 0)
    assert (found["b", "b"].is_excluded, found["b", "b"].earned) == (False, 60)


def test_over_and_with_nothing_is_expired():
    goal = "goals: [{id: g, metric: gmv, at_least: 10}]"
    one = campaign(goal, window="window: {kind: campaign, start: 2024-06-01, end: 2024-06-10}")
    found = row(one, merchant(gmv={"06-03": "9.99"}))
    assert (found.status, found.days_left) == ("expired", 0)
    open_still = campaign(goal)
    found = row(open_still, merchant(gmv={"06-03": "9.99"}))
    assert (found.status, found.days_left) == ("in_progress", 1)
    assert row(open_still, merchant()).status == "eligible"
    hidden = merchant(uncovered={"orders": ["06-04"]})
    assert row(one, hidden).status == "undecidable"


def test_amounts_that_nobody_has_published():
    tiers = "tiers: [{from: 100}, {from: 200}]"
    one = campaign(reward("highest_only", tiers))
    found = row(one, merchant(gmv={"06-03": "150"}), week=weeks_later(1))
    assert (found.earned, found.cap, found.remaining, found.tier) == (None, None, None, 1)
    assert (found.status, found.achieved_on) == ("achieved", None)


def test_a_window_to_come_promises_what_an_event_would_open():
    event = "event: first_broadcast, mode: dormant, lookback_days: 30, days: 30"
    window = f"window: {{kind: after_event, {event}}}"
    said = "gates: [{id: g, metric: gmv, at_least: 10, period: before_window, days: 7}]"
    one = programme(f"{{{window}, {said}, {reward('highest_only')}}}")
    assert row(one, merchant(gmv={"06-02": "10"})).status == "not_eligible"
    found = row(one, merchant(gmv={"06-03": "10"}))
    assert (found.status, found.earned, found.cap, found.remaining) == ("eligible", 0, 20, 20)
    assert row(one, merchant(gmv={"06-03": "10"}, joined=None)).status == "undecidable"
    assert day("06-03") == WEEK


def test_what_a_merchant_should_do_next():
    sold = "{id: sold, metric: gmv, at_least: 100}"
    spent = "{id: spent, metric: ad_spend, at_least: 10}"
    aired = "{id: aired, metric: broadcast_days, at_least: 1}"
    window = "window: {kind: campaign, start: 2024-06-01, end: 2024-06-13}"
    one = campaign(f"goals: [{sold}, {{any: [{spent}, {aired}]}}]", window=window)
    shop = merchant(gmv={"06-03": "45"}, minutes={"06-04": 60})
    found = criteria(one, shop)
    # What a goal asks for is open; that the other alternative of one that holds lacks is not.
    assert [name for name, each in found.items() if each.is_next_step] == ["sold"]
    assert found["spent"].gap == 10
    assert found["sold"].deadline == day("06-12")
    # 55 in the three days left; at 5 a day it would take eleven.
    assert found["sold"].pace_needed == Fraction(55, 3)
    assert found["sold"].projected_on == WEEK + timedelta(days=6 + 11)
    assert (found["aired"].pace_needed, found["aired"].projected_on) == (None, day("06-09"))


def test_the_smallest_gap_of_all_programmes_is_the_next_step():
    tiers = reward("highest_only", "tiers: [{from: 50, amount: 1}, {from: 100, amount: 2}]")
    one = campaign(tiers)
    found = criteria(one, merchant(gmv={"06-03": "60"}))
    assert [name for name, each in found.items() if each.is_next_step] == ["tier_2"]
    # With no day left there is nothing to do any more.
    over = criteria(one, merchant(gmv={"06-03": "60"}), week=weeks_later(1))
    assert not any(each.is_next_step for each in over.values())


def test_what_begins_on_the_day_after_the_week_is_decided_with_it():
    tiers = reward("highest_only", "tiers: [{from: 0, amount: 1}, {from: 100, amount: 2}]")
    one = campaign(tiers, "goals: [{id: sold, metric: gmv, at_least: 10}]", window=WEEKLY)
    found = row_ahead(one, merchant(gmv={"06-09": "50"}, uncovered={"orders": ["06-10"]}))
    assert (found.status, found.earned, found.tier, found.days_left) == ("eligible", 0, None, 7)
    assert (found.cap, found.remaining, found.can_rise) == (2, 2, True)
    at_once = row_ahead(programme(WEEKLY), merchant())
    assert (at_once.status, at_once.earned, at_once.remaining) == ("eligible", 0, 100)
