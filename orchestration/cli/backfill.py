"""Decide closed weeks again, in one run, and tell what was done before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from orchestration import printing
from orchestration.cli.common import (
    ERR,
    OUT,
    DebugOption,
    HomeOption,
    JsonOption,
    WrongUsage,
    chosen_home,
    errors_in_one_line,
    notify,
)
from orchestration.cli.run import fail
from orchestration.home import Home
from orchestration.settings import now

if TYPE_CHECKING:
    from collections.abc import Callable

    from orchestration.flow.backfilling import Logged
    from orchestration.periods import Week


def backfill(
    first: Annotated[
        str | None, typer.Option("--from", metavar="WEEK", help="Its Monday, or 2024-W01.")
    ] = None,
    last: Annotated[
        str | None, typer.Option("--to", metavar="WEEK", help="The same, or last.")
    ] = None,
    reason: Annotated[
        str | None, typer.Option("--reason", help="Why; it is kept with the weeks.")
    ] = None,
    log: Annotated[bool, typer.Option("--log", help="Show the backfills so far.")] = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Build once and decide a range of closed weeks in one run; sends nothing, needs no daemon.

    Killed or failed, the same command completes it.
    """
    from orchestration.flow.workspace import home_lock
    from orchestration.periods import parse_week

    target = chosen_home(home)
    with errors_in_one_line(debug=debug):
        if log:
            _show_log(target, as_json=as_json)
            return
        if first is None or last is None or not (reason or "").strip():
            raise WrongUsage("a backfill wants --from WEEK, --to WEEK and --reason TEXT; or --log.")
        weeks = parse_week(first, now()), parse_week(last, now())
        with home_lock(target, notify), printing.progress(ERR) as tell:
            done = _run(target, weeks, str(reason).strip(), tell, debug=debug)
    if as_json:
        typer.echo(printing.as_json(done.as_dict()))
    else:
        typer.echo(f"{done.first_week} to {done.last_week}: {done.detail}")


def _run(
    home: Home,
    weeks: tuple[Week, Week],
    reason: str,
    tell: Callable[[str], None],
    *,
    debug: bool,
) -> Logged:
    from orchestration.flow import backfilling
    from orchestration.flow.models import start_parsing
    from orchestration.flow.ready import check_ready
    from orchestration.flow.surprises import still_held
    from orchestration.flow.workspace import open_workspace
    from orchestration.settings import export_environment

    with open_workspace(home) as workspace:
        backfilling.check_range(workspace, *weeks)
        check_ready(workspace)
        number = backfilling.begin(workspace, *weeks, reason)
        before = backfilling.count_revisions(workspace, *weeks)
    start_parsing(home)
    # Dagster reads the home from the environment while it is imported.
    export_environment(home)
    from orchestration.defs.execute import run_job

    count = (weeks[1].monday - weeks[0].monday).days // 7 + 1
    # The tables once, and all weeks together: the same two jobs that the UI has.
    for job, span, about in (
        ("data_job", None, "tables"),
        ("weeks_job", weeks, f"{count} weeks"),
    ):
        outcome = run_job(
            home,
            job,
            span,
            lambda step, about=about: tell(f"{about}: {step}"),
            why=f"{weeks[0].iso} to {weeks[1].iso}: {reason}",
        )
        if not outcome.success:
            with open_workspace(home) as workspace:
                backfilling.end(workspace, number, backfilling.FAILED, outcome.failures[0])
            fail(home, outcome.failures, debug=debug)
    with open_workspace(home) as workspace:
        new = backfilling.count_revisions(workspace, *weeks) - before
        said = f"{count} weeks decided, {new} digests say something new. Nothing was sent."
        for sentence in still_held(workspace).values():
            notify(sentence)
        return backfilling.end(workspace, number, backfilling.DONE, said)


def _show_log(home: Home, *, as_json: bool) -> None:
    from orchestration.flow.backfilling import backfills
    from orchestration.flow.workspace import open_workspace

    with open_workspace(home, notify) as workspace:
        found = backfills(workspace)
    if as_json:
        typer.echo(printing.as_json([one.as_dict() for one in found]))
        return
    if not found:
        OUT.print("No backfill was started in this home yet.")
    for one in found:
        when = one.started_at[:16].replace("T", " ")
        OUT.print(
            printing.plain(
                f"{one.number}. {one.first_week} to {one.last_week}, {when} UTC by {one.told_by}: "
                f"{one.result}. {one.detail} Reason: {one.reason}"
            )
        )
