"""`seedbed backup`, `restore` and `gc`, as a person calls them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cli_kit import run, seedbed
from dagster import DagsterInstance, DagsterRunStatus
from dagster._core.test_utils import create_run_for_test

from orchestration.flow.workspace import open_workspace
from orchestration.home import Home
from tests.made_homes import new_home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "H")
    new_home(home)
    return home


def test_a_backup_goes_to_a_folder_and_comes_back_as_another_home(
    home: Home, tmp_path: Path
) -> None:
    done = seedbed(home, "backup", str(tmp_path), "--json")
    assert (done.code, done.err) == (0, "")
    made = json.loads(done.out)
    assert made["damaged"] == []
    assert Path(made["file"]).name == "seedbed-H-20240916T020000Z.tar"
    restored = Home(tmp_path / "R")
    done = run(["restore", made["file"], "--home", str(restored.root)])
    assert (done.code, done.err) == (0, "")
    assert f"seedbed home adopt --home {restored.root}" in done.out
    assert restored.settings_file.read_bytes() == home.settings_file.read_bytes()


def test_what_cannot_be_restored_is_told_in_one_line(home: Home, tmp_path: Path) -> None:
    (tmp_path / "no.tar").write_text("no archive")
    for words in (["restore", str(tmp_path / "no.tar")], ["restore", str(tmp_path / "nothing")]):
        done = run([*words, "--home", str(tmp_path / "R")])
        assert (done.code, done.out, done.err.count("\n")) == (1, "", 1)
    done = run(["restore", str(tmp_path / "no.tar"), "--home", str(home.root)])
    assert "is not empty" in done.err


def test_bytes_that_have_changed_in_the_archive_are_told(home: Home, tmp_path: Path) -> None:
    place = home.landing / "ab" / ("ab" * 32)
    place.parent.mkdir()
    place.write_text("rotten")
    done = seedbed(home, "backup", str(tmp_path / "B.tar"))
    assert done.code == 3
    assert f"landing/ab/{place.name} is not what arrived" in done.err


def test_gc_shows_what_would_go_and_then_removes_it(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = home.published / ".part-build"
    left.write_text("12345")
    with DagsterInstance.from_config(str(home.dagster)) as instance:
        ended, alive = (
            create_run_for_test(instance, "data_job", status=status).run_id
            for status in (DagsterRunStatus.SUCCESS, DagsterRunStatus.STARTED)
        )
        # Dagster dates runs by the real clock.
        monkeypatch.setenv("SEEDBED_NOW", "2999-01-01T00:00:00+08:00")
        done = seedbed(home, "gc", "--dry-run")
        assert (done.code, done.err) == (0, "")
        assert done.out.splitlines() == [
            f"{left}: left half-written by a command that was killed",
            "1 files and folders of 0.0 MB and 1 old runs would go.",
        ]
        assert left.exists()
        assert len(instance.get_runs()) == 2
        assert seedbed(home, "gc").code == 0
        assert [run.run_id for run in instance.get_runs()] == [alive]
        assert ended != alive
    assert not left.exists()
    with open_workspace(home) as workspace:
        assert workspace.store.fact("home_id")
