"""Programmes decided by the models, each shape at its edges, as docs/rulebook.md says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from incentive_decisions import (
    NEXT_WEEK,
    Decided,
    _found,
    criterion,
    decided_in,
    decision,
    money,
    told,
)
from incentive_world import (
    AS_OF,
    ORDERS,
    WEEK,
    day,
)

pytestmark = pytest.mark.slow


@pytest.fixture(scope="session")
def decided(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Decided]:
    with decided_in(tmp_path_factory.mktemp("incentives")) as connection:
        yield connection


def test_the_last_second_counts_and_the_threshold_is_enough(decided: Decided) -> None:
    row = decision(decided, "last_second", "edge")
    assert told(row, "status", "tier", "earned", "cap", "remaining") == (
        "achieved", 1, money("10.00"), money("30.00"), money("20.00")
    )  # fmt: skip
    assert told(row, "window_start", "window_end", "days_left", "achieved_on") == (
        day("06-10"), day("06-17"), 0, AS_OF
    )  # fmt: skip
    assert told(row, "rule_version", "as_of", "rulebook_hash") == (1, AS_OF, "abc")


def test_a_second_later_and_a_cent_less_do_not(decided: Decided) -> None:
    row = decision(decided, "too_late", "edge")
    assert told(row, "status", "tier", "earned") == ("expired", None, 0)
    tier = criterion(decided, "too_late", "edge", "tier_1")
    assert told(tier, "actual", "required", "gap", "is_met", "deadline") == (
        money("99.9900"), money("100.0000"), money("0.0100"), False, AS_OF
    )  # fmt: skip


def test_a_week_begins_anew(decided: Decided) -> None:
    rows = [
        decision(decided, "last_second", "weekly", key, week)
        for key, week in (("2024-06-10", WEEK), ("2024-06-17", WEEK), ("2024-06-17", NEXT_WEEK))
    ]
    assert [told(row, "status", "earned", "days_left") for row in rows] == [
        ("achieved", 10, 0), ("eligible", 0, 7), ("expired", 0, 0)
    ]  # fmt: skip


def test_of_a_week_that_begins_tomorrow_nothing_has_happened(decided: Decided) -> None:
    [tier] = _found(
        decided,
        "select * from marts.fct_incentive_criteria where merchant_id = 'too_late'"
        " and programme = 'weekly' and window_key = '2024-06-17' and week = ?",
        WEEK,
    )
    assert told(tier, "actual", "gap", "is_met", "days_missing", "projected_on") == (
        0, 100, False, 0, None
    )  # fmt: skip
    # four claims are used up, whatever the next week brings
    row = decision(decided, "ended", "claims", "2024-06-17")
    assert told(row, "status", "earned", "cap") == ("exhausted", 0, 0)


def test_a_week_from_friday_is_two_windows_of_a_reporting_week(decided: Decided) -> None:
    before = decision(decided, "friday", "from_friday", "2024-06-07")
    after = decision(decided, "friday", "from_friday", "2024-06-14")
    assert told(before, "window_end", "status", "earned") == (day("06-14"), "achieved", 10)
    assert told(after, "window_end", "status", "days_left") == (day("06-21"), "eligible", 4)


def test_dormant_after_thirty_days_without(decided: Decided) -> None:
    assert decision(decided, "day_30", "dormant")["window_start"] == day("05-12")
    row = decision(decided, "day_31", "dormant", "2024-06-11")
    assert told(row, "window_end", "status", "earned", "cap", "remaining", "days_left") == (
        day("07-11"), "in_progress", None, 60000, 60000, 24
    )  # fmt: skip
    assert row["granted"] is None


def test_the_first_ever_is_certain_or_not(decided: Decided) -> None:
    row = decision(decided, "too_late", "first_ever")
    assert told(row, "window_start", "status") == (day("06-10"), "in_progress")
    row = decision(decided, "before_data", "first_ever")
    assert told(row, "window_start", "status", "missing") == (day("06-02"), "undecidable", ORDERS)
    row = decision(decided, "day_30", "first_ever")
    assert told(row, "window_key", "window_start", "status", "days_left", "earned") == (
        "next", None, "eligible", None, 0
    )  # fmt: skip


def test_the_first_of_alternatives_is_enough(decided: Decided) -> None:
    row = decision(decided, "b_early", "joined")
    assert told(row, "window_end", "days_left", "status", "earned", "achieved_on") == (
        day("06-17"), 0, "achieved", 50, day("06-11")
    )  # fmt: skip


def test_a_merchants_cap_is_used_up_within_a_window(decided: Decided) -> None:
    # 10 a week: the third of the six windows gets 5
    row = decision(decided, "ended", "merchant_cap", "2024-06-10")
    assert told(row, "status", "earned", "cap", "remaining") == ("exhausted", 0, 0, 0)
    row = decision(decided, "fourth", "merchant_cap", "2024-06-10")
    # 15, 10 of 15, nothing
    assert told(row, "status", "earned", "cap") == ("exhausted", 0, 0)
    row = decision(decided, "last_second", "merchant_cap", "2024-06-10")
    assert told(row, "status", "earned", "cap", "remaining") == ("achieved", 10, 25, 15)


def test_the_fourth_claim_and_the_fifth(decided: Decided) -> None:
    assert told(decision(decided, "ended", "claims", "2024-06-10"), "status", "earned", "cap") == (
        "exhausted", 0, 0
    )  # fmt: skip
    # 99.99 is no claim, so this is the third
    assert told(decision(decided, "fourth", "claims", "2024-06-10"), "status", "earned") == (
        "achieved",
        10,
    )


def test_who_achieves_earlier_is_served_first(decided: Decided) -> None:
    assert told(decision(decided, "b_early", "budget"), "earned", "cap", "achieved_on") == (
        10, 10, day("06-11")
    )  # fmt: skip
    assert told(decision(decided, "a_late", "budget"), "status", "earned", "cap") == (
        "exhausted", 5, 5
    )  # fmt: skip
    row = decision(decided, "ended", "budget")
    assert told(row, "status", "earned", "cap", "missing") == ("undecidable", None, 0, "register")


def test_what_was_told_is_never_taken_back_silently(decided: Decided) -> None:
    amounts = ("told", "earned", "shortfall")
    assert told(decision(decided, "b_early", "budget"), *amounts) == (10, 10, 0)
    assert told(decision(decided, "a_late", "budget"), *amounts) == (10, 5, 5)
    assert told(decision(decided, "ended", "budget"), *amounts) == (None, None, None)
    before = _found(
        decided,
        "select merchant_id, told_before from reporting.rpt_digest_incentives"
        " where told_before is not null",
    )
    assert before == [{"merchant_id": "a_late", "told_before": 10}]


def test_a_budget_is_committed_in_the_order_of_achieving(decided: Decided) -> None:
    rows = _found(decided, "select * from marts.fct_incentive_budgets where week = ?", WEEK)
    assert [told(row, "programme", "budget", "committed", "uncommitted") for row in rows] == [
        ("budget", 15, 15, 0)
    ]


def test_parts_of_a_measure_are_rounded_down_once(decided: Decided) -> None:
    # 1 % of 100 and 3.3333 % of 100
    row = decision(decided, "hole_in_may", "parts")
    assert told(row, "status", "tier", "earned") == ("achieved", 2, money("4.33"))


@pytest.mark.parametrize(
    ("zero", "tier", "earned"), [("none", None, 0), ("lowest", 1, 10), ("top", 2, 40)]
)
def test_growth_from_nothing(decided: Decided, zero: str, tier: int | None, earned: int) -> None:
    assert told(decision(decided, "zero_base", f"zero_{zero}"), "tier", "earned") == (tier, earned)
    # without anything in the window not even that
    assert decision(decided, "day_30", f"zero_{zero}")["earned"] == 0


def test_growth_by_exactly_a_tenth(decided: Decided) -> None:
    row = decision(decided, "grown", "zero_none")
    assert told(row, "tier", "earned", "achieved_on") == (1, 10, day("06-12"))
    assert criterion(decided, "grown", "zero_none", "tier_2")["required"] == money("150.0000")


def test_a_tier_reached_before_the_programme_is_spent(decided: Decided) -> None:
    row = decision(decided, "reached_in_may", "once")
    assert told(row, "tier", "earned", "cap", "can_rise") == (2, 30, 30, False)
    # 300 reaches both, and May of whoever has a hole may have reached them
    row = decision(decided, "hole_in_may", "once")
    assert told(row, "status", "tier", "earned") == ("undecidable", None, 0)
    row = decision(decided, "grown", "once")
    assert told(row, "tier", "earned", "cap", "can_rise") == (None, 0, 30, True)


def test_a_missing_day_that_matters_and_one_that_does_not(decided: Decided) -> None:
    row = decision(decided, "hole_that_matters", "missing")
    assert told(row, "status", "earned", "missing") == ("undecidable", None, ORDERS)
    gate = criterion(decided, "hole_that_matters", "missing", "gate_1")
    assert told(gate, "actual", "is_met", "days_missing", "first_missing_day", "source") == (
        0, None, 1, day("06-05"), ORDERS
    )  # fmt: skip
    row = decision(decided, "hole_that_does_not", "missing")
    assert told(row, "status", "earned", "missing") == ("achieved", 50, None)
    row = decision(decided, "day_30", "missing")
    assert told(row, "status", "earned") == ("not_eligible", 0)


def test_the_lower_rank_of_a_group_excludes(decided: Decided) -> None:
    def both(merchant: str) -> list[tuple[Any, ...]]:
        names = ("furniture", "anything")
        rows = [decision(decided, merchant, name) for name in names]
        return [told(row, "status", "earned", "excluded_by") for row in rows]

    assert both("furniture_shop") == [("achieved", 50, None), ("not_eligible", 0, "furniture")]
    assert both("other_shop") == [("not_eligible", 0, None), ("achieved", 50, None)]
    # what nobody knows excludes nothing
    assert both("blank_shop") == [("undecidable", None, None), ("achieved", 50, None)]


def test_only_grants_are_granted(decided: Decided) -> None:
    row = decision(decided, "granted", "edge")
    assert told(row, "status", "earned", "granted", "remaining") == (
        "achieved", 0, money("7.50"), money("22.50")
    )  # fmt: skip
    assert decision(decided, "last_second", "edge")["granted"] is None


def test_a_statement_counts_as_it_stands_now(decided: Decided) -> None:
    row = decision(decided, "stated_late", "dormant", "2024-06-11")
    assert row["status"] == "in_progress"
    row = decision(decided, "friday", "dormant")
    assert told(row, "window_key", "status", "missing") == ("next", "undecidable", "shop_score")


def test_a_week_knows_what_was_recorded_before_its_end(decided: Decided) -> None:
    counts = dict(
        decided.execute(
            "select programme, count(*) from marts.fct_incentive_eligibility"
            " where week = ? and merchant_id = 'friday' group by programme",
            [WEEK],
        ).fetchall()
    )
    assert "late" not in counts
    assert counts["early"] == 1
    assert decision(decided, "friday", "mended")["earned"] == 51


def test_a_window_keeps_the_rule_that_it_began_with(decided: Decided) -> None:
    first = decision(decided, "friday", "changed", "2024-06-10")
    second = decision(decided, "friday", "changed", "2024-06-12")
    assert told(first, "rule_version", "earned") == (1, 50)
    assert told(second, "rule_version", "earned") == (2, 70)


def test_one_next_step_a_merchant_at_most(decided: Decided) -> None:
    found = _found(
        decided,
        "select merchant_id, programme, criterion_id from marts.fct_incentive_criteria"
        " where is_next_step and week = ?",
        WEEK,
    )
    assert len({row["merchant_id"] for row in found}) == len(found)
    # 99 of 100 in June are nearer than 1 of 1 from Friday on; the campaign of this week is over
    [step] = [row for row in found if row["merchant_id"] == "zero_base"]
    assert told(step, "programme", "criterion_id") == ("once", "tier_1")


def test_pace(decided: Decided) -> None:
    tier = criterion(decided, "too_late", "once", "tier_2")
    # 149.99 in 16 days, 150.01 missing, 14 days left
    assert told(tier, "actual", "gap", "pace_needed", "projected_on") == (
        money("149.9900"), money("150.0100"), money("10.7150"), date(2024, 7, 3)
    )  # fmt: skip
