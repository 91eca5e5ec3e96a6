"""A range of weeks in one run: killed on the way it is completed, and it sends nothing."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from homes import SEEDBED, copy_home, environment, published, query, seedbed

pytestmark = pytest.mark.slow

RANGE = ("--from", "2024-W35", "--to", "2024-W37", "--reason", "another rulebook")


def _kill_when_the_weeks_begin(home: Path) -> None:
    weeks = home / "handover" / "weeks.parquet"
    before = weeks.stat().st_mtime_ns
    with subprocess.Popen(
        [SEEDBED, "backfill", *RANGE, "--home", home],
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        while weeks.stat().st_mtime_ns == before and process.poll() is None:
            time.sleep(0.05)
        os.killpg(process.pid, signal.SIGKILL)


def _files(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file()}


def _decided(home: Path) -> list[str]:
    weeks = query(home, "select distinct week from reporting.rpt_digest_facts order by 1")[1]
    return [str(week) for (week,) in weeks]


def _deliveries(home: Path) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(home / "state.db")) as state:
        return state.execute("select * from deliveries order by 1, 2, 3, 4, 5, 6, 7").fetchall()


def test_a_killed_backfill_is_completed_by_the_same_command(
    tmp_path: Path, undisturbed: Path
) -> None:
    home = copy_home(undisturbed, tmp_path / "H")
    outbox, issued = _files(home / "outbox"), _files(home / "issued")
    _kill_when_the_weeks_begin(home)
    # Until it is completed readers see what was published before.
    assert published(home) == published(undisturbed)

    done = seedbed("backfill", *RANGE, home=home)
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("2024-W35 to 2024-W37: 3 weeks decided, ")
    log = json.loads(seedbed("backfill", "--log", "--json", home=home).out)
    assert [(one["result"], one["reason"]) for one in log] == [
        ("done", "another rulebook"),
        ("cut off", "another rulebook"),
    ]
    assert published(home) == published(undisturbed)
    assert _decided(home) == ["2024-08-26", "2024-09-02", "2024-09-09"]
    assert (_files(home / "outbox"), _files(home / "issued")) == (outbox, issued)
    findings = json.loads(seedbed("doctor", "--json", home=home).out)
    assert not [one for one in findings if "was killed and counts as running" in one["sentence"]]


def test_a_backfill_by_dagsters_daemon_ends_well_and_delivers_nothing(
    tmp_path: Path, undisturbed: Path
) -> None:
    """Not even of the last closed week, with everything set to send by itself."""
    home = copy_home(undisturbed, tmp_path / "H")
    deliveries, files = _deliveries(home), (_files(home / "outbox"), _files(home / "issued"))
    # Nobody listens there: a try to send would be a delivery that has failed.
    mail = {"HOST": "127.0.0.1", "PORT": "1", "SECURITY": "none"}
    done = subprocess.run(
        [
            sys.executable,
            Path(__file__).with_name("backfill_in_dagster.py"),
            "2024-08-26",
            "2024-09-09",
        ],
        env=environment(
            SEEDBED_HOME=str(home),
            SEEDBED_DELIVERY__AUTO_SEND="true",
            **{f"SEEDBED_DELIVERY__EMAIL__{name}": value for name, value in mail.items()},
        ),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    said = done.stdout[done.stdout.index("backfill COMPLETED") :].splitlines()
    # Dagster makes one run of the three weeks, for every asset takes a range.
    assert said == [
        "backfill COMPLETED_SUCCESS",
        "run SUCCESS",
        "sensor skips: A backfill delivers nothing; `seedbed digest send` does.",
    ]
    assert _decided(home) == ["2024-08-26", "2024-09-02", "2024-09-09"]
    assert published(home) == published(undisturbed)
    assert _deliveries(home) == deliveries
    assert (_files(home / "outbox"), _files(home / "issued")) == files
