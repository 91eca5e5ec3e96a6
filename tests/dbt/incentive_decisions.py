"""Programmes of each shape with merchants at their edges, and what the models decided of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
from incentive_world import (
    WEEK,
    Programmes,
    World,
    day,
    new_world,
)

from tests.dbt_runs import run_dbt

NEXT_WEEK = date(2024, 6, 17)

GMV: dict[str, Any] = {
    "reward_mode": "highest_only",
    "measure_metric": "gmv",
    "measure_basis": "level",
}

CAMPAIGN: dict[str, Any] = {
    "window_kind": "campaign",
    "campaign_start": day("06-10"),
    "campaign_end": day("06-17"),
}

FIXED: dict[str, Any] = {"reward_mode": "fixed", "tiers": [(None, "50", None)]}


def money(text: str) -> Decimal:
    return Decimal(text)


def _programmes() -> Programmes:
    rules = Programmes()
    # windows
    rules.add("edge", **CAMPAIGN, **GMV, tiers=[("100", "10", None), ("200", "30", None)])
    rules.add("weekly", window_kind="weekly", week_starts=1, **GMV, tiers=[("100", "10", None)])
    rules.add("from_friday", window_kind="weekly", week_starts=5, **GMV, tiers=[("1", "10", None)])
    rules.add(
        "dormant", window_kind="after_event", event="first_broadcast", event_mode="dormant",
        lookback_days=30, window_days=30, reward_mode="up_to", reward_unit="exposures",
        window_cap=money("60000"), gates=[{"metric": "shop_score", "threshold": 4}],
    )  # fmt: skip
    rules.add(
        "first_ever", window_kind="after_event", event="first_order", event_mode="first_ever",
        starts_next_day=True, window_days=30, **FIXED,
        goals=[{"metric": "gmv", "threshold": 100}],
    )  # fmt: skip
    rules.add(
        "joined", window_kind="after_event", event="joined", window_days=47, **FIXED,
        goals=[{"metric": "order_count", "threshold": 2, "entry": 1, "condition_id": "orders"},
               {"metric": "gmv", "threshold": 150, "entry": 1, "condition_id": "money"}],
    )  # fmt: skip
    # caps
    rules.add(
        "merchant_cap", window_kind="weekly", week_starts=1, reward_mode="retroactive",
        measure_metric="gmv", measure_basis="level", tiers=[("0", None, "0.1")],
        valid_from=day("05-06"), merchant_cap=money("25"),
    )  # fmt: skip
    rules.add(
        "claims", window_kind="weekly", week_starts=1, **GMV, tiers=[("100", "10", None)],
        valid_from=day("05-06"), claims_cap=4,
    )  # fmt: skip
    rules.add(
        "budget", **CAMPAIGN, **GMV, tiers=[("100", "10", None)], budget=money("15"),
        gates=[{"metric": "private_domain", "threshold": 1}],
    )  # fmt: skip
    rules.add(
        "parts", **CAMPAIGN, reward_mode="marginal", measure_metric="gmv", measure_basis="level",
        tiers=[("100", None, "0.01"), ("200", None, "0.033333")], window_cap=money("100"),
    )  # fmt: skip
    # growth
    for zero in ("none", "lowest", "top"):
        rules.add(
            f"zero_{zero}", **CAMPAIGN, reward_mode="cumulative", measure_metric="gmv",
            measure_basis="growth", zero_baseline=zero, baseline_from=day("05-13"),
            baseline_to=day("05-20"), tiers=[("0.1", "10", None), ("0.5", "30", None)],
        )  # fmt: skip
    # what tiers count only once
    rules.add(
        "once", window_kind="monthly", **GMV, valid_from=day("06-01"), is_first_time_only=True,
        tiers=[("100", "10", None), ("300", "30", None)],
    )  # fmt: skip
    # gates, exclusion, knowledge
    rules.add(
        "missing", **CAMPAIGN, **FIXED,
        gates=[{"metric": "order_count", "threshold": 1, "period": "before_window",
                "period_days": 7}],
    )  # fmt: skip
    rules.add(
        "furniture", **CAMPAIGN, **FIXED, groups={"either": 1},
        gates=[{"metric": "category", "comparison": "include", "categories": ["家居"]}],
    )  # fmt: skip
    rules.add("anything", **CAMPAIGN, **FIXED, groups={"either": 2})
    rules.add("changed", **CAMPAIGN, **FIXED, valid_to=day("06-12"))
    rules.add(
        "changed", version=2, **{**CAMPAIGN, "campaign_start": day("06-12")},
        reward_mode="fixed", tiers=[(None, "70", None)], valid_from=day("06-12"),
    )  # fmt: skip
    # the Sunday ends at 16:00 UTC
    rules.add(
        "late", **CAMPAIGN, **FIXED, recorded_at=datetime.fromisoformat("2024-06-16 16:00:00"),
    )  # fmt: skip
    rules.add(
        "early", **CAMPAIGN, **FIXED, recorded_at=datetime.fromisoformat("2024-06-16 15:59:59")
    )
    rules.add(
        "mended", **CAMPAIGN, **FIXED, recorded_at=datetime.fromisoformat("2024-06-01"),
    )  # fmt: skip
    rules.add(
        "mended", **CAMPAIGN, reward_mode="fixed", tiers=[(None, "51", None)],
        recorded_at=datetime.fromisoformat("2024-06-15"),
    )  # fmt: skip
    return rules


def _fill(world: World) -> None:
    def merchant(name: str, joined: str | None = "05-01", **said: Any) -> None:
        world.merchant(name, joined, **said)

    def whole(name: str, joined: str | None = "05-01", **said: Any) -> None:
        merchant(name, joined, **said)
        world.covers(name, ("05-01", "06-30"))

    whole("last_second")
    world.order("last_second", "06-10 00:00:00", "40.00")
    world.order("last_second", "06-16 23:59:59", "60.00")
    whole("too_late")
    world.order("too_late", "06-09 23:59:59", "50.00")
    world.order("too_late", "06-10", "99.99")
    world.order("too_late", "06-17 00:00:00", "50.00")
    whole("ended", "05-06")
    for paid in ("05-07", "05-14", "05-21", "05-28", "06-04", "06-11"):
        world.order("ended", paid, "100.00")
    whole("fourth", "05-06")
    for paid in ("05-07", "05-14", "05-28", "06-11"):
        world.order("fourth", paid, "99.99" if paid == "05-28" else "150.00")
    whole("friday")
    world.order("friday", "06-13", "5.00")
    for name, first in (("day_30", "05-12"), ("day_31", "05-11")):
        whole(name)
        world.broadcast(name, first)
        world.broadcast(name, "06-11")
        world.fact(name, "4.5", "01-01", None)
    whole("stated_late")
    world.broadcast("stated_late", "06-11")
    world.fact("stated_late", "3.0", "01-01", None, recorded="01-01")
    world.fact("stated_late", "4.5", "06-16", "06-17", recorded="06-20")
    whole("before_data", "04-30")
    world.order("before_data", "06-01")
    for name in ("b_early", "a_late"):
        whole(name, is_private_domain=True)
        world.order(name, "06-11" if name == "b_early" else "06-12", "150.00")
        world.told(name, "budget", "2024-06-10", "10.00")
    whole("zero_base", "05-01")
    world.order("zero_base", "06-12", "1.00")
    whole("grown", "05-01")
    world.order("grown", "05-15", "100.00")
    world.order("grown", "06-12", "110.00")
    whole("reached_in_may")
    world.order("reached_in_may", "05-15", "100.00")
    world.order("reached_in_may", "06-12", "300.00")
    merchant("hole_in_may")
    world.covers("hole_in_may", ("05-01", "05-14"), ("05-16", "06-30"))
    world.order("hole_in_may", "06-12", "300.00")
    merchant("hole_that_matters")
    world.covers("hole_that_matters", ("05-01", "06-04"), ("06-06", "06-30"))
    merchant("hole_that_does_not")
    world.covers("hole_that_does_not", ("05-01", "06-04"), ("06-06", "06-30"))
    world.order("hole_that_does_not", "06-03", "1.00")
    whole("furniture_shop", industry_l1="家居", industry_l2="家具")
    whole("other_shop", industry_l1="服饰", industry_l2="女装")
    whole("blank_shop", industry_l1="服饰")
    whole("granted")
    world.grant("granted", "edge", "06-16", "7.50")
    world.grant("granted", "edge", "06-17", "1.00")
    world.grant("granted", "another", "06-16", "1.00")


@contextmanager
def decided_in(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The marts of this week and the next, after `dbt build` whose tests all passed."""
    world = new_world(folder)
    _fill(world)
    world.write(_programmes(), [WEEK, NEXT_WEEK])
    run_dbt(world.home, "build", "--exclude-resource-type", "unit_test")
    with duckdb.connect() as connection:
        connection.execute(f"attach '{world.home.marts_db}' as build (read_only)")
        connection.execute("use build")
        yield connection


Found = dict[str, Any]


def _found(connection: duckdb.DuckDBPyConnection, query: str, *values: Any) -> list[Found]:
    result = connection.execute(query, list(values))
    names = [column[0] for column in result.description or ()]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def decision(
    decided: duckdb.DuckDBPyConnection,
    merchant: str,
    programme: str,
    key: str | None = None,
    week: date = WEEK,
) -> Found:
    rows = _found(
        decided,
        "select * from marts.fct_incentive_eligibility where merchant_id = ? and programme = ?"
        " and week = ? and (?::varchar is null or window_key = ?)",
        merchant, programme, week, key, key,
    )  # fmt: skip
    assert len(rows) == 1, rows
    return rows[0]


def criterion(
    decided: duckdb.DuckDBPyConnection, merchant: str, programme: str, name: str
) -> Found:
    [row] = _found(
        decided,
        "select * from marts.fct_incentive_criteria where merchant_id = ? and programme = ?"
        " and criterion_id = ? and week = ?",
        merchant, programme, name, WEEK,
    )  # fmt: skip
    return row


def told(row: Found, *names: str) -> tuple[Any, ...]:
    return tuple(row[name] for name in names)


Decided = duckdb.DuckDBPyConnection
