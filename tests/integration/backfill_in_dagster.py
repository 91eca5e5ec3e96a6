"""Usage: backfill_in_dagster.py FIRST LAST: a backfill of monday_job, as Dagster's daemon does one.

Of the home named by SEEDBED_HOME, from one week's Monday to another's. Prints how the backfill and
each of its runs ended, and what the sensor that delivers said of each.
"""

from __future__ import annotations

import logging
import sys

import dagster as dg
from dagster._core.execution.backfill import BulkActionStatus, PartitionBackfill
from dagster._core.remote_origin import InProcessCodeLocationOrigin
from dagster._core.storage.dagster_run import RunsFilter
from dagster._core.storage.tags import BACKFILL_ID_TAG
from dagster._core.types.loadable_target_origin import LoadableTargetOrigin
from dagster._core.workspace.context import WorkspaceProcessContext
from dagster._core.workspace.load_target import InProcessWorkspaceLoadTarget
from dagster._daemon.backfill import execute_backfill_iteration
from dagster._daemon.run_coordinator.queued_run_coordinator_daemon import QueuedRunCoordinatorDaemon
from dagster._time import get_current_timestamp

from orchestration.settings import export_environment, home_from_environment

home = home_from_environment()
export_environment(home)

from orchestration.definitions import defs  # noqa: E402 - definitions read the home when they load
from orchestration.defs.partitions import weekly_partitions  # noqa: E402
from orchestration.defs.quick_record import quick_record  # noqa: E402

ID = "weeksagain"
# The daemon starts runs in processes of a code server; here they run where they are taken.
_LAUNCHER = """
run_launcher:
  module: dagster._core.launcher.sync_in_memory_run_launcher
  class: SyncInMemoryRunLauncher
"""


def request(context: WorkspaceProcessContext, first: str, last: str) -> None:
    """What a click on "Launch backfill" asks of the daemon."""
    (location,) = context.create_request_context().code_locations
    (repository,) = location.get_repositories().values()
    weeks = next(one for one in repository.get_partition_sets() if one.job_name == "monday_job")
    keys = weekly_partitions.get_partition_keys()
    context.instance.add_backfill(
        PartitionBackfill(
            backfill_id=ID,
            status=BulkActionStatus.REQUESTED,
            from_failure=False,
            tags={},
            backfill_timestamp=get_current_timestamp(),
            partition_set_origin=weeks.get_remote_origin(),
            partition_names=[key for key in keys if first <= key <= last],
        )
    )


def status_of(instance: dg.DagsterInstance) -> BulkActionStatus:
    backfill = instance.get_backfill(ID)
    assert backfill is not None
    return backfill.status


def sensed(instance: dg.DagsterInstance, run: dg.DagsterRun) -> str:
    sensor = defs().get_repository_def().get_sensor_def("deliver_after_monday")
    (record,) = instance.get_records_for_run(
        run.run_id, of_type=dg.DagsterEventType.RUN_SUCCESS
    ).records
    event = record.event_log_entry.dagster_event
    assert event is not None
    said = sensor(
        dg.build_run_status_sensor_context(
            sensor_name=sensor.name,
            dagster_instance=instance,
            dagster_run=run,
            dagster_event=event,
            partition_key=run.tags.get("dagster/partition"),
        )
    )
    return f"skips: {said.skip_message}" if isinstance(said, dg.SkipReason) else "asks to deliver"


def main(first: str, last: str) -> None:
    with (home.dagster / "dagster.yaml").open("a", encoding="utf-8") as settings:
        settings.write(_LAUNCHER)
    target = LoadableTargetOrigin(module_name="orchestration.definitions")
    origin = InProcessCodeLocationOrigin(target, location_name="seedbed")
    logger = logging.getLogger("backfill")
    with (
        quick_record(home.dagster),
        dg.DagsterInstance.from_config(str(home.dagster)) as instance,
        WorkspaceProcessContext(instance, InProcessWorkspaceLoadTarget(origin)) as context,
    ):
        request(context, first, last)
        queue = QueuedRunCoordinatorDaemon(interval_seconds=1)
        while (status := status_of(instance)) == BulkActionStatus.REQUESTED:
            errors = [*execute_backfill_iteration(context, logger), *queue.run_iteration(context)]
            assert not any(errors), errors
        print("backfill", status.value)
        for run in instance.get_runs(RunsFilter(tags={BACKFILL_ID_TAG: ID})):
            print("run", run.status.value)
            if run.is_success:
                print("sensor", sensed(instance, run))


if __name__ == "__main__":
    main(*sys.argv[1:])
