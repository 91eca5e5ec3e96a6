"""One more week after 6, 12 and 24 months, through the real gate, published; digests left out."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from tests.bench_cost import Cost, cost_of, init_home
from tests.bench_marts.exports import drop_week
from tests.bench_marts.home import make_home
from tests.bench_marts.scans import raw_rows_scanned
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
    scanned: list[int] = []
    for months in (months for months in MONTHS if months <= world.months):
        young = world.cut(months)
        home = make_home(folder / f"{months}", young)
        job(home.root)
        new_rows = drop_week(home, young)
        before = folder / f"{months}.before" / home.warehouse_db.name
        before.parent.mkdir()
        shutil.copyfile(home.warehouse_db, before)
        cost = job(home.root)
        scanned.append(raw_rows_scanned(home, before))
        costs.append(cost.processor_seconds - empty.processor_seconds)
        print(
            f"| after {months} months | {new_rows:,} | {scanned[-1]:,} | {_told(cost)}",
            flush=True,
        )
    if world.months >= MONTHS[-1]:
        for what, figures in (("Processor time beyond an empty run", costs), ("Rows", scanned)):
            ratio = figures[-1] / figures[0]
            met = "met" if ratio <= AIM_RATIO else "missed"
            print(f"\n{what}, 24 to 6 months: {ratio:.2f} (aim {AIM_RATIO}: {met})")


def job(home: Path) -> Cost:
    """Ingest, build and publish, in a process of its own."""
    return cost_of([sys.executable, "-m", "tests.bench_marts.job", str(home)])


def _told(cost: Cost) -> str:
    peak = f"{cost.peak_bytes / 1e6:,.0f} MB"
    return f"{cost.seconds:.1f} | {cost.processor_seconds:.1f} | {peak} |"
