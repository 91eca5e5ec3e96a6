"""One more week after 6, 12 and 24 months, through the real gate, published; digests left out."""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb

from orchestration.home import Home
from tests.bench_cost import Cost, cost_of, init_home
from tests.bench_marts.exports import drop_week
from tests.bench_marts.home import make_home
from tests.bench_marts.world import World

MONTHS = (6, 12, 24)
AIM_RATIO = 1.2


def measure_weeks(folder: Path, world: World) -> None:
    """Print a line of a Markdown table for each age of a home, and whether the aim is met."""
    init_home(folder / "empty")
    job(folder / "empty")
    empty = job(folder / "empty")
    print("\n| one more week | new rows | rows scanned | seconds | processor | peak memory |")
    print("|---|---:|---:|---:|---:|---:|")
    print(f"| an empty run | 0 | 0 | {_told(empty)}", flush=True)
    costs: list[float] = []
    for months in (months for months in MONTHS if months <= world.months):
        young = world.cut(months)
        home = make_home(folder / f"{months}", young)
        job(home.root)
        new_rows = drop_week(home, young)
        cost = job(home.root)
        costs.append(cost.processor_seconds - empty.processor_seconds)
        print(
            f"| after {months} months | {new_rows:,} | {_raw_rows(home):,} | {_told(cost)}",
            flush=True,
        )
    if world.months >= MONTHS[-1]:
        ratio = costs[-1] / costs[0]
        met = "met" if ratio <= AIM_RATIO else "missed"
        print(
            f"\nProcessor time beyond an empty run, 24 to 6: {ratio:.1f} (aim {AIM_RATIO}: {met})"
        )


def job(home: Path) -> Cost:
    """Ingest, build and publish, in a process of its own."""
    return cost_of([sys.executable, "-m", "tests.bench_marts.job", str(home)])


def _raw_rows(home: Home) -> int:
    """Rows of raw: as long as every model is built whole, all of them are read."""
    files = f"{home.handover}/files.parquet"
    found = duckdb.connect().execute(f"select sum(rows_loaded) from '{files}'").fetchone()
    return int(found[0]) if found else 0


def _told(cost: Cost) -> str:
    peak = f"{cost.peak_bytes / 1e6:,.0f} MB"
    return f"{cost.seconds:.1f} | {cost.processor_seconds:.1f} | {peak} |"
