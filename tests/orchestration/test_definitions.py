"""The code location loads, and has the assets, checks, jobs and schedules that it promises."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from expectations.mart_suite import load_mart_suite, mart_names
from orchestration.digest.layout_health import PUBLISHED_MARTS, QUALITY_PAGE

pytestmark = pytest.mark.slow

# In a process of its own: definitions read the home from the environment when they load.
_DESCRIBE = """
import json
from orchestration.definitions import defs
repository = defs().get_repository_def()
graph = repository.asset_graph
schedule = repository.get_schedule_def("monday_schedule")
inbox = repository.get_sensor_def("inbox_sensor")
keys = sorted(graph.get_all_asset_keys())
weekly = [key for key in keys if graph.get(key).is_partitioned]
from dagster import AssetKey
from dagster._core.execution.api import create_execution_plan
def waits(job):
    steps = create_execution_plan(job).get_executable_step_deps()
    names = ("published__marts", "published__reporting", "dbt_weekly")
    return {step: [one for one in sorted(steps[step]) if one.startswith("audit_")]
        for step in names if step in steps} | {
        step: sorted(steps[step]) for step in steps if step.startswith("audit_")}
jobs = {name: repository.get_job(name) for name in ("data_job", "weeks_job", "monday_job")}
alone = defs().resolve_implicit_global_asset_job_def()
for key in ("published/marts", "marts/fct_orders"):
    jobs[key] = alone.get_subset(asset_selection={AssetKey(key.split("/"))})
