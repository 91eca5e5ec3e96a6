"""The code location loads, and has the assets, checks, jobs and schedules that it promises."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

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
    "weekly_groups": sorted({graph.get(key).group_name for key in weekly}),
}))
"""


@pytest.fixture(scope="module")
def described(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    home = tmp_path_factory.mktemp("home")
    done = subprocess.run(
        [sys.executable, "-c", _DESCRIBE],
        env={**os.environ, "SEEDBED_HOME": str(home)},
        cwd=Path(__file__).resolve().parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.split("DESCRIBED")[1])


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
    done = subprocess.run(
        [sys.executable, "-c", asked],
        env={**os.environ, "SEEDBED_HOME": str(tmp_path)},
        cwd=Path(__file__).resolve().parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split("FIRST")[1].split() == [first_week]


def test_the_gate_and_the_models_are_checked(described: dict[str, Any]) -> None:
    checks = set(described["checks"])
    assert {"raw/qianfan__orders:structure", "raw/qianfan__orders:accounting_closes"} <= checks
    assert any(check.startswith("marts/fct_orders:") for check in checks)


def test_jobs_schedule_and_sensor(described: dict[str, Any]) -> None:
    assert {"data_job", "weeks_job", "monday_job", "delivery_job"} <= set(described["jobs"])
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
