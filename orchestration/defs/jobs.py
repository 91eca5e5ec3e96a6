"""Jobs and their schedule: data, weeks, and the Monday that does both."""

import dagster as dg

from orchestration.defs.partitions import weekly_partitions
from orchestration.periods import BUSINESS_ZONE, last_closed_week
from orchestration.settings import home_from_environment, load_settings

_WEEKLY = dg.AssetSelection.groups("reporting", "digest")

data_job = dg.define_asset_job(
    "data_job",
    selection=dg.AssetSelection.all() - _WEEKLY,
    description="Ingest, build, publish. No weeks: what is new in the inbox decides what changes.",
)

weeks_job = dg.define_asset_job(
    "weeks_job",
    selection=_WEEKLY,
    partitions_def=weekly_partitions,
    description="Decide and compose reporting weeks on the data as it stands. Sends nothing.",
)

monday_job = dg.define_asset_job(
    "monday_job",
    selection=dg.AssetSelection.all(),
    partitions_def=weekly_partitions,
    description="The weekly job: both, for the week that closed on Sunday.",
)


@dg.schedule(
    job=monday_job,
    cron_schedule=load_settings(home_from_environment()).schedule.cron,
    execution_timezone=str(BUSINESS_ZONE),
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Ingests, builds, publishes, decides and composes the week that closed on Sunday.",
)
def monday_schedule(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    """Every Monday morning in Asia/Shanghai, for the week that closed on Sunday."""
    week = last_closed_week(context.scheduled_execution_time)
    return dg.RunRequest(run_key=week.key, partition_key=week.key)
