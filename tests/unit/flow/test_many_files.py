"""Many files in one ingest: as if each had come alone, and no more work for each than it needs."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from flow_kit import (
    SOURCE,
    account,
    at,
    drop,
    handed_over,
    loaded_rows,
    make_home,
    quarantined,
    run_ingest,
    spoilt,
    statuses,
    week_of_orders,
)
from sqlalchemy import Engine, event

from orchestration.files import SCRATCH_PREFIX
from orchestration.flow import gate
from orchestration.flow.reading import read
from orchestration.home import Home
from orchestration.samples.workbooks import Row, export_name
from orchestration.warehouse import load, split, staged
from orchestration.warehouse.connect import open_duckdb

pytestmark = pytest.mark.slow

ROWS = week_of_orders()


def name_of(number: int) -> str:
    return export_name(at(f"2024-09-09 {number // 60:02d}:{number % 60:02d}"))


def mixture(home: Home, kinds: str = "cdhec" * 3) -> None:
    """Files of two merchants: clean, dirty, to be held, empty, or no workbook at all (`x`)."""
    for number, kind in enumerate(kinds):
        merchant = f"m00{1 + number % 2}"
        rows: list[Row] = [] if kind == "e" else ROWS[: 25 + number]
        if kind in "dh":
            rows = spoilt(rows, 2 if kind == "d" else len(rows) * 3 // 4)
        path = drop(home, merchant, rows, name=name_of(number))
        if kind == "x":
            path.write_bytes(b"<html>login</html>")


def kept(home: Home) -> dict[str, list[dict[str, Any]]]:
    """Rows of every file behind the gate, without the time that they were read at."""
    return {
        str(path.relative_to(home.root)): pq.read_table(path).to_pylist()
        for folder in (home.raw, home.quarantine, home.held)
        for path in sorted(folder.rglob("m*.parquet"))
    }


@pytest.fixture
def one_key(tmp_path: Path, home: Home) -> Home:
    """Another home with the same merchants, whose buyers have the same keys."""
    shutil.copytree(home.root, tmp_path / "other")
    return Home(tmp_path / "other")


def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read, "_FILES_AT_ONCE", 4)
    monkeypatch.setattr(gate, "_FILES_AT_ONCE", 3)


def test_files_that_come_together_fare_as_if_each_had_come_alone(
    home: Home, one_key: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    mixture(one_key, "cdhecdhexc")
    # One after the other, each in an ingest of its own.
    reports = [run_ingest(one_key, path) for path in sorted(one_key.inbox.rglob("*.xlsx"))]
    small_batches(monkeypatch)
    mixture(home, "cdhecdhexc")
    alone, together = reports[-1], run_ingest(home)

    # The two empty ones are the same file under two names.
    assert Counter(statuses(together).values()) == {"loaded": 6, "held": 3}
    assert statuses(together) == statuses(alone)
    assert [file.as_dict() for file in together.files] == [file.as_dict() for file in alone.files]
    assert kept(home) == kept(one_key)
    for name in ("files", "coverage"):
        assert handed_over(home, name) == handed_over(one_key, name)


def test_no_file_holds_rows_of_another_merchant(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_batches(monkeypatch)
    mixture(home)
    run_ingest(home)
    owners = {
        Path(name).name.partition("__")[0]: {row["merchant_id"] for row in rows}
        for name, rows in kept(home).items()
        if rows
    }
    assert owners == {"m001": {"m001"}, "m002": {"m002"}}


def test_what_was_set_aside_is_told_file_after_file_and_line_after_line(home: Home) -> None:
    mixture(home, "dcd")
    report = run_ingest(home)
    assert [(item.file_name, item.line, item.rows) for item in report.set_aside] == [
        (name_of(0), 2, 2),
        (name_of(2), 2, 2),
    ]
    assert len(quarantined(home)) == 4


def test_progress_counts_files_and_only_sources_that_have_rows(home: Home) -> None:
    mixture(home, "cc")
    told: list[str] = []
    run_ingest(home, progress=told.append)
    assert [text for text in told if text.startswith(("reading", "checking"))] == [
        f"reading {name_of(0)} (1 of 2)",
        f"reading {name_of(1)} (2 of 2)",
        f"checking rows of {SOURCE} (1 of 1)",
    ]
    told.clear()
    run_ingest(home, progress=told.append)
    assert [text for text in told if text.startswith(("reading", "checking"))] == []


# Bounded work


class Counting:
    """A DuckDB connection that counts its statements."""

    def __init__(self, connection: Any, found: Counter[str]) -> None:
        self._connection = connection
        self._found = found

    def __getattr__(self, name: str) -> Any:
        self._found["duckdb"] += name in ("execute", "sql")
        return getattr(self._connection, name)


@contextmanager
def counted() -> Iterator[Counter[str]]:
    """Statements of the state by their first word, those of the gate's DuckDB, footers read."""
    found: Counter[str] = Counter()
    read_schema = pq.read_schema

    def statement(_c: Any, _cursor: Any, text: str, *_: Any) -> None:
        found[text.split()[0]] += 1

    @contextmanager
    def counting(*args: Any) -> Iterator[Counting]:
        with open_duckdb(*args) as connection:
            yield Counting(connection, found)

    def footer(path: Any) -> Any:
        found["footers"] += 1
        return read_schema(path)

    event.listen(Engine, "before_cursor_execute", statement)
    try:
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(pq, "read_schema", footer)
            for module in (staged, split, load):
                patched.setattr(module, "open_duckdb", counting)
            yield found
    finally:
        event.remove(Engine, "before_cursor_execute", statement)


