"""Every run, of whatever it is started, writes one log: lines of JSON with its id, and no cells."""

import json
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from orchestration.defs.execute import run_logger
from orchestration.home import Home

BUYER = "13800138000"


@dg.op
def tell(context: dg.OpExecutionContext) -> None:
    context.log.warning("One file waits.")


@dg.op(ins={"start": dg.In(dg.Nothing)})
def fail() -> None:
    raise ValueError(f"cannot convert {BUYER} to a date")


@dg.job(logger_defs={"console": run_logger})
def calm() -> None:
    tell()


@dg.job(logger_defs={"console": run_logger})
def broken() -> None:
    fail(start=tell())


def run(job: dg.JobDefinition, home: Home) -> dg.ExecuteInProcessResult:
    with dg.DagsterInstance.ephemeral() as instance:
        return job.execute_in_process(
            instance=instance, raise_on_error=False, run_config={"loggers": {"console": {}}}
        )


def lines(home: Home) -> list[dict[str, Any]]:
    found = sorted(home.run_logs.glob("*.jsonl"))
    return [json.loads(line) for path in found for line in path.read_text("utf-8").splitlines()]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    home = Home(tmp_path / "home")
    home.dagster.mkdir(parents=True)
    monkeypatch.setenv("SEEDBED_HOME", str(home.root))
    return home


def test_each_line_says_of_which_run_and_step_it_is(home: Home):
    first, second = run(calm, home), run(calm, home)
    told = lines(home)
    assert {one["run_id"] for one in told} == {first.run_id, second.run_id}
    assert {one["job"] for one in told} == {"calm"}
    said = [one for one in told if one["level"] == "WARNING"]
    assert [(one["message"], one["step"], one["event"]) for one in said] == [
        ("One file waits.", "tell", None)
    ] * 2
    ends = [one["event"] for one in told if one["run_id"] == second.run_id]
    assert ends.count("RUN_START") == ends.count("RUN_SUCCESS") == 1
    assert [one["at"] for one in told] == sorted(one["at"] for one in told)


def test_a_failure_is_named_and_what_it_quotes_is_not(home: Home):
    result = run(broken, home)
    assert not result.success
    [failed] = [one for one in lines(home) if one["event"] == "STEP_FAILURE"]
    assert (failed["step"], failed["level"]) == ("fail", "ERROR")
    assert failed["error"] == "ValueError"
    assert BUYER not in "".join(path.read_text("utf-8") for path in home.run_logs.iterdir())


def test_without_a_home_nothing_is_written(home: Home):
    home.dagster.rmdir()
    assert run(calm, home).success
    assert not home.root.exists() or list(home.root.iterdir()) == []
