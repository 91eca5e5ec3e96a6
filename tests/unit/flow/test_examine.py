"""The doctor: what it finds in a good home, and in one that somebody has harmed."""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import time
from collections import namedtuple
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml
from flow_kit import at, drop, rename_headers, run_ingest, spoilt, week_of_orders

from orchestration.flow.corrections import withdraw
from orchestration.flow.doctor import installation
from orchestration.flow.doctor.examine import examine
from orchestration.flow.workspace import open_workspace
from orchestration.home import Home
from orchestration.samples.workbooks import export_name


def _faults(home: Home) -> list[str]:
    return [finding.sentence for finding in examine(home) if finding.is_fault]


def _told(home: Home, level: str) -> str:
    return "\n".join(finding.sentence for finding in examine(home) if finding.level == level)


def test_a_good_home_has_no_fault(home: Home) -> None:
    assert _faults(home) == []
    assert "private" in _told(home, "ok")
    assert "m001 has no recipient" in _told(home, "note")


def test_no_home_is_told_with_what_to_run(tmp_path: Path) -> None:
    (fault,) = _faults(Home(tmp_path / "nothing"))
    assert "seedbed init" in fault


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        ("merchants.yml", "merchants: [", "is not valid YAML"),
        ("merchants.yml", "merchants: [{merchant_id: M 1}]", "merchant_id"),
        ("seedbed.toml", "home_version = ", "is not valid TOML"),
        ("seedbed.toml", "[gate]\nmax_file_shere = 1", "max_file_shere"),
        ("identity.key", "ab" * 32, "is not the key of this home"),
        ("identity.key", "short", "is damaged"),
        ("state.db", "no database", "The state cannot be opened"),
        ("layouts/qianfan__orders/columns.csv", "column\n", "line 1: it must read"),
        ("seedbed.toml", "home_version = 2", "was made by a newer Seedbed"),
    ],
)
def test_one_harmed_file_is_one_fault(home: Home, name: str, content: str, fault: str) -> None:
    path = home.root / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(content, encoding="utf-8")
    (found,) = _faults(home)
    assert fault in found


def test_a_key_that_others_can_read_is_a_fault_with_its_mend(home: Home) -> None:
    home.identity_key.chmod(0o644)
    assert _faults(home) == [
        f"{home.identity_key} can be read by others; run: chmod 600 {home.identity_key}"
    ]


def test_held_and_not_archived_files_are_told(home: Home) -> None:
    rows = week_of_orders()
    drop(home, "m001", spoilt(rows, len(rows)))
    drop(home, "m001/2024-06-30_2024-06-24", rows, name="turned.xlsx")
    run_ingest(home)
    notes = _told(home, "note")
    assert "Held: m001: " in notes
    assert "Not archived: turned.xlsx" in notes
    assert _faults(home) == []


