"""A mart that says what it may not: the run stops before it is published, and says why."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from homes import WEEK, Done, copy_home, drop, published, seedbed

from expectations.mart_suite import mart_names
from orchestration.flow.audit import STAGES, last_audit
from orchestration.flow.workspace import glance_at
from orchestration.home import PROJECT_ROOT, Home

pytestmark = pytest.mark.slow

_MARTS = ("fct_orders", "fct_coverage", "fct_merchant_weeks")


@dataclass(frozen=True)
class Stopped:
    """A home that was fine, and whose marts then broke a rule."""

    home: Path
    build_before: Path
    tables_before: dict[str, list[tuple[Any, ...]]]
    done: Done


def _current(home: Path) -> Path:
    return (home / "published" / "current.duckdb").resolve()


def _stricter_suites(folder: Path) -> None:
    """The shipped package with a rule that no covered day keeps, and a query that cannot be run."""
    shutil.copytree(PROJECT_ROOT / "expectations", folder / "expectations")
    for mart, name, condition in (
        ("fct_coverage", "evidence_is_known", "evidence <> 'hearsay'"),
        ("fct_orders", "amounts_are_of_a_usual_size", "no_such_column"),
    ):
        path = folder / "expectations" / "suites" / "marts" / f"{mart}.yml"
        suite = yaml.safe_load(path.read_text(encoding="utf-8"))
        kwargs = next(one["kwargs"] for one in suite["expectations"] if one["name"] == name)
        keys = ", ".join(suite["keys"])
        kwargs["unexpected_rows_query"] = f"select {keys} from {{batch}} where {condition}"
        path.write_text(yaml.safe_dump(suite, allow_unicode=True), encoding="utf-8")


@pytest.fixture(scope="module")
def stopped(
    tmp_path_factory: pytest.TempPathFactory, undisturbed: Path, exports: list[Path]
) -> Stopped:
    folder = tmp_path_factory.mktemp("stopped")
    home = copy_home(undisturbed, folder / "H")
    before, tables = _current(home), published(home, _MARTS)
    _stricter_suites(folder)
    # Without a new file the build would be one that has passed and is published already.
    drop(home, "m002", exports[:1])
    paths = [str(folder), str(PROJECT_ROOT), os.environ.get("PYTHONPATH", "")]
    done = seedbed("run", *WEEK, home=home, PYTHONPATH=os.pathsep.join(filter(None, paths)))
    return Stopped(home, before, tables, done)


def test_a_plain_run_had_asked_every_mart_and_nothing_failed(undisturbed: Path) -> None:
    with glance_at(Home(undisturbed)) as workspace:
        found = [last_audit(workspace, stage) for stage in STAGES]
    asked = [mart for audit in found for mart in audit.marts]
    assert sorted(mart["mart"] for mart in asked) == list(mart_names())
    assert not [
        (mart["mart"], one["name"])
        for mart in asked
        for one in mart["expectations"]
        if not one["passed"]
    ]
    assert found[1].build_id == _current(undisturbed).stem


def test_the_command_fails_and_says_mart_rule_rows_and_mend(stopped: Stopped) -> None:
    assert (stopped.done.code, stopped.done.out) == (1, "")
    told = " ".join(stopped.done.err.split())
    days = len(stopped.tables_before["fct_coverage"])
    assert "Error: marts.fct_coverage: " in told
    assert "rows fail evidence_is_known (m001 qianfan__orders 2024-08-19; " in told
    assert "Teach int_coverage_days how strong the new evidence is" in told
    # More than were published: the file of m002 is among them.
    count = int(told.partition("marts.fct_coverage: ")[2].partition(" of ")[0])
    assert count > days
    assert "Error: marts.fct_orders: amounts_are_of_a_usual_size gives no answer: " in told
    assert 'Referenced column "no_such_column" not found' in told
    assert "Traceback" not in told


def test_readers_keep_the_build_that_they_had(stopped: Stopped) -> None:
    assert _current(stopped.home) == stopped.build_before
    assert published(stopped.home, _MARTS) == stopped.tables_before


def test_nothing_behind_the_audit_runs(stopped: Stopped) -> None:
    logs = sorted((stopped.home / "dagster" / "log").glob("*.jsonl"))
    lines = [json.loads(line) for log in logs for line in log.read_text().splitlines()]
    last = [line for line in lines if line["run_id"] == lines[-1]["run_id"]]
    started = {line["step"] for line in last if line["event"] == "STEP_START"}
    assert {"dbt_data", "audit_data_marts"} <= started
    behind = ("published__", "dbt_weekly", "audit_weekly", "digests", "quality")
    assert not [step for step in started if step.startswith(behind)]
    checks = [line["message"] for line in last if line["event"] == "ASSET_CHECK_EVALUATION"]
    for name in ("evidence_is_known", "amounts_are_of_a_usual_size"):
        assert [told for told in checks if name in told], checks[:3]
