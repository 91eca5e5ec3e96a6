"""How long 10,000 small exports take: one `seedbed ingest`, imports and all.

Usage: python -m tests.bench_small_files [FILES [FOLDER]] (make bench). The files have 50 rows each,
of thirty invented merchants and twelve sources, in all the ways that exports are written. Kept in
FOLDER, the home can be looked into afterwards.
"""

from __future__ import annotations

import itertools
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
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

FILES = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
ROWS = 50
AIM_SECONDS = 180
# Enough that the sources with one row a day fill some files too.
_MERCHANTS, _WEEKS, _ORDERS_A_WEEK = 30, 52, 130
_SEED, _FIRST_DAY = 1, date(2023, 7, 3)


def write_small_files(home: Home, count: int) -> int:
    """Fill an initialised home: its register, and so many files in its inbox; gives the rows."""
    merchants = invent_merchants(_SEED, _MERCHANTS, _FIRST_DAY)
    register = yaml.safe_dump(register_entries(merchants), allow_unicode=True)
    home.register_file.write_text(register, encoding="utf-8")
    histories = [
        invent_history(
            merchant,
            seed=_SEED,
            first_day=_FIRST_DAY,
            weeks=_WEEKS,
            orders_a_week=_ORDERS_A_WEEK,
        )
        for merchant in merchants
    ]
    plans = list(itertools.islice(_in_turn(histories), count))
    if len(plans) < count:
        raise SystemExit(f"The market has only {len(plans):,} such files; make it larger.")
    write_plans(plans, home.inbox)
    return sum(len(plan.entries) for plan in plans)


def _in_turn(histories: Iterable[History]) -> Iterator[Plan]:
    """One file of each source and merchant after the other, until none is left."""
    streams = [_small(plan) for plan in _whole_past(histories)]
    while streams:
        left = []
        for stream in streams:
            plan = next(stream, None)
            if plan is not None:
                yield plan
                left.append(stream)
        streams = left


def _whole_past(histories: Iterable[History]) -> Iterator[Plan]:
    for history in histories:
        end = history.first_day + timedelta(weeks=history.weeks)
        moment = exported_on(history, end)
        span = Span(history.first_day, end - timedelta(days=1))
        for source in SOURCES:
            if source not in ADS:
                yield shop_plan(history, source, span, moment)
                continue
            for account_id in history.merchant.account_ids:
                yield ad_plan(history, source, (account_id,), span, moment)


def _small(plan: Plan) -> Iterator[Plan]:
    for number, start in enumerate(range(0, len(plan.entries) - ROWS + 1, ROWS)):
        ending = f".{plan.style.ending}"
        name = f"{plan.name.removesuffix(ending)}_{number}{ending}"
        yield replace(plan, name=name, entries=plan.entries[start : start + ROWS])


def main() -> None:
    """Print one line of a Markdown table, and whether the aim is met."""
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(sys.argv[2] if len(sys.argv) > 2 else folder) / "H")
        bench_cost.init_home(home.root)
        rows = write_small_files(home, FILES)
        cost = bench_cost.cost_of([str(bench_cost.SEEDBED), "ingest", "--home", str(home.root)])
    met = "met" if cost.seconds <= AIM_SECONDS * FILES / 10_000 else "missed"
    print(f"{psutil.cpu_count()} cores, Python {sys.version.split()[0]}, load {os.getloadavg()[0]}")
    print("| what | seconds | peak memory | aim |\n|---|---:|---:|---|")
    print(
        f"| ingest of {FILES:,} files, {rows:,} rows | {cost.seconds:.1f} "
        f"| {cost.peak_bytes / 1e6:,.0f} MB | {AIM_SECONDS} s for 10,000: {met} |"
    )


if __name__ == "__main__":
    main()
