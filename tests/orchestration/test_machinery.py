"""What the doctor sees of Dagster, and runs whose process was killed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.definitions.run_request import InstigatorType
from dagster._core.remote_origin import (
    InProcessCodeLocationOrigin,
    RemoteInstigatorOrigin,
    RemoteRepositoryOrigin,
)
from dagster._core.scheduler.instigation import (
    InstigatorState,
    InstigatorStatus,
    ScheduleInstigatorData,
)
from dagster._core.test_utils import create_run_for_test
from dagster._core.types.loadable_target_origin import LoadableTargetOrigin
from dagster._daemon.types import DaemonHeartbeat

from orchestration.defs.machinery import SHELL_TAG, end_dead_runs, look_at_dagster
from orchestration.flow.workspace import home_lock
from orchestration.home import Home
from orchestration.settings import now
from tests.made_homes import new_home

pytestmark = pytest.mark.slow


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("SEEDBED_NOW", "2024-09-16T10:00:00+08:00")
    home = Home(tmp_path / "H")
    new_home(home)
    return home


@pytest.fixture
def instance(home: Home) -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.from_config(str(home.dagster)) as instance:
        yield instance


def _sentences(home: Home) -> list[tuple[str, str]]:
    return [(found.level, found.sentence) for found in look_at_dagster(home)]


def _run(instance: dg.DagsterInstance, status: dg.DagsterRunStatus, *, shell: bool) -> str:
    tags = SHELL_TAG if shell else {}
    return create_run_for_test(instance, "monday_job", status=status, tags=tags).run_id


def test_a_home_without_a_daemon_is_told_how_to_have_one(home: Home) -> None:
    ((level, sentence),) = _sentences(home)
    assert level == "note"
    assert "No daemon ticks the schedules, so" in sentence
    assert "`seedbed ui`" in sentence


@pytest.mark.parametrize(("age", "said"), [(10, "ticks the schedules."), (3600, "since 2024-09-")])
def test_a_daemon_is_believed_while_it_says_that_it_lives(
    home: Home, instance: dg.DagsterInstance, age: int, said: str
) -> None:
    beat = DaemonHeartbeat(now().timestamp() - age, "SCHEDULER", "d1", [])
    instance.add_daemon_heartbeat(beat)
    ((_, sentence),) = _sentences(home)
    assert said in sentence


def test_a_schedule_that_somebody_has_switched_off_is_named(
    home: Home, instance: dg.DagsterInstance
) -> None:
    location = InProcessCodeLocationOrigin(LoadableTargetOrigin(module_name="m"), location_name="s")
    origin = RemoteInstigatorOrigin(RemoteRepositoryOrigin(location, "r"), "monday_schedule")
    instance.add_instigator_state(
        InstigatorState(
            origin,
            InstigatorType.SCHEDULE,
            InstigatorStatus.STOPPED,
            ScheduleInstigatorData("30 9 * * 1"),
        )
    )
    assert any("monday_schedule is switched off" in sentence for _, sentence in _sentences(home))


def test_the_killed_run_of_a_shell_is_told_and_ended_and_no_other(
    home: Home, instance: dg.DagsterInstance
) -> None:
    killed = _run(instance, dg.DagsterRunStatus.STARTED, shell=True)
    done = _run(instance, dg.DagsterRunStatus.SUCCESS, shell=True)
    of_the_ui = _run(instance, dg.DagsterRunStatus.STARTED, shell=False)
    told = [sentence for _, sentence in _sentences(home) if sentence.startswith("Run ")]
    assert [killed in sentence for sentence in told] == [True]
    assert end_dead_runs(instance) == [killed]
    statuses = {run.run_id: run.status for run in instance.get_runs()}
    assert statuses == {
        killed: dg.DagsterRunStatus.FAILURE,
        done: dg.DagsterRunStatus.SUCCESS,
        of_the_ui: dg.DagsterRunStatus.STARTED,
    }
    assert end_dead_runs(instance) == []


def test_while_the_home_is_in_use_its_run_is_no_dead_one(
    home: Home, instance: dg.DagsterInstance
) -> None:
    _run(instance, dg.DagsterRunStatus.STARTED, shell=True)
    with home_lock(home):
        # Within one process the lock can be taken again, so another has to look.
        assert not _looked_at_from_outside(home)


def _looked_at_from_outside(home: Home) -> bool:
    code = (
        "import sys; from pathlib import Path; from orchestration.home import Home\n"
        "from orchestration.defs.machinery import look_at_dagster\n"
        "found = look_at_dagster(Home(Path(sys.argv[1])))\n"
        "print(any(one.sentence.startswith('Run ') for one in found))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, home.root], capture_output=True, text=True, check=True
    )
    return done.stdout.split()[-1] == "True"
