"""A range of weeks in one run: killed on the way it is completed, and it sends nothing."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest
from homes import SEEDBED, environment, published, query, seedbed

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


def test_a_killed_backfill_is_completed_by_the_same_command(
    tmp_path: Path, undisturbed: Path
) -> None:
    home = tmp_path / "H"
    shutil.copytree(undisturbed, home, symlinks=True)
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
    decided = query(home, "select distinct week from reporting.rpt_digest_facts order by 1")[1]
    assert [str(week) for (week,) in decided] == ["2024-08-26", "2024-09-02", "2024-09-09"]
    assert (_files(home / "outbox"), _files(home / "issued")) == (outbox, issued)
    findings = json.loads(seedbed("doctor", "--json", home=home).out)
    assert not [one for one in findings if "was killed and counts as running" in one["sentence"]]
