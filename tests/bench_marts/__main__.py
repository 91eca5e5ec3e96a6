"""The marts at scale, for docs/benchmarks.md.

Usage: python -m tests.bench_marts [--order-lines N] [--ad-rows N] [--merchants N] [--months N]
       [--week-share N] [--weeks-only] [--folder F]

First a whole build of a synthetic home beside a plain DuckDB script and pandas, then one more week
after 6, 12 and 24 months. Reading one Parquet per export would hide everything else, and does not
fit into memory at full size: the whole build is of a packed home, the weeks are of a home one
`--week-share`th as large, with every file that a real one has.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path

import psutil

from tests.bench_cost import Cost, cost_of
from tests.bench_marts.compare import differences
from tests.bench_marts.home import make_home
from tests.bench_marts.weeks import measure_weeks
from tests.bench_marts.world import World

_RATIO_AIM, _MEMORY_AIM = 2.0, 4_000_000_000
_SLOWEST = 15


def main() -> None:
    """Print Markdown tables."""
    asked = _arguments()
    world = World(asked.order_lines, asked.ad_rows, asked.merchants, asked.months)
    print(f"{psutil.cpu_count()} cores, Python {sys.version.split()[0]}, load {os.getloadavg()[0]}")
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(asked.folder or scratch)
        folder.mkdir(parents=True, exist_ok=True)
        if not asked.weeks_only:
            measure_build(folder, world)
        share = asked.week_share
        measure_weeks(
            folder,
            World(
                world.order_lines // share,
                world.ad_rows // share,
                max(1, world.merchants // share),
                world.months,
            ),
        )


def measure_build(folder: Path, world: World) -> None:
    """A whole build beside plain SQL and pandas, then where its time went."""
    home, plain = make_home(folder / "whole", world, is_packed=True), folder / "plain.duckdb"
    build = _run("build", home.root)
    script = _run("plain", home.root, plain)
    pandas = _run("cohorts", home.root)
    if found := differences(home, plain):
        raise SystemExit("\n".join(["the tables differ:", *found]))
    print(f"\n| {world.order_lines:,} order lines | seconds | processor | peak memory |")
    print("|---|---:|---:|---:|")
    for what, cost in (
        ("hand over, build, test, publish", build),
        ("plain DuckDB", script),
        ("pandas, cohorts by month", pandas),
    ):
        peak = f"{cost.peak_bytes / 1e6:,.0f} MB"
        print(f"| {what} | {cost.seconds:.1f} | {cost.processor_seconds:.1f} | {peak} |")
    ratio = build.processor_seconds / script.processor_seconds
    print(f"\nProcessor time, ratio to plain: {ratio:.2f} (aim {_RATIO_AIM})")
    print(f"Peak memory: {build.peak_bytes / 1e9:.1f} GB (aim {_MEMORY_AIM / 1e9:.0f} GB)")
    print(f"\nSteps: {(home.dagster / 'steps.json').read_text()}")
    print(f"Plain: {plain.with_suffix('.json').read_text()}")
    results = json.loads((home.dbt_target / "run_results.json").read_text())["results"]
    for result in sorted(results, key=lambda r: -r["execution_time"])[:_SLOWEST]:
        print(f"{result['execution_time']:8.1f} s  {result['unique_id']}")


def _run(module: str, *words: Path) -> Cost:
    return cost_of([sys.executable, "-m", f"tests.bench_marts.{module}", *map(str, words)])


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench_marts")
    parser.add_argument("--order-lines", type=int, default=10_000_000)
    parser.add_argument("--ad-rows", type=int, default=5_000_000)
    parser.add_argument("--merchants", type=int, default=1_000)
    parser.add_argument("--months", type=int, default=24)
    parser.add_argument("--week-share", type=int, default=50)
    parser.add_argument("--weeks-only", action="store_true", help="leave the whole build out")
    parser.add_argument("--folder", help="where to leave everything [default: nowhere]")
    return parser.parse_args()


if __name__ == "__main__":
    main()
