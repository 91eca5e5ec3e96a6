"""Delivery as a job of its own: it is no asset, so no backfill can ever start it."""

import dagster as dg
from dagster._core.storage.tags import BACKFILL_ID_TAG

from orchestration.defs.jobs import data_job, monday_job
from orchestration.defs.resources import SeedbedHome
from orchestration.flow.digests.delivering import fill_outbox, send_week
from orchestration.flow.digests.settling import digest_of
from orchestration.flow.digests.status import count_untold
from orchestration.flow.digests.waiting import Window
from orchestration.flow.heartbeat import beat
from orchestration.flow.workspace import is_in_use, open_workspace
from orchestration.periods import BUSINESS_ZONE, Week, last_closed_week, parse_week
from orchestration.settings import home_from_environment, load_settings, now


class DeliveryConfig(dg.Config):
    """Which week to deliver."""

    week: str


@dg.op
def deliver(context: dg.OpExecutionContext, config: DeliveryConfig, seedbed: SeedbedHome) -> None:
    """Deliver what was composed, each part once; refuses every week but the last closed one."""
    week = parse_week(config.week, now())
    newest = last_closed_week(now())
    if week != newest:
        raise dg.Failure(
            f"Only the last closed week, {newest.iso}, is delivered by a job; this is {week.iso}."
        )
    with seedbed.open() as workspace:
        is_sent = workspace.settings.delivery.auto_send
        delivered = (
            send_week(workspace, week, tell=context.log.info)
            if is_sent
            else fill_outbox(workspace, week)
        )
        silent = beat(workspace, week, is_sent=is_sent)
    for sentence in [*(one.sentence for one in delivered.waiting), *([silent] if silent else [])]:
        context.log.warning(sentence)
    problems = [one for one in delivered.outcomes if one.problem]
    # Not the sentence: it has the reader's address, and the log of runs is there to be sent on.
    for one in problems:
        context.log.error(
            f"{digest_of(one.delivery)} by {one.delivery.channel}: {one.delivery.status}."
        )
    context.add_output_metadata(
        {
            "arrived": sum(one.delivery.status == "sent" for one in delivered.outcomes),
            "waiting": len(delivered.waiting),
            "not_sent": len(problems),
        }
    )
    if problems:
        raise dg.Failure(
            f"{len(problems)} messages were not sent; `seedbed digest status` says why.",
            metadata={"problems": "\n".join(one.problem or "" for one in problems)},
        )


@dg.job(
    description="Where delivery.auto_send is on, sends the composed digests of the last closed "
    "week; otherwise fills the outbox."
)
def delivery_job() -> None:
    """One op, so that nothing is sent by accident of selection."""
    deliver()


# From the run of Monday morning on, once an hour: exports come late. The hours after the cut-off of
# Tuesday evening are for a tick that found the home in use, the days after it for a machine that
# was off: no week stays open.
_LATE = ("0 10-23 * * 1", "0 0-23 * * 2", "30 9 * * 3-7")


@dg.schedule(
    job=monday_job,
    cron_schedule=_LATE,
    execution_timezone=str(BUSINESS_ZONE),
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Runs the last closed week again while a digest of it has not been told.",
)
def late_exports_schedule(
    context: dg.ScheduleEvaluationContext,
) -> dg.RunRequest | dg.SkipReason:
    """Ask for the week again if somebody has not been told yet, and would be."""
    moment = context.scheduled_execution_time
    return _week_again(last_closed_week(moment), f"{moment:%dT%H}")


@dg.run_status_sensor(
    run_status=dg.DagsterRunStatus.SUCCESS,
    monitored_jobs=[data_job],
    request_job=monday_job,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Runs the last closed week again when new files came in while a digest waits.",
)
def look_again_at_held(
    context: dg.RunStatusSensorContext,
) -> dg.RunRequest | dg.SkipReason:
    """Ask for the week again after the inbox's files: what waited for them goes at once."""
    moment = now()
    week = last_closed_week(moment)
    settings = load_settings(home_from_environment()).delivery
    if moment < Window.of(week, settings.opens_hours, settings.cut_off_hours).opens:
        return dg.SkipReason("Nothing leaves yet; the first run of the week looks at everything.")
    return _week_again(week, context.dagster_run.run_id)


def _week_again(week: Week, run: str) -> dg.RunRequest | dg.SkipReason:
    home = home_from_environment()
    if not load_settings(home).delivery.auto_send:
        return dg.SkipReason("delivery.auto_send is off; a person sends when all is there.")
    if is_in_use(home):
        return dg.SkipReason("The home is in use; the next hour looks again.")
    with open_workspace(home) as workspace:
        is_done = not count_untold(workspace, week, by_a_run=True)
        unsure = count_untold(workspace, week) if is_done else 0
    if unsure:
        return dg.SkipReason(
            f"{unsure} deliveries of {week.iso} wait for a person's look; `seedbed digest status` "
            "names them."
        )
    if is_done:
        return dg.SkipReason(f"Everybody was told {week.iso}.")
    return dg.RunRequest(run_key=f"{week.key}@{run}", partition_key=week.key)


@dg.run_status_sensor(
    run_status=dg.DagsterRunStatus.SUCCESS,
    monitored_jobs=[monday_job],
    request_job=delivery_job,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Delivers after each Monday run of the last closed week.",
)
def deliver_after_monday(
    context: dg.RunStatusSensorContext,
) -> dg.RunRequest | dg.SkipReason:
    """Ask for a delivery when the run decided the last closed week, and is part of no backfill."""
    if BACKFILL_ID_TAG in context.dagster_run.tags:
        return dg.SkipReason("A backfill delivers nothing; `seedbed digest send` does.")
    week = context.partition_key
    if week is None or week != last_closed_week(now()).key:
        return dg.SkipReason(f"{week} is not the last closed week; nothing is delivered.")
    config = dg.RunConfig(ops={"deliver": DeliveryConfig(week=week)})
    return dg.RunRequest(run_key=context.dagster_run.run_id, run_config=config)
