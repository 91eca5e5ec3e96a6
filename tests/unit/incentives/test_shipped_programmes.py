"""The programmes that every home starts with: what is known, and nothing made up beside it."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from orchestration.incentives.programmes.checks import findings_of
from orchestration.incentives.programmes.load import Record
from orchestration.incentives.programmes.rewards import Fixed, Ladder
from orchestration.incentives.rulebook import DEFAULT_RULEBOOK, load_rulebook

BOOK = load_rulebook(DEFAULT_RULEBOOK)
RECORDS = {one.programme.programme: one for one in BOOK.programmes.latest}


def test_nothing_is_wrong_and_nothing_is_worth_a_warning() -> None:
    assert findings_of(BOOK.programmes, BOOK.categories, set()) == []


@pytest.mark.parametrize("record", RECORDS.values(), ids=RECORDS)
def test_each_has_three_names_and_says_what_it_rests_on(record: Record) -> None:
    assert len(record.programme.name.spellings) == 3
    said = record.version.provenance
    assert said.certainty in "BC"
    assert said.is_assumption


@pytest.mark.parametrize(
    ("programme", "unit", "cap"),
    [
        ("new_client_ad_cold_start", "coupon_value", 100_000),
        ("store_live_cold_start", "exposures", 60_000),
        ("store_live_growth", "exposures", 200_000),
        ("private_domain_weekly", "exposures", 65_000),
    ],
)
def test_a_cap_alone_promises_no_amount(programme: str, unit: str, cap: int) -> None:
    reward = RECORDS[programme].version.reward
    assert (reward.mode, reward.unit, reward.window_cap) == ("up_to", unit, cap)


@pytest.mark.parametrize("programme", ["store_live_milestones", "growth_plan"])
def test_a_ladder_without_published_amounts_has_none(programme: str) -> None:
    reward = RECORDS[programme].version.reward
    assert isinstance(reward, Ladder)
    assert not reward.are_amounts_known


def test_the_ladder_of_monthly_sales() -> None:
    reward = RECORDS["store_live_milestones"].version.reward
    assert isinstance(reward, Ladder)
    assert [tier.from_ for tier in reward.tiers] == [10_000, 50_000, 100_000, 500_000]
    assert reward.once == "first_time"


def test_double_11() -> None:
    reward = RECORDS["double_11_2025_growth"].version.reward
    assert isinstance(reward, Ladder)
    assert [(tier.from_, tier.amount) for tier in reward.tiers] == [
        (Decimal("0.1"), 3000),
        (Decimal("0.3"), 10_000),
        (Decimal("0.5"), 300_000),
    ]
    assert reward.claims_cap == 4
    ranks = {
        name: RECORDS[f"double_11_2025_{name}"].version.exclusive[0].rank
        for name in ("growth", "new_merchants")
    }
    assert ranks == {"new_merchants": 1, "growth": 2}


def test_the_60000_exposures_are_promised_once() -> None:
    promised = [
        name
        for name, one in RECORDS.items()
        if not isinstance(one.version.reward, Fixed) and one.version.reward.window_cap == 60_000
    ]
    assert promised == ["store_live_cold_start"]


def test_weeks_of_2024_can_be_decided() -> None:
    sunday = datetime(2024, 9, 15, 16, tzinfo=UTC)
    known = {
        name
        for name, one in RECORDS.items()
        if one.version.recorded_at < sunday and one.version.valid_from <= sunday.date()
    }
    assert known == {name for name in RECORDS if not name.startswith("double_11")}
