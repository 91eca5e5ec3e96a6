"""How fast large exports are read, beside the limit measured on the same file in the same run.

Usage: python -m tests.bench_reading [RUNS [FOLDER]] (make bench). A CSV is compared with plain
DuckDB, `read_csv` at its fastest settings into Parquet with as many threads, a workbook with
python-calamine merely iterating its rows. Both run in turn in one process, and the best run of
each counts: a slow run tells of the machine. Seconds of processor time are those of all threads;
on a busy machine they say more than those of the clock.
"""

from __future__ import annotations

import os
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import psutil
import yaml
from python_calamine import CalamineWorkbook

from orchestration.exports.effective import Receipt
from orchestration.exports.identity import Identity
from orchestration.exports.layout.load import load_layouts
from orchestration.exports.reader import open_reader
from orchestration.sections import DuckDBSettings
from tests import bench_cost
from tests.bench_files import write_order_csv, write_report_csv, write_workbook

RUNS = int(sys.argv[1]) if len(sys.argv) > 1 else 3
CSV_AIM, WORKBOOK_AIM, MEMORY_AIM = 0.4, 0.7, 1_500_000_000
_CSV_ROWS, _WORKBOOK_ROWS = 1_000_000, 40_000
# 2.2 GB of orders.
_LARGE_ROWS = 2_750_000
_THREADS = DuckDBSettings().threads


@dataclass(frozen=True, order=True)
class Spent:
    """What one run took, by the clock and of all processors."""

    clock: float
    processor: float


def read(path: Path) -> None:
    """Read a file as the pipeline does, and leave nothing."""
    with (
        tempfile.TemporaryDirectory(dir=path.parent) as staged,
        open_reader(Path(staged), load_layouts(), Identity(bytes(32)), DuckDBSettings()) as reader,
    ):
        receipt = Receipt(path.name, datetime(2025, 1, 1, tzinfo=UTC))
        reader.read(path, merchant_id="m001", file_sha256="0" * 64, receipts=[receipt])


def plain_duckdb(path: Path) -> None:
    """The same CSV as text into Parquet: no types, no checks, no order."""
    target = path.with_suffix(".parquet")
    config = {"threads": _THREADS, "preserve_insertion_order": "false"}
    with closing(duckdb.connect(config=config)) as connection:
        connection.execute(
            f"copy (from read_csv('{path}', all_varchar = true)) to '{target}' (format parquet)"
        )
    target.unlink()


def merely_iterate(path: Path) -> None:
    """All rows of a workbook's sheet, and nothing done with them."""
    with CalamineWorkbook.from_path(path) as workbook:
        for _ in workbook.get_sheet_by_index(0).iter_rows():
            pass


def _spent(task: Callable[[Path], None], path: Path) -> Spent:
    before, began = resource.getrusage(resource.RUSAGE_SELF), time.monotonic()
    task(path)
    after, ended = resource.getrusage(resource.RUSAGE_SELF), time.monotonic()
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Spent(ended - began, used)


def _compare(path: Path, limit: Callable[[Path], None], aim: float) -> None:
    runs = [(_spent(limit, path), _spent(read, path)) for _ in range(RUNS)]
    limits, ours = zip(*runs, strict=True)
    by_clock = min(limits).clock / min(ours).clock
    used = [min(spent.processor for spent in side) for side in (limits, ours)]
    print(
        f"| {path.name}, {path.stat().st_size / 1e6:,.0f} MB "
        f"| {min(limits).clock:.2f} s, {used[0]:.2f} s | {min(ours).clock:.2f} s, {used[1]:.2f} s "
        f"| {by_clock:.0%}, {used[0] / used[1]:.0%} "
        f"| {aim:.0%}: {'met' if by_clock >= aim else 'missed'} |",
        flush=True,
    )


def _memory(what: str, command: list[str]) -> None:
    cost = bench_cost.cost_of(command)
    met = "met" if cost.peak_bytes <= MEMORY_AIM else "missed"
    print(f"| {what} | {cost.seconds:.0f} s | {cost.peak_bytes / 1e6:,.0f} MB | 1.5 GB: {met} |")


def _home_with(export: Path, home: Path) -> Path:
    bench_cost.init_home(home)
    merchant = {
        "merchant_id": "m001",
        "name": {"en": "Example"},
        "joined_on": "2024-03-01",
        "shops": [{"shop_id": "s-1"}],
    }
    (home / "merchants.yml").write_text(yaml.safe_dump({"merchants": [merchant]}))
    (home / "inbox/m001").mkdir(parents=True, exist_ok=True)
    shutil.move(export, home / "inbox/m001")
    return home


def _measure(folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    orders, report = folder / "orders.csv", folder / "report.csv"
    write_order_csv(orders, _CSV_ROWS)
    write_report_csv(report, _CSV_ROWS, load_layouts().get("juguang__units"))
    print("| file | limit: clock, processor | ours | ratio | aim |\n|---|---|---|---|---|")
    for path in (orders, report):
        _compare(path, plain_duckdb, CSV_AIM)
        for number_cells in (False, True):
            name = f"{path.stem}_{'numbers' if number_cells else 'text'}.xlsx"
            workbook = folder / name
            write_workbook(workbook, path, _WORKBOOK_ROWS, number_cells=number_cells)
            _compare(workbook, merely_iterate, WORKBOOK_AIM)
        path.unlink()
    large = folder / "large.csv"
    write_order_csv(large, _LARGE_ROWS)
    what = f"a CSV of {large.stat().st_size / 1e9:.1f} GB"
    print("\n| what | clock | peak memory | aim |\n|---|---|---|---|")
    program = f"from tests.bench_reading import *; read(Path({str(large)!r}))"
    _memory(f"{what}, read", [sys.executable, "-c", program])
    home = _home_with(large, folder / "H")
    _memory(f"{what}, `seedbed ingest`", [str(bench_cost.SEEDBED), "ingest", "--home", str(home)])


def main() -> None:
    """Print Markdown tables."""
    print(f"{psutil.cpu_count()} cores, Python {sys.version.split()[0]}, load {os.getloadavg()[0]}")
    with tempfile.TemporaryDirectory() as folder:
        _measure(Path(sys.argv[2] if len(sys.argv) > 2 else folder))


if __name__ == "__main__":
    main()
