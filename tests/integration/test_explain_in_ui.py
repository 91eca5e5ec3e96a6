"""`explain_job` answers in the UI what `seedbed explain` answers in a terminal."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from homes import seedbed

from orchestration.defs.alerts.sensor import tell_failures
from orchestration.defs.explain.job import explain_job

pytestmark = pytest.mark.slow

WEEK = "m001/2024-W36"


def asked(figure: str) -> dict[str, Any]:
    return {"ops": {"explain": {"config": {"figure": figure}}}}


def metadata(done: dg.ExecuteInProcessResult) -> dict[str, Any]:
    (output,) = (event for event in done.all_events if event.is_successful_output)
    return {name: value.value for name, value in output.step_output_data.metadata.items()}


@pytest.fixture
def home(undisturbed: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SEEDBED_HOME", str(undisturbed))
    return undisturbed


@pytest.mark.parametrize("figure", ["gmv", "refund_amount", "active_customers", "net_gmv"])
def test_the_ui_says_what_the_terminal_says(home: Path, figure: str) -> None:
    told = metadata(explain_job.execute_in_process(asked(f"{WEEK}/{figure}")))
    terminal = seedbed("explain", f"{WEEK}/{figure}", home=home)
    opened, *lines, closed = told["explanation"].splitlines()
    assert (opened, closed) == ("````text", "````")
    assert lines == [line.rstrip() for line in terminal.out.splitlines()]
    assert f"build {told['build']}" in lines[0]
    assert told["every_sum_is_proven"] is True


def test_what_is_no_figure_fails_with_one_sentence(home: Path) -> None:
    failed = explain_job.execute_in_process(asked(f"{WEEK}/profit"), raise_on_error=False)
    assert not failed.success
    (event,) = (one for one in failed.all_events if one.is_step_failure)
    terminal = seedbed("explain", f"{WEEK}/profit", home=home)
    told = event.step_failure_data.user_failure_data
    assert told is not None
    assert told.description is not None
    assert told.description in terminal.err


def test_an_explanation_that_failed_alarms_nobody(home: Path) -> None:
    with dg.instance_for_test() as instance:
        failed = explain_job.execute_in_process(
            asked(f"{WEEK}/profit"), raise_on_error=False, instance=instance
        )
        context = dg.build_run_status_sensor_context(
            sensor_name="tell_failures",
            dagster_event=next(one for one in failed.all_events if one.is_run_failure),
            dagster_instance=instance,
            dagster_run=failed.dagster_run,
        ).for_run_failure()
        skipped = tell_failures(context)
    assert isinstance(skipped, dg.SkipReason)
    assert "explanation" in (skipped.skip_message or "")
