"""The incentive oracle on windows, versions and gates whose answers were worked out by hand."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest
from oracle.incentives import Merchant, Statement
from oracle.incentives.by_hand import (
    criteria,
    day,
    merchant,
    programme,
    row,
    row_ahead,
    rows,
    weeks_later,
)

LIVE_30 = "{kind: after_event, event: first_broadcast, mode: dormant, lookback_days: 30, days: 30}"
JUNE_CAMPAIGN = "{kind: campaign, start: 2024-06-01, end: 2024-06-11}"


def windows(found) -> list[tuple[date | None, date | None]]:
    return [(one.window_start, one.window_end) for one in found]


@pytest.mark.parametrize(
    ("before", "is_event"),
    [("05-05", True), ("05-06", False), ("05-07", False)],  # 31, 30 and 29 days before
)
def test_dormant_after_29_30_and_31_days(before: str, is_event: bool):
    found = rows(programme(f"window: {LIVE_30}"), merchant(minutes={before: 60, "06-05": 60}))
    assert any(one.window_start == day("06-05") for one in found) == is_event


def test_a_short_broadcast_is_no_event():
    [found] = rows(programme(f"window: {LIVE_30}"), merchant(minutes={"06-05": 29}))
    assert (found.key.window, found.status, found.window_start) == ("next", "eligible", None)
    assert (found.cap, found.remaining, found.earned, found.days_left) == (100, 100, 0, None)


def test_an_event_opens_a_window_and_no_other_is_to_come():
    goals = "[{id: more, metric: live_minutes, at_least: 300}]"
    [found] = rows(
        programme(f"{{window: {LIVE_30}, goals: {goals}}}"), merchant(minutes={"06-05": 30})
    )
    assert windows([found]) == [(day("06-05"), day("07-05"))]
    assert (found.status, found.days_left) == ("in_progress", 25)


def test_the_day_after_the_event():
    words = LIVE_30.replace("days: 30}", "days: 30, starts: next_day}")
    shop = merchant(minutes={"06-05": 30})
    [found] = rows(programme(f"window: {words}"), shop)
    assert windows([found]) == [(day("06-06"), day("07-06"))]
    # One that begins on the day after as_of is decided with the week, and lets none come beside it.
    [ahead] = rows(programme(f"window: {words}"), merchant(minutes={"06-09": 30}))
    assert (ahead.window_start, ahead.status, ahead.days_left) == (day("06-10"), "in_progress", 30)


def test_first_ever_is_certain_if_all_days_since_joining_are_covered():
    ever = programme("window: {kind: after_event, event: first_order, mode: first_ever, days: 7}")
    known = merchant(gmv={"06-05": "1"}, joined="05-01")
    hidden = merchant(gmv={"06-05": "1"}, joined="05-01", uncovered={"orders": ["05-20"]})
    assert (row(ever, known).status, row(ever, hidden).status) == ("achieved", "undecidable")
    assert row(ever, hidden).earned is None
    before = merchant(gmv={"06-05": "1"}, joined="05-21", uncovered={"orders": ["05-20"]})
    assert row(ever, before).status == "achieved"
    # An order before it joined is no event, and takes the first one away from the later.
    assert rows(ever, merchant(gmv={"05-01": "1", "06-05": "1"}, joined="06-01")) == []


def test_dormant_needs_its_lookback_days_only():
    dormant = programme(f"window: {LIVE_30}")
    old_gap = merchant(minutes={"06-05": 60}, uncovered={"live": ["05-05"]})
    new_gap = merchant(minutes={"06-05": 60}, uncovered={"live": ["05-06"]})
    assert row(dormant, old_gap).status == "achieved"
    assert row(dormant, new_gap).status == "undecidable"


def test_without_a_day_of_joining_events_are_uncertain():
    shop = merchant(minutes={"06-05": 60}, joined=None)
    assert row(programme(f"window: {LIVE_30}"), shop).status == "undecidable"
    assert rows(programme("window: {kind: after_event, event: joined, days: 30}"), shop) == []


def test_joined_opens_a_window_on_its_day():
    joined = programme("window: {kind: after_event, event: joined, days: 3}")
    [found] = rows(joined, merchant(joined="06-03"))
    assert windows([found]) == [(day("06-03"), day("06-06"))]
    assert rows(joined, merchant(joined="05-31")) == []  # over before Monday
    assert row_ahead(joined, merchant(joined="06-10")).status == "eligible"
    assert rows(joined, merchant(joined="06-11")) == []  # not yet


def test_ad_spend_of_nothing_is_no_event():
    first = programme(
        "window: {kind: after_event, event: first_ad_spend, mode: first_ever, days: 7}"
    )
    assert row(first, merchant(spend={"06-04": "0"})).key.window == "next"
    assert row(first, merchant(spend={"06-04": "0.01"})).key.window == "2024-06-04"


def test_weeks_that_begin_on_wednesday_and_months():
    weekly = programme("window: {kind: weekly, week_starts: 3}")
    expected = [(day("05-29"), day("06-05")), (day("06-05"), day("06-12"))]
    assert windows(rows(weekly, merchant())) == expected
    assert windows(rows(weekly, merchant(joined="06-05"))) == expected[1:]  # the first ended
    assert windows(rows(weekly, merchant(joined="06-04"))) == expected
    monthly = programme("window: {kind: monthly}")
    both = windows(rows(monthly, merchant(), week=weeks_later(4)))  # 1 to 7 July
    assert both == [(day("07-01"), day("08-01"))]
    assert windows(rows(monthly, merchant(), week=weeks_later(-1))) == [
        (day("05-01"), day("06-01")),
        (day("06-01"), day("07-01")),
    ]


def test_the_version_of_the_first_day_decides_to_the_end():
    two = programme(
        """
        - {version: 1, valid_to: 2024-06-06, window: {kind: weekly}}
        - {version: 2, valid_from: 2024-06-06, window: {kind: weekly}}
        """
    )
    assert [row(two, merchant(), week=weeks_later(n)).version for n in (0, 1)] == [1, 2]
    assert row_ahead(two, merchant()).version == 2


def test_a_version_counts_from_the_week_in_which_it_was_recorded():
    corrected = programme(
        """
        - {version: 1, window: {kind: weekly}}
        - version: 1
          window: {kind: weekly}
          recorded_at: 2024-06-09T23:59:59+08:00
          reward: {unit: coupon_value, mode: fixed, amount: 70}
        - version: 1
          window: {kind: weekly}
          recorded_at: 2024-06-10T00:00:00+08:00
          reward: {unit: coupon_value, mode: fixed, amount: 50}
        """
    )
    amounts = [row(corrected, merchant(), week=weeks_later(n)).earned for n in (-1, 0, 1)]
    assert amounts == [100, 70, 50]


def gate(words: str, shop: Merchant) -> bool | None:
    return criteria(programme(f"{{window: {JUNE_CAMPAIGN}, gates: [{words}]}}"), shop)["g"].is_met


def test_comparisons_at_the_threshold():
    shop = merchant(gmv={"05-31": "10.00"})
    said = "{{id: g, metric: gmv, {}: 10, period: before_window, days: 30}}"
    words = ("at_least", "at_most", "above", "below")
    assert [gate(said.format(each), shop) for each in words] == [True, True, False, False]


@pytest.mark.parametrize(
    ("amount", "answers"),
    [
        # at_least, at_most, above, below 10 with a missing day
        ("9", [None, None, None, None]),
        ("10", [True, None, None, False]),
        ("11", [True, False, True, False]),
    ],
)
def test_a_missing_day_hides_what_it_could_change(amount: str, answers: list[bool | None]):
    shop = merchant(gmv={"05-31": amount}, uncovered={"orders": ["05-30"]})
    said = "{{id: g, metric: gmv, {}: 10, period: before_window, days: 30}}"
    words = ("at_least", "at_most", "above", "below")
    assert [gate(said.format(each), shop) for each in words] == answers


def test_net_gmv_may_fall_so_that_a_part_proves_nothing():
    shop = merchant(gmv={"05-31": "11"}, uncovered={"aftersales": ["05-30"]})
    said = "{{id: g, metric: net_gmv, {}: 10, period: before_window, days: 30}}"
    assert [gate(said.format(each), shop) for each in ("at_least", "at_most")] == [None, None]


def test_days_before_joining_are_not_missing():
    said = "{id: g, metric: gmv, at_least: 10, period: before_window, days: 30}"
    never = merchant(joined="06-01", covered={})
    assert gate(said, never) is False
    assert gate(said, merchant(joined="05-31", covered={})) is None
    assert gate(said, merchant(joined=None, uncovered={"orders": ["05-20"]})) is None


def test_since_joined_and_days_since_joined():
    since = "{id: g, metric: order_count, at_least: 1, period: since_joined}"
    shop = merchant(gmv={"02-01": "5"})
    assert gate(since, shop) is True
    assert gate(since, merchant(joined=None)) is None
    young = "{id: g, metric: days_since_joined, at_most: 30}"
    assert [gate(young, merchant(joined=each)) for each in ("05-02", "05-01")] == [True, False]
    assert gate(young, merchant(joined=None)) is None


def test_customers_are_new_only_where_the_past_is_known():
    said = "{id: g, metric: new_customers, at_least: 0, period: before_window, days: 30}"
    assert gate(said, merchant(joined="01-01")) is True
    assert gate(said, merchant(joined=None)) is None
    late = {"orders": frozenset({day("05-31")})}
    assert gate(said, merchant(joined="05-30", covered=late)) is None


def test_register_and_categories():
    private = "{id: g, metric: private_domain, is: true}"
    for said in (True, False, None):
        assert gate(private, merchant(is_private_domain=said)) is said
    listed = "{{id: g, metric: category, {}: [shoes], taxonomy: a, taxonomy_version: '1'}}"
    names = ["shoes boots", "bags shoes", "bags purses", "bags", "shoes"]
    both = [(first, second or None) for first, _, second in (each.partition(" ") for each in names)]
    shops = [merchant(industries=each) for each in both]
    include = [gate(listed.format("include"), shop) for shop in shops]
    exclude = [gate(listed.format("exclude"), shop) for shop in shops]
    assert include == [True, True, False, None, True]
    assert exclude == [False, False, True, None, False]


def test_the_statement_recorded_last_counts():
    def stated(value: str, first: str, end: str | None, hour: int) -> Statement:
        at = datetime.fromisoformat(f"2024-07-01T{hour:02}:00+08:00")
        return Statement("score", Decimal(value), day(first), None if end is None else day(end), at)

    said = "{id: g, metric: score, at_least: 4.2}"
    assert gate(said, merchant()) is None
    two = (stated("4.2", "06-01", None, 1), stated("4.1", "06-01", "06-09", 2))
    assert gate(said, merchant(statements=two)) is True  # the second ends before as_of
    two = (stated("4.2", "06-01", None, 1), stated("4.1", "06-01", "06-10", 2))
    assert gate(said, merchant(statements=two)) is False


def test_any_and_all_in_three_values():
    yes = "{id: a, metric: private_domain, is: true}"
    no = "{id: b, metric: private_domain, is: false}"
    open_ = "{id: c, metric: score, at_least: 1}"
    shop = merchant(is_private_domain=True)

    def status(*entries: str) -> str:
        words = f"{{window: {JUNE_CAMPAIGN}, gates: [{', '.join(entries)}]}}"
        return row(programme(words), shop).status

    assert status(f"{{any: [{yes}, {open_}]}}") == "achieved"
    assert status(f"{{any: [{no}, {open_}]}}") == "undecidable"
    assert status(no, open_) == "not_eligible"
    assert status(yes, open_) == "undecidable"
