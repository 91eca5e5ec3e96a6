"""The figures of docs/benchmarks.md: time and peak memory of whole commands.

Usage: python -m tests.bench [RUNS] (make bench). Every command is run as a user runs it, in a
fresh home; memory is the largest sum of resident memory over the process and all its children.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import psutil
import yaml

from tests.bench_cost import ROOT, SEEDBED, Cost, cost_of, init_home

WORKBOOKS = (ROOT / "orchestration/samples/real_orders", ROOT / "tests/fixtures/real_orders")
WEEK = "2024-09-09"
# Three runs tell a slow machine from a slow program; the median is quoted.
RUNS = int(sys.argv[1]) if len(sys.argv) > 1 else 3


def _median(prepare: Callable[[Path], None], command: Callable[[Path], list[str]]) -> Cost:
    costs = []
    for _ in range(RUNS):
        with tempfile.TemporaryDirectory() as folder:
            home = Path(folder) / "H"
            prepare(home)
            costs.append(cost_of(command(home)))
    ordered = sorted(costs, key=lambda cost: cost.seconds)
    return Cost(ordered[len(ordered) // 2].seconds, max(cost.peak_bytes for cost in costs))


def _with_all_workbooks(home: Path) -> None:
    init_home(home)
    merchant = {
        "merchant_id": "m001",
        "name": {"en": "Example"},
        "joined_on": "2024-03-01",
        "shops": [{"shop_id": "s-1"}],
    }
    (home / "merchants.yml").write_text(yaml.safe_dump({"merchants": [merchant]}))
    for folder in WORKBOOKS:
        for workbook in folder.glob("*.xlsx"):
            (home / "inbox/m001").mkdir(exist_ok=True)
            shutil.copy(workbook, home / "inbox/m001")


def _run(home: Path) -> list[str]:
    return [str(SEEDBED), "run", "--home", str(home), "--week", WEEK]


def _run_again(home: Path) -> None:
    _with_all_workbooks(home)
    subprocess.run(_run(home), check=False, stdout=subprocess.DEVNULL)


def main() -> None:
    """Print one line of a Markdown table per measurement."""
    measured = {
        "`make demo` after installation": _median(
            lambda _home: None, lambda home: ["make", "demo", f"HOME_DIR={home}"]
        ),
        "16 workbooks, first run": _median(_with_all_workbooks, _run),
        "16 workbooks, run again": _median(_run_again, _run),
        "an empty home (imports and start-up only)": _median(init_home, _run),
    }
    print(f"{psutil.cpu_count()} cores, Python {sys.version.split()[0]}, load {os.getloadavg()[0]}")
    print("| what | seconds | peak memory |\n|---|---:|---:|")
    for what, cost in measured.items():
        print(f"| {what} | {cost.seconds:.1f} | {cost.peak_bytes / 1e6:,.0f} MB |")


if __name__ == "__main__":
    main()
