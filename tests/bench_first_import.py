"""How long the first import of a programme takes: two years of fifty merchants, decided to the end.

Usage: python -m tests.bench_first_import [MERCHANTS [WEEKS [FOLDER]]] (make bench). Synthetic
exports in ranges such as docs/first-import.md asks for, some forty files a merchant, are dropped
into a new home; then `seedbed ingest` and `seedbed backfill` as a person would type them. Kept in
FOLDER, the home can be looked into afterwards.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import psutil
import yaml

from orchestration.home import Home
from orchestration.samples.market.deliver import write_plans
from orchestration.samples.market.exports import Plan
from orchestration.samples.market.history import History, invent_history
from orchestration.samples.market.merchants import invent_merchants, register_entries
from orchestration.samples.market.schedule import Span, ad_plan, exported_on, shop_plan
from orchestration.samples.market.sources import ADS, SOURCES
from tests import bench_cost

MERCHANTS, WEEKS = 50, 104
AIM_SECONDS = 20 * 60
_SEED, _FIRST_DAY, _ORDERS_A_WEEK = 1, date(2023, 1, 2), 130
# What is downloaded for all of the past, in this many ranges; the rest for the last quarter only.
_RANGES = 8
_WHOLE_PAST = ("qianfan__orders", "qianfan__aftersales", "juguang__accounts", "qianfan__shop_days")


def write_exports(home: Home, merchants: int, weeks: int) -> tuple[int, int]:
    """Fill an initialised home: its register and its inbox; gives files and rows."""
    invented = invent_merchants(_SEED, merchants, _FIRST_DAY)
    register = yaml.safe_dump(register_entries(invented), allow_unicode=True)
    home.register_file.write_text(register, encoding="utf-8")
    files, rows = 0, 0
    for merchant in invented:
        history = invent_history(
            merchant, seed=_SEED, first_day=_FIRST_DAY, weeks=weeks, orders_a_week=_ORDERS_A_WEEK
        )
        plans = [plan for plan in _plans(history) if plan.entries]
        write_plans(plans, home.inbox)
        files, rows = files + len(plans), rows + sum(len(plan.entries) for plan in plans)
    return files, rows


def _plans(history: History) -> Iterator[Plan]:
    end = history.first_day + timedelta(weeks=history.weeks)
    moment = exported_on(history, end)
    marks = [
        history.first_day + timedelta(weeks=history.weeks * number // _RANGES)
        for number in range(_RANGES + 1)
    ]
    spans = [Span(first, last - timedelta(days=1)) for first, last in pairwise(marks)]
    for source in SOURCES:
        for number, span in enumerate(spans if source in _WHOLE_PAST else spans[-1:]):
            plan = (
                ad_plan(history, source, history.merchant.account_ids, span, moment)
                if source in ADS
                else shop_plan(history, source, span, moment)
            )
            ending = f".{plan.style.ending}"
            yield replace(plan, name=f"{plan.name.removesuffix(ending)}_{number}{ending}")


def main() -> None:
    """Print a Markdown table, and whether the aim is met."""
    merchants, weeks = (int(word) for word in (*sys.argv[1:3], MERCHANTS, WEEKS)[:2])
    print(f"{psutil.cpu_count()} cores, Python {sys.version.split()[0]}, load {os.getloadavg()[0]}")
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(sys.argv[3] if len(sys.argv) > 3 else folder) / "H")
        bench_cost.init_home(home.root)
        files, rows = write_exports(home, merchants, weeks)
        print(f"\n{merchants} merchants, {weeks} weeks, {files:,} files, {rows:,} rows\n")
        print("| what | seconds | processor | peak memory |\n|---|---:|---:|---:|", flush=True)
        first = _FIRST_DAY.isoformat()
        last = (_FIRST_DAY + timedelta(weeks=weeks - 1)).isoformat()
        seconds = 0.0
        for command in (
            ["ingest"],
            ["backfill", "--from", first, "--to", last, "--reason", "first import"],
        ):
            cost = bench_cost.cost_of([str(bench_cost.SEEDBED), *command, "--home", str(home.root)])
            seconds += cost.seconds
            print(
                f"| `seedbed {command[0]}` | {cost.seconds:.1f} | {cost.processor_seconds:.1f} "
                f"| {cost.peak_bytes / 1e6:,.0f} MB |",
                flush=True,
            )
    met = "met" if seconds <= AIM_SECONDS else "missed"
    print(f"| in all (aim for 50 × 104: {AIM_SECONDS:,} s: {met}) | {seconds:.1f} | | |")


if __name__ == "__main__":
    main()
