"""Dagster's own scheduler, on a machine that was off on Monday morning."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.test_utils import create_test_daemon_workspace_context
from dagster._core.workspace.context import WorkspaceProcessContext
from dagster._core.workspace.load_target import ModuleTarget
from dagster._scheduler.scheduler import launch_scheduled_runs

from orchestration.home import Home
from tests.made_homes import new_home

pytestmark = pytest.mark.slow


@pytest.fixture
def daemon(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[dg.DagsterInstance, WorkspaceProcessContext]]:
    home = Home(tmp_path / "H")
    new_home(home)
    monkeypatch.setenv("SEEDBED_HOME", str(home.root))
    target = ModuleTarget(
        module_name="orchestration.definitions",
        attribute=None,
        working_directory=None,
        location_name="seedbed",
    )
    with (
        dg.DagsterInstance.from_config(str(home.dagster)) as instance,
        create_test_daemon_workspace_context(target, instance) as workspace,
    ):
        yield instance, workspace


def test_a_missed_monday_is_made_good_once_at_the_next_start(
    daemon: tuple[dg.DagsterInstance, WorkspaceProcessContext],
) -> None:
    instance, workspace = daemon

    def look(moment: str) -> list[str | None]:
        """A look of the scheduler; the weeks of all Monday runs that wait in the queue."""
        at = datetime.fromisoformat(moment)
        errors = list(filter(None, launch_scheduled_runs(workspace, logging.getLogger(), at, {})))
        assert errors == []
        return [
            run.tags.get("dagster/partition")
            for run in instance.get_runs(dg.RunsFilter(statuses=[dg.DagsterRunStatus.QUEUED]))
            if run.tags.get("dagster/schedule_name") == "monday_schedule"
        ]

    assert look("2024-09-08T12:00:00+08:00") == []
    # Off from Sunday to Tuesday noon.
    assert look("2024-09-10T12:00:00+08:00") == ["2024-09-02"]
    assert look("2024-09-10T12:01:00+08:00") == ["2024-09-02"]
    # And off for two more Mondays: only the week that may still be told.
    assert look("2024-09-24T12:00:00+08:00") == ["2024-09-16", "2024-09-02"]