def work(root: Path, kinds: str) -> Counter[str]:
    home = make_home(root, "m001", "m002")
    mixture(home, kinds)
    with counted() as found:
        run_ingest(home)
    return found


@pytest.mark.parametrize("kind", "cdhx")
def test_more_files_ask_the_state_no_more_questions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setenv("SEEDBED_GATE__MAX_RUN_SHARE", "1")
    few, many = work(tmp_path / "few", kind * 4), work(tmp_path / "many", kind * 16)
    assert few["SELECT"] > 0
    for word in ("SELECT", "INSERT", "UPDATE", "DELETE"):
        assert many[word] <= few[word] + 2, word


@pytest.mark.parametrize("kind", "cd")
def test_the_gate_asks_once_for_all_files_and_looks_at_each_once(tmp_path: Path, kind: str) -> None:
    few, many = work(tmp_path / "few", kind * 4), work(tmp_path / "many", kind * 16)
    assert many["duckdb"] == few["duckdb"] > 0
    assert many["footers"] - few["footers"] == 12


# Killed

_DRIVER = """
import os, signal, sys
from pathlib import Path
from orchestration.flow import gate, ingest, verdicts
from orchestration.flow.reading import read
from orchestration.flow.workspace import open_workspace
from orchestration.home import Home

read._FILES_AT_ONCE, gate._FILES_AT_ONCE = 4, 3
left = int(sys.argv[3])

def die_at(step):
    def now(*args, **words):
        global left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return step(*args, **words)
    return now

module, name = sys.argv[2].split(".")
setattr(globals()[module], name, die_at(getattr(globals()[module], name)))
with open_workspace(Home(Path(sys.argv[1]))) as workspace:
    ingest.ingest(workspace)
"""


@pytest.mark.parametrize(
    ("step", "good"),
    [
        ("read.record_reads", 1),  # one batch is written down, another only staged
        ("gate.split", 0),  # the rows are gathered
        ("gate.load", 1),  # a batch is loaded and judged, held files of the next are moved
        ("gate.record_verdicts", 1),  # a batch lies in raw, and nobody knows
        ("ingest.hand_over", 0),
    ],
)
def test_a_killed_ingest_is_made_good_by_the_next(
    home: Home, one_key: Home, step: str, good: int
) -> None:
    mixture(one_key, "cdhecdhec")
    expected = run_ingest(one_key)
    mixture(home, "cdhecdhec")
    killed = subprocess.run(
        [sys.executable, "-c", _DRIVER, home.root, step, str(good)],
        check=False,
        capture_output=True,
        text=True,
    )
    assert killed.returncode == -9, killed.stderr

    report = run_ingest(home)

    assert [file.as_dict() for file in report.files] == [f.as_dict() for f in expected.files]
    assert kept(home) == kept(one_key)
    assert handed_over(home, "files") == handed_over(one_key, "files")
    scraps = [p for p in home.root.rglob(f"{SCRATCH_PREFIX}*") if "landing" not in p.parts]
    assert [*scraps, *home.staged.glob(".gate-*"), *home.staged.rglob("*.parquet")] == []


def test_a_structural_fault_leaves_everything_staged(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    mixture(home, "hhc")
    stopped = run_ingest(home)
    assert stopped.exit_code == 1
    assert set(statuses(stopped).values()) == {"received"}
    assert len(list((home.staged / SOURCE).glob("*.parquet"))) == 3
    assert kept(home) == {}
    monkeypatch.setenv("SEEDBED_GATE__MAX_RUN_SHARE", "1")
    passed = run_ingest(home)
    assert sorted(statuses(passed).values()) == ["held", "held", "loaded"]
    assert account(passed, "m001", name_of(2)).rows_loaded == loaded_rows(home).num_rows
