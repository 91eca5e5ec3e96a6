"""Programmes decided for many merchants: what the eligibility models alone take.

Usage: python -m tests.bench_incentives [MERCHANTS]

The home is synthetic: its days stand in the upstream tables themselves (75 days of each merchant,
all sources, one merchant in twenty with a missing day), the rulebook's tables are written by hand.
Prints Markdown for docs/benchmarks.md.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "dbt"))

from incentive_world import (  # noqa: E402  # pyright: ignore[reportMissingImports]
    Programmes,
    World,
    new_world,
)

from orchestration.settings import child_environment  # noqa: E402

PROJECT = ROOT / "dbt_project"
_DBT = Path(sys.executable).parent / "dbt"
WEEK, FIRST_DAY, DAYS = date(2024, 6, 10), date(2024, 4, 3), 75
_LEVEL: dict[str, Any] = {"measure_basis": "level", "reward_mode": "highest_only"}
_TIERS = [("500", "10", None), ("2000", "50", None), ("10000", "300", None)]
_GATES = [{"metric": "days_since_joined", "threshold": 30}]
_RECENT = [{"metric": "gmv", "threshold": 1, "period": "before_window", "period_days": 14}]


def _programmes() -> Programmes:
    """Twenty: six campaigns, four weekly, six monthly, four that follow an event."""
    rules = Programmes()
    starts = [date(2024, 5, 16), date(2024, 5, 20), date(2024, 6, 1), date(2024, 6, 10)]
    for number, metric in enumerate(["gmv", "gmv", "ad_spend", "live_gmv"]):
        rules.add(
            f"campaign_{metric}_{number}", window_kind="campaign", campaign_start=starts[number],
            campaign_end=date(2024, 6, 20), measure_metric=metric, **_LEVEL, tiers=_TIERS,
            gates=_GATES, groups={"campaigns": number} if number < 2 else None,
        )  # fmt: skip
    for number, metric in enumerate(["broadcast_days", "impressions"]):
        rules.add(
            f"exposures_{number}", window_kind="campaign", campaign_start=date(2024, 5, 25),
            campaign_end=date(2024, 6, 25), reward_mode="up_to", reward_unit="exposures",
            window_cap=Decimal(60000), goals=[{"metric": metric, "threshold": 3}],
        )  # fmt: skip
    weekly: dict[str, Any] = {"window_kind": "weekly", "measure_metric": "gmv", "tiers": _TIERS}
    rules.add("week_monday", week_starts=1, **weekly, **_LEVEL, gates=_RECENT)
    rules.add("week_friday", week_starts=5, **weekly, **_LEVEL)
    rules.add(
        "week_claims", week_starts=1, **weekly, **_LEVEL, claims_cap=4,
        valid_from=date(2024, 4, 29), goals=[{"metric": "order_count", "threshold": 3}],
    )  # fmt: skip
    rules.add(
        "week_fixed", window_kind="weekly", week_starts=1, reward_mode="fixed",
        tiers=[(None, "20", None)], goals=[{"metric": "order_count", "threshold": 5}],
    )  # fmt: skip
    rates = [("1000", None, "0.01"), ("5000", None, "0.02")]
    for mode in ("retroactive", "marginal"):
        rules.add(
            f"month_{mode}", window_kind="monthly", measure_metric="net_gmv",
            measure_basis="level", reward_mode=mode, tiers=rates, window_cap=Decimal(500),
        )  # fmt: skip
    rules.add(
        "month_growth", window_kind="monthly", measure_metric="gmv", measure_basis="growth",
        reward_mode="cumulative", zero_baseline="lowest", baseline_from=date(2024, 4, 8),
        baseline_to=date(2024, 5, 8), tiers=[("0.1", "20", None), ("0.5", "50", None)],
    )  # fmt: skip
    rules.add(
        "month_budget", window_kind="monthly", measure_metric="gmv", **_LEVEL, tiers=_TIERS,
        budget=Decimal(1000000), valid_from=date(2024, 5, 1), gates=_GATES,
    )  # fmt: skip
    rules.add(
        "month_once", window_kind="monthly", measure_metric="gmv", **_LEVEL, tiers=_TIERS,
        is_first_time_only=True, valid_from=date(2024, 6, 1),
    )  # fmt: skip
    rules.add(
        "month_customers", window_kind="monthly", reward_mode="fixed", tiers=[(None, "20", None)],
        goals=[{"metric": "new_customers", "threshold": 10}],
    )  # fmt: skip
    events = {
        "first_broadcast": "dormant",
        "first_ad_spend": "dormant",
        "first_order": "first_ever",
    }
    for event, mode in events.items():
        rules.add(
            f"after_{event}", window_kind="after_event", event=event, event_mode=mode,
            lookback_days=30 if mode == "dormant" else None, window_days=30, reward_mode="fixed",
            tiers=[(None, "30", None)], goals=[{"metric": "gmv", "threshold": 300}],
        )  # fmt: skip
    rules.add(
        "after_joined", window_kind="after_event", event="joined", window_days=90,
        measure_metric="gmv", **_LEVEL, tiers=_TIERS,
    )  # fmt: skip
    return rules


_MERCHANT = "'m' || lpad(cast(m as varchar), 6, '0')"
# Deterministic noise, the same on every machine.
_NOISE = "(m * 7919 + d * 104729 + (m * d) % 9973)"
_GRID = f"from range({{merchants}}) as ms(m), range({DAYS}) as ds(d)"
_COVERED = "not (m % 20 = 7 and d = 60)"
_DAY = f"cast(date '{FIRST_DAY}' + cast(d as integer) as date)"
_UPSTREAM = {
    "int_merchant_days": f"""
        select {_MERCHANT} as merchant_id, {_DAY} as day,
            if({_COVERED}, {_NOISE} % 5, null) as order_count,
            if({_COVERED}, {_NOISE} % 5 * ({_NOISE} % 9000) / 100, null) as gmv,
            if({_COVERED}, {_NOISE} % 2, null) as new_customers,
            if({_COVERED}, {_NOISE} % 5 * ({_NOISE} % 900) / 100, null) as refund_amount,
            {_NOISE} % 7000 / 100 as ad_spend, {_NOISE} % 3000 as impressions,
            {_NOISE} % 90 as clicks,
            {_COVERED} as orders_covered, {_COVERED} as aftersales_covered, true as ads_covered
        {_GRID}""",
    "int_orders": f"""
        select {_MERCHANT} as merchant_id, {_DAY} as paid_date {_GRID}
        where {_NOISE} % 5 > 0 and {_COVERED}""",
    "int_ad_merchant_days": f"""
        select {_MERCHANT} as merchant_id, {_DAY} as day, {_NOISE} % 7000 / 100 as ad_spend {_GRID}
        where m % 3 > 0""",
    "int_coverage_days": f"""
        select {_MERCHANT} as merchant_id, source, {_DAY} as day
        {_GRID}, (values ('qianfan__orders'), ('qianfan__live_sessions')) as sources(source)
        where source = 'qianfan__live_sessions' or {_COVERED}""",
    "int_live_sessions": f"""
        select {_MERCHANT} as merchant_id, 's' as shop_id, {_DAY} as day,
            {_NOISE} % 9000 / 10 as paid_gmv, 60 as minutes_on_air, 500 as exposures
        {_GRID} where (m * 31 + d) % (7 + m % 60) = 0""",
    "int_first_broadcasts": """
        select merchant_id, shop_id, day from intermediate.int_live_sessions""",
    "int_merchant_histories": f"""
        select {_MERCHANT} as merchant_id, false as is_known_from_start,
            date '2024-05-01' as warm_up_ends_on
        from range({{merchants}}) as ms(m)""",
}


def _dbt(world: World, *words: str) -> float:
    """Runs dbt; gives its processor seconds."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [_DBT, "--quiet", *words, "--project-dir", PROJECT, "--profiles-dir", PROJECT],
        env={
            **child_environment(world.home),
            "SEEDBED_DUCKDB_MEMORY_LIMIT": os.environ.get("SEEDBED_DUCKDB_MEMORY_LIMIT", "4GB"),
        },
        check=True,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _fill(world: World, merchants: int) -> None:
    world.merchants = [
        {
            "merchant_id": f"m{number:06}", "currency": "CNY",
            "joined_on": date.fromordinal(FIRST_DAY.toordinal() - 300 + number * 37 % 360),
        }
        for number in range(merchants)
    ]  # fmt: skip
    world.write(_programmes(), [WEEK])
    _dbt(world, "run", "--exclude", "eligibility", "reporting")
    with duckdb.connect(world.home.warehouse_db) as connection:
        for table, query in _UPSTREAM.items():
            connection.execute(
                f"insert into intermediate.{table} by name {query.format(merchants=merchants)}"
            )


