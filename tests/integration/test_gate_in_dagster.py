"""The structural stop in Dagster: the blocking check fails, nothing behind it runs or changes."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from homes import WEEK, drop, environment, make_home, merchant, published, seedbed

from orchestration.samples.workbooks import export_name, order_rows, write_orders
from orchestration.samples.world import make_world

pytestmark = pytest.mark.slow

# The data job in a process of its own; prints what it started, materialized and checked.
_RUN = """
import json, sys
from pathlib import Path
from orchestration.home import Home
from orchestration.settings import export_environment
home = Home(Path(sys.argv[1]))
export_environment(home)
from dagster import DagsterEventType, DagsterInstance
from orchestration.defs.execute import run_job
outcome = run_job(home, "data_job", None, lambda step: None)
from orchestration.definitions import defs
graph = defs().get_repository_def().asset_graph
with DagsterInstance.from_config(str(home.dagster)) as instance:
    last = {
        key.to_user_string(): instance.get_latest_materialization_event(key)
        for key in graph.materializable_asset_keys
        if "dbt" not in graph.get(key).kinds
    }
    events = [entry.dagster_event for entry in instance.all_logs(outcome.run_id)]
events = [event for event in events if event]
checks = [
    event.event_specific_data
    for event in events
    if event.event_type == DagsterEventType.ASSET_CHECK_EVALUATION
]
print("OUTCOME" + json.dumps({
    "success": outcome.success,
    "seconds": {
        key: event.asset_materialization.metadata["seconds"].value if event else None
        for key, event in last.items()
    },
    "failures": outcome.failures,
    "materialized": [
        event.asset_key.to_user_string()
        for event in events
        if event.event_type == DagsterEventType.ASSET_MATERIALIZATION
    ],
    "started": [
        event.step_key for event in events if event.event_type == DagsterEventType.STEP_START
    ],
    "checks": {
        check.check_name: {
            "passed": check.passed,
            "severity": check.severity.value,
            "blocking": check.blocking,
            "metadata": {name: value.value for name, value in check.metadata.items()},
        }
        for check in checks
        if check.asset_key.to_user_string() == "raw/qianfan__orders"
    },
}, default=str))
"""
_HOSTILE = "[red]恶意[bold]\x1b[35m\u202e"


@dataclass(frozen=True)
class Stopped:
    """A home that was fine, and then stopped by a fault that its merchants share."""

    home: Path
    build_before: Path
    tables_before: dict[str, list[tuple[Any, ...]]]
    outcome: dict[str, Any]


def _write(path: Path, first: date, last: date, *, spoilt: bool) -> Path:
    world = make_world(seed=5, first_day=date(2024, 9, 2), weeks=2, orders_a_week=30)
    rows = order_rows(world.between(first, last))
    broken = [row | {"SKU件数": "0"} for row in rows]
    return write_orders(path, broken if spoilt else rows)


def _build(home: Path) -> Path:
    return (home / "published" / "current.duckdb").resolve()


@pytest.fixture(scope="module")
def stopped(tmp_path_factory: pytest.TempPathFactory) -> Stopped:
    folder = tmp_path_factory.mktemp("stopped")
    home = make_home(folder / "H", "m001", "m002")
    entries = [merchant("m001"), merchant("m002", name={"en": _HOSTILE})]
    (home / "merchants.yml").write_text(yaml.safe_dump({"merchants": entries}), encoding="utf-8")
    good = folder / export_name(datetime.fromisoformat("2024-09-09 09:30"))
    bad = folder / export_name(datetime.fromisoformat("2024-09-16 09:30"))
    _write(good, date(2024, 9, 2), date(2024, 9, 8), spoilt=False)
    _write(bad, date(2024, 9, 9), date(2024, 9, 15), spoilt=True)
    for merchant_id in ("m001", "m002"):
        drop(home, merchant_id, [good])
    done = seedbed("run", *WEEK, home=home)
    assert done.code == 3, done.out + done.err  # nothing covers the week yet
    build, tables = _build(home), published(home)
    for merchant_id in ("m001", "m002"):
        drop(home, merchant_id, [bad])
    run = subprocess.run(
        [sys.executable, "-c", _RUN, home],
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return Stopped(home, build, tables, json.loads(run.stdout.split("OUTCOME")[1]))


def test_the_blocking_check_fails_as_an_error_and_says_why(stopped: Stopped) -> None:
    assert stopped.outcome["success"] is False
    structure = stopped.outcome["checks"]["structure"]
    assert (structure["passed"], structure["severity"]) == (False, "ERROR")
    assert structure["blocking"] is True
    assert "2 merchants fail together" in str(structure["metadata"]["faults"])


def test_other_checks_only_warn_and_name_the_failing_rows(stopped: Stopped) -> None:
    checks = stopped.outcome["checks"]
    quantity = checks["quantity_is_at_least_one"]
    assert (quantity["passed"], quantity["severity"]) == (False, "WARN")
    assert quantity["metadata"]["rows_failing"] == quantity["metadata"]["rows_checked"] > 0
    page, _, anchor = quantity["metadata"]["data_docs"].partition("#")
    assert anchor == "quantity_is_at_least_one"
    assert f'id="{anchor}"' in Path(page).read_text(encoding="utf-8")
    assert checks["accounting_closes"]["passed"] is True
    assert checks["rows_are_readable"]["passed"] is True


def test_every_step_that_is_no_model_tells_its_seconds_as_a_number(stopped: Stopped) -> None:
    """Of the run before and of this one, by what Dagster keeps of both."""
    seconds = stopped.outcome["seconds"]
    assert {"landing/files", "staged/rows", "raw/qianfan__orders", "handover/coverage"} <= set(
        seconds
    )
    assert {"handover/weeks", "published/marts", "published/reporting"} <= set(seconds)
    assert {"digests/composed", "quality/page"} <= set(seconds)
    assert [key for key, value in seconds.items() if not isinstance(value, float)] == []
    assert seconds["handover/files"] == seconds["handover/register"] >= 0


def test_nothing_behind_the_gate_runs(stopped: Stopped) -> None:
    materialized = stopped.outcome["materialized"]
    behind = ("handover/", "staging/", "intermediate/", "marts/", "published/")
    assert not [key for key in materialized if key.startswith(behind)]
    assert {"landing/files", "staged/rows"} <= set(materialized)
    started = set(stopped.outcome["started"])
    assert "raw__qianfan__orders" in started
    assert {step for step in started if not step.startswith("raw__")} == {
        "landing__files",
        "staged__rows",
    }


def test_readers_keep_the_build_that_they_had(stopped: Stopped) -> None:
    assert _build(stopped.home) == stopped.build_before
    assert published(stopped.home) == stopped.tables_before
    report = json.loads(seedbed("ingest", "--json", home=stopped.home).out)
    assert sorted({file["status"] for file in report["files"]}) == ["loaded", "received"]


def test_the_command_fails_with_the_reason_in_one_line_and_goes_on_once_allowed(
    stopped: Stopped,
) -> None:
    done = seedbed("run", *WEEK, home=stopped.home)
    assert (done.code, done.out) == (1, "")
    first, second = done.err.splitlines()
    assert first.startswith("Error: ")
    assert "2 merchants fail together" in first
    assert "seedbed ui" in second

    allowed = {"SEEDBED_GATE__MAX_RUN_SHARE": "1"}
    passed = seedbed("ingest", home=stopped.home, **allowed)
    assert passed.code == 3, passed.out + passed.err
    assert passed.out.count("rows are rejected (quantity_below_one") == 2


def test_a_hostile_name_in_the_register_is_shown_as_text(stopped: Stopped) -> None:
    preview = seedbed("digest", "preview", *WEEK, "--merchant", "m002", home=stopped.home)
    assert preview.code == 0, preview.err
    assert "[red]恶意[bold]" in preview.out
    assert all(char.isprintable() or char == "\n" for char in preview.out)
    (digest,) = json.loads(
        seedbed("digest", "preview", *WEEK, "--merchant", "m002", "--json", home=stopped.home).out
    )
    assert digest["name"] == _HOSTILE
