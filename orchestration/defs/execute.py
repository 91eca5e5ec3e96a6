"""Run a job of this code location in the calling process, without a daemon."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import dataclass

import dagster as dg
from dagster import DagsterInstance

from orchestration.defs.machinery import SHELL_TAG, end_dead_runs
from orchestration.defs.quick_record import quick_record
from orchestration.defs.run_log import RunLog, innermost
from orchestration.home import Home
from orchestration.periods import Week
from orchestration.settings import home_from_environment

_RUN_LOGGER = "seedbed.run"
_REASON_TAG = "seedbed/reason"


@dg.logger
def run_logger(_context: dg.InitLoggerContext) -> logging.Logger:
    """Where events of a run go besides Dagster's own record: to the log, and to who listens."""
    logger = logging.getLogger(_RUN_LOGGER)
    logger.setLevel(logging.DEBUG)
    logger.propagate = False
    for former in [one for one in logger.handlers if isinstance(one, RunLog)]:
        logger.removeHandler(former)
    if (home := home_from_environment()).dagster.is_dir():
        logger.addHandler(RunLog(home))
    return logger


@dg.definitions
def loggers() -> dg.Definitions:
    """The run's logger, in place of the one that colours the console."""
    return dg.Definitions(loggers={"console": run_logger})


@dataclass(frozen=True)
class JobOutcome:
    """How a run ended."""

    run_id: str
    success: bool
    failures: list[str]


class _Steps(logging.Handler):
    """Tells which step starts, for a person who waits."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        super().__init__()
        self._tell = tell

    def emit(self, record: logging.LogRecord) -> None:
        """Pass on the beginnings of steps, and nothing else."""
        event = getattr(record, "dagster_event", None)
        if event is not None and event.event_type_value == "STEP_START":
            self._tell(event.step_key)


def run_job(
    home: Home,
    job_name: str,
    weeks: tuple[Week, Week] | None,
    on_step: Callable[[str], None],
    why: str = "",
) -> JobOutcome:
    """Run a job to its end; its run shows in the Dagster UI of the home like any other.

    Whoever calls this holds the home's lock, so that no other run of a shell is alive.
    `weeks`: the first and the last one of a job of weeks; all between them are decided together.
    `why`: stands beside the run in the UI.
    A failure is no exception here: it is in the outcome, one sentence per step that failed.
    """
    # Here and not above: loading the definitions loads every module of this folder.
    from orchestration.definitions import defs

    logger = logging.getLogger(_RUN_LOGGER)
    handler = _Steps(on_step)
    logger.addHandler(handler)
    log = home.dagster / "last_run.log"
    try:
        with (
            quick_record(home.dagster),
            DagsterInstance.from_config(str(home.dagster)) as instance,
            log.open("w", encoding="utf-8") as output,
            # dbt's lines go to standard output, where a person expects only the result.
            redirect_stdout(output),
        ):
            end_dead_runs(instance)
            result = (
                defs()
                .resolve_job_def(job_name)
                .execute_in_process(
                    instance=instance,
                    partition_key=weeks[0].key if weeks and weeks[0] == weeks[1] else None,
                    tags={**SHELL_TAG, **_range_tags(weeks), **({_REASON_TAG: why} if why else {})},
                    run_config={"loggers": {"console": {}}},
                    raise_on_error=False,
                )
            )
    finally:
        logger.removeHandler(handler)
    failures = [
        f"{event.step_key}: {cause_of(event)}" for event in result.get_step_failure_events()
    ]
    return JobOutcome(result.run_id, result.success, failures)


def _range_tags(weeks: tuple[Week, Week] | None) -> dict[str, str]:
    """How Dagster marks a run of many partitions, as its own backfills do."""
    if weeks is None or weeks[0] == weeks[1]:
        return {}
    mark = "dagster/asset_partition_range"
    return {f"{mark}_start": weeks[0].key, f"{mark}_end": weeks[1].key}


def cause_of(event: dg.DagsterEvent) -> str:
    """What the step's own code said: the first error, not those that Dagster wrapped around it."""
    error = innermost(event.step_failure_data.error)
    return error.message.strip() if error else "failed"