def _slowest(world: World) -> tuple[list[tuple[str, float]], float]:
    """Seconds of each model, and from the first one's beginning to the last one's end."""
    target = child_environment(world.home)["DBT_TARGET_PATH"]
    results: list[dict[str, Any]] = json.loads((Path(target) / "run_results.json").read_text())[
        "results"
    ]
    moments = [
        datetime.fromisoformat(timing[end].replace("Z", "+00:00"))
        for result in results
        for timing in result["timing"]
        for end in ("started_at", "completed_at")
    ]
    taken = [(r["unique_id"].rsplit(".", 1)[-1], r["execution_time"]) for r in results]
    span = (max(moments) - min(moments)).total_seconds()
    return sorted(taken, key=lambda pair: -pair[1]), span


def main(merchants: int) -> None:
    """Print what it took."""
    with tempfile.TemporaryDirectory() as folder:
        world = new_world(Path(folder))
        _fill(world, merchants)
        idle = _dbt(world, "run", "--select", "stg_seedbed__weeks")
        began = time.monotonic()
        processor = _dbt(world, "run", "--select", "eligibility")
        command = time.monotonic() - began
        models, span = _slowest(world)
        with duckdb.connect() as connection:
            connection.execute(f"attach '{world.home.marts_db}' as build (read_only)")
            counts = connection.execute(
                "select (select count(*) from build.marts.fct_incentive_eligibility),"
                " (select count(*) from build.marts.fct_incentive_criteria)"
            ).fetchone() or (0, 0)
    print("| what | |\n|---|---:|")
    print(f"| merchants × programmes | {merchants:,} × 20 |")
    print(f"| decisions, criteria | {counts[0]:,}, {counts[1]:,} |")
    print(f"| seconds from the first model to the last (aim: 10) | {span:.1f} |")
    print(f"| processor seconds, without dbt's own start | {processor - idle:.1f} |")
    print(f"| seconds of the whole command | {command:.1f} |")
    for name, seconds in models[:8]:
        print(f"| `{name}` | {seconds:.1f} |")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
