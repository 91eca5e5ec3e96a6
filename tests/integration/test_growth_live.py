"""Broadcasts and both readings of a first one, in plain Python against the planted truth."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pyarrow.parquet as pq
import pytest
from market_home import MarketHome, built_market

from orchestration.warehouse.handover import write_handover
from tests.dbt_runs import run_dbt

pytestmark = pytest.mark.slow

SOURCE = "qianfan__live_sessions"
UTC_8 = timedelta(hours=8)
DORMANT = timedelta(days=30)
# The rulebook's own, and more than some broadcasts of the world, which begins with one of 90.
MINUTES = (0, 80)
NAMES = ["merchant_id", "day", "started_at", "ended_at", "piece_count", "minutes_on_air"]
SUMS = ["paid_gmv", "refund_amount", "orders", "viewers"]
FIRSTS = ["is_long_enough", "is_first_ever", "is_first_in_30_days"]

Key = tuple[str, date]


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MarketHome]:
    yield built_market(tmp_path_factory.mktemp("market"))


def test_every_broadcast_has_the_figures_of_the_truth(market: MarketHome) -> None:
    found = market.rows("fct_live_sessions", [*NAMES, *SUMS])
    # The truth tells times of Shanghai, the mart of UTC.
    planted = [
        (
            row["merchant_id"],
            _day(row["started_at"]),
            row["started_at"] - UTC_8,
            row["ended_at"] - UTC_8,
            row["pieces"],
            Decimal(row["minutes_on_air"]),
            *(row[name] for name in SUMS),
        )
        for row in _sessions(market)
    ]
    assert sorted(found) == sorted(planted)


def test_the_world_has_what_these_tests_are_about(market: MarketHome) -> None:
    """Otherwise they would prove nothing."""
    planted = _sessions(market)
    assert any(row["pieces"] > 1 for row in planted)
    assert any(
        row["ended_at"] - row["started_at"] > timedelta(minutes=int(row["minutes_on_air"]))
        for row in planted
    )
    assert any(_day(row["started_at"]) < _day(row["ended_at"]) for row in planted)
    for minutes in MINUTES:
        readings = _planted_firsts(market, minutes).values()
        assert {ever for is_long, ever, _ in readings if is_long} == {True, False, None}
        assert {is_long for is_long, *_ in readings} == ({True, False} if minutes else {True})


@pytest.mark.parametrize("minutes", MINUTES)
def test_both_readings_of_a_first_broadcast(market: MarketHome, minutes: int) -> None:
    _build_with_shortest(market, minutes)
    found = {row[:2]: row[2:] for row in market.rows("fct_live_sessions", [*NAMES[:2], *FIRSTS])}
    assert found == _planted_firsts(market, minutes)


def _sessions(market: MarketHome) -> list[dict[Any, Any]]:
    return market.truth.live_sessions.to_dict("records")


def _planted_firsts(market: MarketHome, minutes: int) -> dict[Key, tuple[bool | None, ...]]:
    """Of each broadcast: whether it is long enough, the first ever, the first in 30 days."""
    covered: dict[str, set[date]] = defaultdict(set)
    for row in market.truth.coverage.to_dict("records"):
        if row["source"] == SOURCE:
            covered[row["merchant_id"]].add(row["day"])
    sessions = _sessions(market)
    firsts: dict[Key, tuple[bool | None, ...]] = {}
    for session in sessions:
        merchant_id, day = session["merchant_id"], _day(session["started_at"])
        joined = market.merchants[merchant_id]["joined_on"]
        before = [
            _day(other["started_at"])
            for other in sessions
            if other["merchant_id"] == merchant_id
            and other["minutes_on_air"] >= minutes
            and _day(other["started_at"]) < day
        ]
        firsts[merchant_id, day] = (
            (
                True,
                _first(before, joined, day, covered[merchant_id]),
                _first(before, max(joined, day - DORMANT), day, covered[merchant_id]),
            )
            if session["minutes_on_air"] >= minutes
            else (False, False, False)
        )
    return firsts


def _first(before: list[date], since: date, day: date, covered: set[date]) -> bool | None:
    """Whether nothing was broadcast from a day on; unknown where a day without one is not told."""
    if any(since <= other for other in before):
        return False
    days = {since + timedelta(days=count) for count in range((day - since).days)}
    return True if days <= covered else None


def _day(moment: datetime) -> date:
    return moment.date()


def _build_with_shortest(market: MarketHome, minutes: int) -> None:
    """The broadcasts once more, with another rulebook's shortest one."""
    path = market.home.handover / "rulebook_parameters.parquet"
    parameters = pq.read_table(path).to_pylist()
    for parameter in parameters:
        if parameter["parameter"] == "first_broadcast_minutes":
            parameter["value"] = str(minutes)
    write_handover(market.home, "rulebook_parameters", parameters)
    run_dbt(market.home, "run", "--select", "int_first_broadcasts", "fct_live_sessions")
