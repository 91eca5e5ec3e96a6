"""The watcher of the inbox: one run per new state of it, and none for what is not whole."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import dagster as dg
import pytest
import yaml
from fsspec.implementations.memory import MemoryFileSystem

from orchestration.flow.ingest import ingest
from orchestration.flow.workspace import open_workspace
from orchestration.home import Home
from orchestration.samples.workbooks import order_rows, write_orders
from orchestration.samples.world import make_world
from orchestration.settings import now
from tests.made_homes import new_home

pytestmark = pytest.mark.slow


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    home = Home(tmp_path / "H")
    monkeypatch.setenv("SEEDBED_HOME", str(home.root))
    monkeypatch.setenv("SEEDBED_NOW", "2024-09-16T10:00:00+08:00")
    monkeypatch.setenv("SEEDBED_INBOX__SETTLE_SECONDS", "5")
    new_home(home)
    merchant = {
        "merchant_id": "m001",
        "name": {"en": "Example"},
        "joined_on": date(2024, 3, 1),
        "shops": [{"shop_id": "s-1"}],
    }
    home.register_file.write_text(yaml.safe_dump({"merchants": [merchant]}), encoding="utf-8")
    return home


@pytest.fixture
def instance(home: Home) -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.from_config(str(home.dagster)) as instance:
        yield instance


def drop(home: Home, name: str, *, weeks: int = 1, age: float = 60) -> Path:
    world = make_world(seed=weeks, first_day=date(2024, 8, 19), weeks=weeks, orders_a_week=5)
    path = write_orders(home.inbox / "m001" / name, order_rows(world.orders))
    return aged(path, age)


def aged(path: Path, age: float) -> Path:
    moment = now().timestamp() - age
    os.utime(path, (moment, moment))
    return path


class Watch:
    """The sensor as the daemon calls it, tick by tick, with what it remembers in between."""

    def __init__(self, instance: dg.DagsterInstance) -> None:
        self._instance = instance
        self.cursor: str | None = None

    def tick(self) -> dg.RunRequest | dg.SkipReason:
        from orchestration.defs.landing.sensor import inbox_sensor

        context = dg.build_sensor_context(instance=self._instance, cursor=self.cursor)
        result = inbox_sensor(context)
        self.cursor = context.cursor
        assert isinstance(result, dg.RunRequest | dg.SkipReason)
        return result

    def skips(self) -> str:
        result = self.tick()
        assert isinstance(result, dg.SkipReason)
        return result.skip_message or ""

    def run_key(self) -> str:
        result = self.tick()
        assert isinstance(result, dg.RunRequest)
        assert result.run_key
        return result.run_key


@pytest.fixture
def watch(instance: dg.DagsterInstance) -> Watch:
    return Watch(instance)


def test_a_new_file_asks_for_one_run_and_what_has_landed_for_none(home: Home, watch: Watch) -> None:
    assert watch.skips() == "Nothing new: 0 files lie there."
    drop(home, "a.xlsx")
    first = watch.run_key()
    # The run may have failed, or not begun: the same state asks once.
    assert watch.skips() == "Nothing new: 1 files lie there."

    with open_workspace(home) as workspace:
        assert ingest(workspace).exit_code == 0
    drop(home, "b.xlsx", weeks=2)
    second = watch.run_key()
    assert second != first
    with open_workspace(home) as workspace:
        assert [item.is_new for item in ingest(workspace).landed] == [False, True]


def test_what_a_person_has_taken_in_or_away_asks_for_nothing(home: Home, watch: Watch) -> None:
    path = drop(home, "a.xlsx")
    with open_workspace(home) as workspace:
        ingest(workspace)
    assert watch.skips() == "Nothing new: 1 files lie there."
    path.unlink()
    assert watch.skips() == "Nothing new: 0 files lie there."


def test_a_file_that_is_still_being_written_is_waited_for(home: Home, watch: Watch) -> None:
    path = drop(home, "a.xlsx", age=1)
    drop(home, "b.xlsx.crdownload", weeks=2)
    assert watch.skips() == ("Nothing new: 0 files lie there, 2 more are still being written.")
    aged(path, 6)
    key = watch.run_key()
    path.write_bytes(path.read_bytes() + b"\0")
    aged(path, 6)
    assert watch.run_key() != key


def test_what_cannot_be_taken_asks_for_no_run_again_and_again(home: Home, watch: Watch) -> None:
    (home.inbox / "link.csv").symlink_to(home.root)
    told = f"Nothing new: 0 files lie there. {home.inbox}/link.csv is a link; put the file itself"
    assert watch.skips().startswith(told)
    assert watch.skips().startswith(told)


def test_a_run_that_goes_on_is_not_followed_by_another_before_it_ends(
    home: Home, watch: Watch, instance: dg.DagsterInstance
) -> None:
    run = instance.add_run(dg.DagsterRun(job_name="data_job", status=dg.DagsterRunStatus.STARTED))
    drop(home, "a.xlsx")
    assert watch.skips() == "The home is in use: 1 files lie there."
    instance.report_run_canceled(run)
    assert watch.run_key()


# Holds the home as a command would, until it is told to let go.
_HOLD = """
import sys
from pathlib import Path
from orchestration.flow.workspace import home_lock
from orchestration.home import Home
with home_lock(Home(Path(sys.argv[1]))):
    print("held", flush=True)
    sys.stdin.readline()
"""


def test_a_home_that_a_command_holds_is_left_until_it_is_free(home: Home, watch: Watch) -> None:
    drop(home, "a.xlsx")
    pipe = subprocess.PIPE
    command = [sys.executable, "-c", _HOLD, home.root]
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        assert watch.skips() == "The home is in use: 1 files lie there."
        holder.communicate("let go\n")
    assert watch.run_key()


def test_without_a_home_there_is_nothing_to_watch(
    tmp_path: Path, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEEDBED_HOME", str(tmp_path / "nothing"))
    assert "is no home yet" in watch.skips()


def test_an_address_is_watched_like_a_folder(
    home: Home, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEEDBED_INBOX__URL", "memory://watched")
    assert watch.skips().startswith("Nothing new: 0 files lie there. memory://watched cannot be")
    files = MemoryFileSystem()
    files.pipe_file("/watched/m001/a.csv", b"a,b")
    try:
        assert watch.run_key()
        assert watch.skips() == "Nothing new: 1 files lie there."
    finally:
        files.rm("/watched", recursive=True)