print("DESCRIBED" + json.dumps({
    "assets": [key.to_user_string() for key in keys],
    "weekly": [key.to_user_string() for key in weekly],
    "first_partition": graph.get(weekly[0]).partitions_def.get_first_partition_key(),
    "checks": sorted(f"{c.asset_key.to_user_string()}:{c.name}" for c in graph.asset_check_keys),
    "jobs": sorted(job.name for job in repository.get_all_jobs()),
    "cron": schedule.cron_schedule,
    "zone": schedule.execution_timezone,
    "default": schedule.default_status.value,
    "sensors": sorted(sensor.name for sensor in repository.sensor_defs),
    "running": {one.name: one.default_status.value
        for one in [*repository.schedule_defs, *repository.sensor_defs]},
    "watch": [inbox.job_name, inbox.default_status.value, inbox.minimum_interval_seconds],
    "untold": [key.to_user_string() for key in graph.materializable_asset_keys
        if not (graph.get(key).description and graph.get(key).owners and graph.get(key).kinds
                and graph.get(key).group_name
                and {"docs", "dagster/code_references"}
                <= graph.get(key).metadata.keys())],
    "without_columns": [key.to_user_string() for key in keys
        if key.path[0] in ("staging", "intermediate", "marts", "reporting")
        and not graph.get(key).metadata.get("dagster/column_schema")],
    "waits": {name: waits(job) for name, job in jobs.items()},
    "blocking": sorted(f"{c.asset_key.to_user_string()}:{c.name}" for c in graph.asset_check_keys
        if graph.get(c).blocking and c.asset_key.path[0] == "marts"),
    "weekly_groups": sorted({graph.get(key).group_name for key in weekly}),
}))
"""


def _printed(code: str, home: Path) -> str:
    """What a process of its own prints: definitions know one home for as long as it lives."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "SEEDBED_HOME": str(home)},
        cwd=Path(__file__).resolve().parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def described(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return json.loads(_printed(_DESCRIBE, tmp_path_factory.mktemp("home")).split("DESCRIBED")[1])


def test_every_stage_has_its_assets(described: dict[str, Any]) -> None:
    promised = {
        "landing/files",
        "staged/rows",
        "raw/qianfan__orders",
        "handover/files",
        "handover/coverage",
        "marts/fct_orders",
        "marts/fct_coverage",
        "marts/fct_merchant_days",
        "marts/fct_merchant_weeks",
        "marts/fct_merchant_months",
        "marts/fct_customer_cohorts",
        "marts/fct_customer_cohorts_30d",
        "published/marts",
        "handover/weeks",
        "reporting/rpt_digest_facts",
        "published/reporting",
        "digests/composed",
        "quality/page",
    }
    assert promised <= set(described["assets"])
    # The digest of the data team links to these.
    assert {PUBLISHED_MARTS, QUALITY_PAGE} <= set(described["assets"])


def test_only_weekly_things_are_partitioned_and_weeks_begin_on_monday(
    described: dict[str, Any],
) -> None:
    assert described["weekly_groups"] == ["digest", "reporting"]
    assert [key for key in described["weekly"] if key.startswith("handover")] == ["handover/weeks"]
    # Of the marts only decisions are of a week.
    assert [key for key in described["weekly"] if key.startswith("marts")] == [
        "marts/fct_incentive_budgets",
        "marts/fct_incentive_criteria",
        "marts/fct_incentive_eligibility",
    ]
    assert described["first_partition"] == "2020-01-06"


_ALL_PARTITIONS = """
from orchestration.definitions import defs
graph = defs().get_repository_def().asset_graph
jobs = defs().get_repository_def().get_all_jobs()
weekly = [graph.get(key) for key in graph.get_all_asset_keys() if graph.get(key).is_partitioned]
found = [one.partitions_def for one in [*weekly, *jobs] if one.partitions_def]
print("FIRST", *{one.get_first_partition_key() for one in found})
"""
_PARTITIONS = """
from orchestration.defs.partitions import weekly_partitions
print("FIRST", weekly_partitions.get_first_partition_key())
"""


@pytest.mark.parametrize(
    ("first_week", "asked"), [("2024-08-26", _ALL_PARTITIONS), ("2018-01-01", _PARTITIONS)]
)
def test_the_first_partition_is_the_first_week_of_the_home(
    tmp_path: Path, first_week: str, asked: str
) -> None:
    """Raised, of every weekly asset and every job of weeks, and lowered."""
    (tmp_path / "seedbed.toml").write_text(f'[schedule]\nfirst_week = "{first_week}"\n', "utf-8")
    assert _printed(asked, tmp_path).split("FIRST")[1].split() == [first_week]


def test_the_gate_and_the_models_are_checked(described: dict[str, Any]) -> None:
    checks = set(described["checks"])
    assert {"raw/qianfan__orders:structure", "raw/qianfan__orders:accounting_closes"} <= checks
    assert any(check.startswith("marts/fct_orders:") for check in checks)


def test_every_expectation_of_a_mart_is_a_check_and_critical_ones_block(
    described: dict[str, Any],
) -> None:
    asked = [(mart, one) for mart in mart_names() for one in load_mart_suite(mart).expectations]
    severities = {f"marts/{mart}:{one.name}": one.severity for mart, one in asked}
    assert set(severities) <= set(described["checks"])
    # Those of dbt that stand on marts block, too.
    blocking = set(described["blocking"]) & set(severities)
    assert blocking == {check for check, one in severities.items() if one == "critical"}


def test_nobody_reads_marts_before_they_are_audited(described: dict[str, Any]) -> None:
    data, weeks = {"audit_data_marts": ["dbt_data"]}, {"audit_weekly_marts": ["dbt_weekly"]}
    by_data, by_weeks = ["audit_data_marts"], ["audit_weekly_marts"]
    assert described["waits"] == {
        "data_job": {"published__marts": by_data, **data},
        "weeks_job": {"published__reporting": by_weeks, "dbt_weekly": [], **weeks},
        "monday_job": {
            "published__marts": by_data,
            "published__reporting": by_weeks,
            "dbt_weekly": by_data,
            **data,
            **weeks,
        },
        # What was audited before is published, or refused: see tests/unit/flow/test_audit.py.
        "published/marts": {"published__marts": []},
        "marts/fct_orders": data,
    }


def test_jobs_schedule_and_sensor(described: dict[str, Any]) -> None:
    jobs = {"data_job", "weeks_job", "monday_job", "delivery_job", "explain_job"}
    assert jobs <= set(described["jobs"])
    assert (described["cron"], described["zone"]) == ("30 9 * * 1", "Asia/Shanghai")
    assert described["default"] == "RUNNING"
    assert described["sensors"] == [
        "deliver_after_monday",
        "inbox_sensor",
        "look_again_at_held",
        "tell_failures",
    ]
    assert described["watch"] == ["data_job", "RUNNING", 60]
    # Nobody has to switch anything on.
    assert set(described["running"]) >= {"monday_schedule", "late_exports_schedule"}
    assert set(described["running"]) >= set(described["sensors"])
    assert set(described["running"].values()) == {"RUNNING"}


def test_no_weekly_asset_can_deliver(described: dict[str, Any]) -> None:
    assert not [key for key in described["assets"] if "outbox" in key or "deliver" in key]


def test_every_asset_says_what_it_is_whose_and_where_to_read_on(described: dict[str, Any]) -> None:
    assert described["untold"] == []


def test_every_model_has_its_columns(described: dict[str, Any]) -> None:
    assert described["without_columns"] == []


def test_how_new_the_data_is_is_checked(described: dict[str, Any]) -> None:
    expected = {
        "published/marts:newest_business_day",
        "published/marts:own_past",
        "published/marts:no_digest_is_held",
        "published/reporting:newest_reporting_week",
    }
    assert expected <= set(described["checks"])
