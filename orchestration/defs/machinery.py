"""What Dagster itself says of a home: its daemon, its schedules, and runs whose process is gone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import dagster as dg
from sqlalchemy.exc import OperationalError

from orchestration.flow.doctor.finding import Finding
from orchestration.flow.workspace import is_in_use
from orchestration.home import Home
from orchestration.settings import now

UNFINISHED = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]
# Marks a run that the shell has started: its process holds the home's lock from begin to end.
SHELL_TAG = {"seedbed/started_in": "shell"}
# The daemon says every half minute that it lives.
_SILENCE = timedelta(minutes=5)


def end_dead_runs(instance: dg.DagsterInstance) -> list[str]:
    """Let runs of killed shells count as failed, or the queue would wait for them; gives their ids.

    Whoever calls this has seen that the home was free: no run of a shell is alive then.
    """
    dead = instance.get_runs(dg.RunsFilter(statuses=UNFINISHED, tags=SHELL_TAG))
    for run in dead:
        instance.report_run_failed(run, "Its process was killed; the same command completes it.")
    return [run.run_id for run in dead]


def forget_old_runs(home: Home, before: datetime, *, is_dry: bool) -> int | None:
    """Let Dagster forget runs that ended before a moment, with their logs.

    Gives how many, or None where its record cannot be opened or written, as on a disk without any
    room.
    """
    ended = [status for status in dg.DagsterRunStatus if status not in UNFINISHED]
    old = dg.RunsFilter(statuses=ended, created_before=before)
    try:
        with dg.DagsterInstance.from_config(str(home.dagster)) as instance:
            found = [run.run_id for run in instance.get_runs(old)]
            for run_id in [] if is_dry else found:
                instance.delete_run(run_id)
    except OperationalError:
        return None
    return len(found)


def look_at_dagster(home: Home) -> list[Finding]:
    """What of Dagster keeps the home from running by itself."""
    try:
        with dg.DagsterInstance.from_config(str(home.dagster)) as instance:
            return [*_daemon(instance), *_switched_off(instance), *_dead(home, instance)]
    except OperationalError as error:
        why = f"Dagster's record in {home.dagster} cannot be opened: {error.orig}; "
        return [Finding("fault", why + "make room on its disk, or see who else has it open.")]


def _daemon(instance: dg.DagsterInstance) -> Iterator[Finding]:
    beats = instance.get_daemon_heartbeats().values()
    newest = max((beat.timestamp for beat in beats), default=0)
    last = datetime.fromtimestamp(newest, tz=UTC)
    if abs(now() - last) <= _SILENCE:
        yield Finding("ok", "Dagster's daemon ticks the schedules.")
        return
    since = f" since {last:%Y-%m-%d %H:%M} UTC" if newest else ""
    yield Finding(
        "note",
        f"No daemon ticks the schedules{since}, so nothing runs by itself; keep `seedbed ui` "
        "running as a service, or leave it to cron (docs/monday.md).",
    )


def _switched_off(instance: dg.DagsterInstance) -> Iterator[Finding]:
    for state in instance.all_instigator_state():
        if state.status.value == "STOPPED":
            yield Finding(
                "note",
                f"{state.instigator_name} is switched off; switch it on under Automation in "
                "`seedbed ui`.",
            )


def _dead(home: Home, instance: dg.DagsterInstance) -> Iterator[Finding]:
    if is_in_use(home):
        return
    for run in instance.get_runs(dg.RunsFilter(statuses=UNFINISHED, tags=SHELL_TAG)):
        yield Finding(
            "note",
            f"Run {run.run_id} was killed and counts as running, so no other begins; the next "
            "`seedbed run` ends it.",
        )