def test_a_gate_that_lets_nothing_through_is_a_fault(home: Home) -> None:
    rows = week_of_orders()
    for merchant_id in ("m001", "m002"):
        drop(home, merchant_id, spoilt(rows, len(rows) // 2))
    run_ingest(home)
    (fault,) = _faults(home)
    assert "The gate lets nothing through" in fault
    assert "gate.max_run_share" in fault


def test_a_state_of_a_newer_seedbed_is_a_fault(home: Home) -> None:
    with sqlite3.connect(home.state_file) as connection:
        connection.execute("update alembic_version set version_num = '9999'")
    (fault,) = _faults(home)
    assert "made by a newer Seedbed; update Seedbed" in fault


def test_a_disk_that_is_nearly_full_is_a_fault(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage(10**12, 10**12, 10**9))
    (fault,) = _faults(home)
    assert fault.startswith("Only 0.9 GB are free")
    assert "seedbed gc" in fault


def test_another_version_than_pinned_is_a_fault(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(installation, "version", lambda name: "0.1" if name == "duckdb" else "")
    (fault,) = _faults(home)
    assert "duckdb 0.1 (pinned " in fault
    assert "make setup" in fault


def test_a_clock_that_stands_still_is_told(home: Home) -> None:
    assert "unset SEEDBED_NOW" in _told(home, "note")


def test_a_clock_that_lags_behind_what_was_done_is_a_fault(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(home, "m001", week_of_orders(orders=5))
    run_ingest(home)
    monkeypatch.setenv("SEEDBED_NOW", "2024-09-15T10:00:00+08:00")
    (fault,) = _faults(home)
    assert "this home has worked at 2024-09-16 02:00 already" in fault
    assert "timedatectl" in fault


def test_a_clock_that_lags_behind_an_export_is_a_fault(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such as that of a machine whose UTC was set to the wall clock of another zone."""
    drop(home, "m001", week_of_orders(orders=5), name=export_name(at("2024-09-16 09:30")))
    monkeypatch.setenv("SEEDBED_NOW", "2024-09-16T02:00:00+08:00")
    run_ingest(home)
    (fault,) = _faults(home)
    assert "it says 2024-09-15 18:00 UTC, and m001's file " in fault
    assert " was exported at 2024-09-16 01:30; " in fault
    # Or the name was wrong; then the file goes, and the doctor is content.
    (sha,) = re.findall(r"ingest --withdraw (\w+)", fault)
    with open_workspace(home) as workspace:
        withdraw(workspace, sha)
    assert _faults(home) == []


def test_a_clock_from_before_the_installation_is_a_fault(
    home: Home, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    code = tmp_path / "code.py"
    code.touch()
    os.utime(code, (4_000_000_000, 4_000_000_000))
    monkeypatch.delenv("SEEDBED_NOW")
    assert _faults(home) == []
    monkeypatch.setattr(installation, "_CODE", code)
    (fault,) = _faults(home)
    assert "this Seedbed was installed at 2096-10-02 07:06 already" in fault


@pytest.fixture
def zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Sets the time zone of this process, and its former one at the end."""

    def take(name: str) -> None:
        monkeypatch.setenv("TZ", name)
        time.tzset()

    yield take
    monkeypatch.undo()
    time.tzset()


def test_a_machine_in_another_zone_is_told_its_hour(
    home: Home, zone: Callable[[str], None]
) -> None:
    zone("America/New_York")
    assert _faults(home) == []
    assert "this machine is in EDT (UTC-0400): Monday 09:30 there is Sunday 21:30 here" in (
        _told(home, "note")
    )
    zone("Asia/Shanghai")
    assert "this machine is in" not in _told(home, "note")
    assert "This machine has the time of Asia/Shanghai" in _told(home, "ok")


@pytest.mark.parametrize("name", ["CST-8", "<+08>-8", ":Asia/Shanghai"])
def test_zones_are_known_by_rule_as_well(
    home: Home, zone: Callable[[str], None], name: str
) -> None:
    zone(name)
    assert _faults(home) == []
    assert "This machine has the time of Asia/Shanghai" in _told(home, "ok")


@pytest.mark.parametrize("name", ["Asia/Shanghi", "../etc", "Asia", "x" * 300])
def test_a_zone_that_nobody_knows_is_a_fault(
    home: Home, zone: Callable[[str], None], name: str
) -> None:
    zone(name)
    (fault,) = _faults(home)
    assert f"TZ={name} names no time zone" in fault


@pytest.mark.slow
def test_a_machine_without_time_zones_counts_weeks_and_has_a_fault(home: Home) -> None:
    """In a process of its own, which finds no database from the first import on."""
    code = (
        "import sys, zoneinfo\nzoneinfo.reset_tzpath(())\nsys.modules['tzdata'] = None\n"
        "from orchestration.cli import app\n"
        "from orchestration.periods import BUSINESS_ZONE, last_closed_week\n"
        "from orchestration.settings import now\n"
        "print(last_closed_week(now()).iso, BUSINESS_ZONE, file=sys.stderr)\napp()"
    )
    words = [sys.executable, "-c", code, "doctor", "--json", "--home", str(home.root)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.stderr.splitlines()[0] == "2024-W37 Asia/Shanghai"
    faults = [one["sentence"] for one in json.loads(done.stdout) if one["level"] == "fault"]
    assert done.returncode == 1
    assert any("No database of time zones on this machine has Asia/Shanghai" in f for f in faults)


def test_a_warehouse_that_somebody_else_has_open_is_a_fault(home: Home) -> None:
    code = (
        "import sys, duckdb\nheld = duckdb.connect(sys.argv[1])\nprint('open', flush=True)\n"
        "sys.stdin.readline()"
    )
    pipe = subprocess.PIPE
    words = [sys.executable, "-c", code, str(home.warehouse_db)]
    with subprocess.Popen(words, stdin=pipe, stdout=pipe, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "open\n"
        (fault,) = _faults(home)
        other.communicate("\n")
    assert fault.startswith(f"{home.warehouse_db} is held by another process")
    assert "current.duckdb" in fault
    assert _faults(home) == []


def test_headers_that_no_layout_knows_are_told_with_the_command_that_learns_them(
    home: Home,
) -> None:
    path = drop(home, "m001", week_of_orders(orders=5))
    rename_headers(path, {"订单类型": "全新的列"})
    run_ingest(home)
    (line,) = [line for line in _told(home, "note").splitlines() if "全新的列" in line]
    found = re.search(r"seedbed layout learn (\S+)$", line)
    assert found is not None
    assert Path(found[1]).is_file()


def test_a_file_of_nobody_is_told_with_what_to_do(home: Home) -> None:
    drop(home, "m404", week_of_orders(orders=5))
    run_ingest(home)
    assert "m404" in _told(home, "note")
    assert "merchants" in _told(home, "note")


def test_secrets_that_readers_need_and_nobody_has_set_are_named(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    readers = [
        {"channel": "webhook", "address": "json:SHOP", "digest": "data_team"},
        {"channel": "webhook", "address": "wecom:ROBOT", "digest": "data_team"},
        {
            "channel": "slack",
            "address": "C0000001",
            "digest": "data_team",
            "token_env": "SEEDBED_SLACK_OTHER",
        },
    ]
    home.register_file.write_text(
        yaml.safe_dump({"merchants": [], "team": {"recipients": readers}})
    )
    monkeypatch.setenv("SEEDBED_WEBHOOK_SHOP", "https://example.com/hook")
    missing = re.findall(r"^(SEEDBED\S+) is not set", _told(home, "note"), re.MULTILINE)
    assert missing == [
        "SEEDBED_SLACK_OTHER",
        "SEEDBED_WEBHOOK_ROBOT",
        "SEEDBED_WEBHOOK_SHOP_SECRET",
    ]
