"""The sensor of failed runs hands on what Dagster knows: job, week, steps and their own words."""

from __future__ import annotations

import json
from pathlib import Path

import dagster as dg
import pytest
import yaml

from orchestration.defs.alerts.sensor import tell_failures
from orchestration.home import Home
from tests.made_homes import new_home


@dg.op
def spoil() -> None:
    try:
        raise ValueError("the disk <is> full")
    except ValueError as error:
        raise RuntimeError("a step failed") from error


@dg.job(partitions_def=dg.StaticPartitionsDefinition(["2024-09-09"]))
def monday_job() -> None:
    spoil()


def test_a_failed_run_reaches_the_outbox_of_the_team(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEEDBED_NOW", "2024-09-16T10:00:00+08:00")
    home = Home(tmp_path / "H")
    monkeypatch.setenv("SEEDBED_HOME", str(home.root))
    new_home(home)
    reader = {"channel": "slack", "address": "C0000001", "digest": "data_team"}
    home.register_file.write_text(
        yaml.safe_dump({"merchants": [], "team": {"recipients": [reader]}}), encoding="utf-8"
    )
    with dg.DagsterInstance.ephemeral() as instance:
        result = monday_job.execute_in_process(
            instance=instance, partition_key="2024-09-09", raise_on_error=False
        )
        context = dg.build_run_status_sensor_context(
            sensor_name="tell_failures",
            dagster_instance=instance,
            dagster_run=result.dagster_run,
            dagster_event=result.get_run_failure_event(),
            partition_key="2024-09-09",
        ).for_run_failure()
        for _ in range(2):
            tell_failures(context)
    (told,) = home.outbox.rglob("*.json")
    lines = [block["text"]["text"] for block in json.loads(told.read_text("utf-8"))["blocks"]]
    assert lines[0] == "Seedbed (H): monday_job of 2024-W37 failed."
    assert lines[1].startswith("spoil: ")
    assert "the disk <is> full" in lines[1]
    assert result.run_id in lines[2]
