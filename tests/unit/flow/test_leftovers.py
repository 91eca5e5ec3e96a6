"""What `gc` removes: leftovers always, exports only by policy and never what nobody has read."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from flow_kit import drop, loaded_rows, rename_headers, run_ingest, spoilt, week_of_orders

from orchestration.flow.leftovers import Plan, plan, remove
from orchestration.flow.workspace import open_workspace
from orchestration.home import Home

pytestmark = pytest.mark.slow

# A year and some days after the files of these tests arrive.
LATER = "2025-10-01T10:00:00+08:00"


def _plan(home: Home, **how: bool) -> Plan:
    with open_workspace(home) as workspace:
        return plan(workspace, **how)


def _archived(home: Home) -> set[Path]:
    return {path for path in home.landing.rglob("*") if path.is_file()}


@pytest.fixture
def old(home: Home, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A home whose one export is older than the policy keeps it."""
    drop(home, "m001", week_of_orders(orders=5))
    run_ingest(home)
    monkeypatch.setenv("SEEDBED_NOW", LATER)
    monkeypatch.setenv("SEEDBED_RETENTION__LANDING_DAYS", "365")
    return home


def test_a_tidy_home_has_nothing_to_lose(home: Home) -> None:
    assert _plan(home) == Plan((), ())


def test_what_killed_commands_left_goes_and_the_inbox_is_left_alone(home: Home) -> None:
    left, mine = home.published / ".part-build", home.inbox / ".part-mine"
    folder = home.handover / ".part-rulebook"
    folder.mkdir()
    for path in (left, mine, folder / "settings.yml"):
        path.write_text("12345")
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        ended.wait()
    for process in (ended.pid, os.getpid()):
        (home.root / ".spill" / f"{process}-ab").mkdir(parents=True)
    found = _plan(home)
    spill = home.root / ".spill" / f"{ended.pid}-ab"
    assert {one.path for one in found.gone} == {left, folder, spill}
    assert found.size == 10
    remove(found)
    assert (left.exists(), folder.exists(), spill.exists()) == (False, False, False)
    assert mine.exists()
    assert _plan(home) == Plan((), ())


def test_months_of_the_log_go_with_the_runs_that_they_tell(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEEDBED_NOW", LATER)
    monkeypatch.setenv("SEEDBED_RETENTION__RUN_DAYS", "31")
    home.run_logs.mkdir()
    for month in ("2024-12", "2025-08", "2025-09", "2025-10"):
        (home.run_logs / f"{month}.jsonl").write_text("{}\n")
    # The last day that counts is 31 August: its month stays whole.
    assert [one.path.stem for one in _plan(home).gone] == ["2024-12"]


def test_without_a_policy_exports_stay_for_ever(old: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SEEDBED_RETENTION__LANDING_DAYS")
    assert _plan(old) == Plan((), ())


def test_an_export_expires_by_policy_and_its_rows_stay(old: Home) -> None:
    rows = loaded_rows(old)
    found = _plan(old)
    assert {one.path for one in found.gone} == _archived(old)
    assert found.size == sum(path.stat().st_size for path in _archived(old))
    remove(found)
    report = run_ingest(old, *())
    assert [file.status for file in report.files] == ["loaded"]
    assert loaded_rows(old) == rows


def test_a_day_younger_than_the_policy_it_stays(old: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEEDBED_RETENTION__LANDING_DAYS", "381")
    assert _plan(old) == Plan((), ())


def test_bytes_that_two_merchants_share_stay_while_one_of_them_is_young(
    old: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    (inbox,) = old.inbox.rglob("*.xlsx")
    copy = old.inbox / "m002" / "same.xlsx"
    copy.parent.mkdir()
    copy.write_bytes(inbox.read_bytes())
    run_ingest(old)
    assert len(_archived(old)) == 1
    assert _plan(old).gone == ()


def test_what_waits_for_a_person_never_expires(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = week_of_orders()
    drop(home, "m001", spoilt(rows, 1))
    drop(home, "m002", spoilt(rows, len(rows)))
    run_ingest(home)
    monkeypatch.setenv("SEEDBED_NOW", LATER)
    monkeypatch.setenv("SEEDBED_RETENTION__LANDING_DAYS", "1")
    found = _plan(home)
    assert found.gone == ()
    assert sorted(sentence[:20] for sentence in found.stays) == ["1 old exports stay: "] * 2
    assert any("seedbed quarantine list" in sentence for sentence in found.stays)
    assert any("seedbed doctor" in sentence for sentence in found.stays)


def test_columns_that_nobody_mapped_keep_their_exports_until_somebody_says_so(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename_headers(drop(home, "m001", week_of_orders(orders=5)), {"订单类型": "全新的列"})
    run_ingest(home)
    monkeypatch.setenv("SEEDBED_NOW", LATER)
    monkeypatch.setenv("SEEDBED_RETENTION__LANDING_DAYS", "1")
    found = _plan(home)
    assert found.gone == ()
    (sentence,) = found.stays
    assert "qianfan__orders has columns that no layout maps (全新的列)" in sentence
    assert "--with-unmapped" in sentence
    asked = _plan(home, with_unmapped=True)
    assert {one.path for one in asked.gone} == _archived(home)
