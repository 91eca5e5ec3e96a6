"""The sensor of failed runs. A run in the shell is no matter of it: who started it sees it fail."""

from datetime import UTC, datetime

import dagster as dg

from orchestration.defs.execute import cause_of
from orchestration.defs.explain.job import explain_job
from orchestration.flow.alerts import FailedRun, Failure, tell_failed_run
from orchestration.flow.workspace import glance_at
from orchestration.periods import parse_week
from orchestration.settings import home_from_environment, now


@dg.run_failure_sensor(
    # Who is alarmed a minute later is alarmed in time.
    minimum_interval_seconds=60,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Tells the data team what failed, what it means and what mends it, once per cause.",
)
def tell_failures(context: dg.RunFailureSensorContext) -> dg.SkipReason | None:
    """Post to the readers of the data team's digest, by their channels."""
    run = context.dagster_run
    if run.job_name == explain_job.name:
        return dg.SkipReason("Who asks for an explanation sits in front of it, and sees it fail.")
    key = context.partition_key
    failed = FailedRun(
        job=run.job_name,
        run_id=run.run_id,
        week=parse_week(key, now()) if key else None,
        failures=tuple(
            Failure(event.step_key or "", cause_of(event))
            for event in context.get_step_failure_events()
        ),
        recovered_at=_last_success(context.instance, run.job_name),
    )
    # An alarm does not wait for whoever works on the home.
    with glance_at(home_from_environment()) as workspace:
        for sentence in tell_failed_run(workspace, failed):
            context.log.info(sentence)
    return None


def _last_success(instance: dg.DagsterInstance, job: str) -> datetime | None:
    done = dg.RunsFilter(job_name=job, statuses=[dg.DagsterRunStatus.SUCCESS])
    records = instance.get_run_records(done, limit=1)
    ended = records[0].end_time if records else None
    return datetime.fromtimestamp(ended, tz=UTC) if ended else None
