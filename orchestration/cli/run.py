"""One reporting week from its exports to its digests."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from orchestration import printing
from orchestration.cli.common import (
    ERR,
    OUT,
    DebugOption,
    HomeOption,
    JsonOption,
    WeekOption,
    WrongUsage,
    chosen_home,
    errors_in_one_line,
    notify,
)
from orchestration.home import Home
from orchestration.settings import now

if TYPE_CHECKING:
    from orchestration.flow.summary import WeekSummary
    from orchestration.periods import Week

# Dagster turns Ctrl-C into a failure of the step that it hits.
_INTERRUPTED = "DagsterExecutionInterruptedError"
# As the shell and typer have it: 128 and the number of the signal.
_INTERRUPTED_EXIT = 130


def run(
    home: HomeOption = None,
    week: WeekOption = "last",
    send: Annotated[
        bool, typer.Option("--send", help="Send the digests of the last closed week.")
    ] = False,
    as_json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Ingest, build, publish, decide and compose a week; its digests go to the outbox."""
    from orchestration.flow.workspace import home_lock
    from orchestration.periods import last_closed_week, parse_week

    target = chosen_home(home)
    with errors_in_one_line(debug=debug):
        chosen, newest = parse_week(week, now()), last_closed_week(now())
        if chosen > newest:
            raise WrongUsage(f"{chosen.iso} is not over yet; the last closed week is {newest.iso}.")
        if send and chosen != newest:
            raise WrongUsage(
                f"Only the last closed week, {newest.iso}, is sent by a run; "
                f"`seedbed digest send --week {chosen.key} --confirm` sends an older one."
            )
        with home_lock(target, notify), printing.progress(ERR) as tell:
            summary = _run_week(target, chosen, tell, send=send, debug=debug)
    if as_json:
        typer.echo(printing.as_json(summary.as_dict()))
    else:
        printing.week_report(OUT, summary)
    raise typer.Exit(summary.exit_code)


def _run_week(
    home: Home, week: Week, tell: Callable[[str], None], *, send: bool, debug: bool
) -> WeekSummary:
    from orchestration.flow.digests.delivering import fill_outbox, send_week
    from orchestration.flow.heartbeat import beat
    from orchestration.flow.models import start_parsing
    from orchestration.flow.ready import check_ready
    from orchestration.flow.summary import before_run, week_summary
    from orchestration.flow.workspace import open_workspace
    from orchestration.settings import export_environment

    with open_workspace(home) as workspace:
        check_ready(workspace)
        first_week = workspace.settings.schedule.first_week
        if week.key < first_week:
            raise WrongUsage(
                f"{week.iso} lies before schedule.first_week ({first_week}) of this home; "
                "lower that setting, or choose a later week."
            )
        before = before_run(workspace)
    start_parsing(home)
    # Dagster reads the home from the environment while it is imported.
    export_environment(home)
    from orchestration.defs.execute import run_job

    outcome = run_job(home, "monday_job", (week, week), tell)
    if not outcome.success:
        fail(home, outcome.failures, debug=debug)
    with open_workspace(home) as workspace:
        delivered = (
            send_week(workspace, week, tell=notify) if send else fill_outbox(workspace, week)
        )
        if silent := beat(workspace, week, is_sent=send):
            notify(silent)
        return week_summary(workspace, week, delivered, before)


def fail(home: Home, failures: Sequence[str], *, debug: bool) -> NoReturn:
    """Say why a run failed, and end the command."""
    from orchestration.flow.faults import causes_of
    from orchestration.flow.workspace import open_workspace

    if debug:
        for failure in failures:
            printing.error(ERR, failure, lines=True)
        raise typer.Exit(1)
    if any(_INTERRUPTED in failure for failure in failures):
        ERR.print("Interrupted; run the same command again, and it goes on where it stopped.")
        raise typer.Exit(_INTERRUPTED_EXIT)
    with open_workspace(home) as workspace:
        causes = [
            cause
            for failure in failures
            for cause in causes_of(workspace, failure.partition(":")[0], failure)
        ]
    for cause in causes:
        printing.error(ERR, cause)
    ERR.print("Look at the run in `seedbed ui`; mend it and run the same command again.")
    raise typer.Exit(1)
