"""The `seedbed` command: it parses, calls the flow, prints, and sets the exit code.

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 done, but something was held or quarantined.
Heavy imports (Dagster) stand inside the commands that need them, so that the rest is quick.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from orchestration import printing
from orchestration.settings import Home, home_from_environment, now

if TYPE_CHECKING:
    from orchestration.flow.summary import WeekSummary
    from orchestration.periods import Week

app = typer.Typer(
    name="seedbed",
    help="Checked weekly growth figures and digests for merchants on Xiaohongshu.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
digest_app = typer.Typer(name="digest", help="Look at digests.", no_args_is_help=True)
app.add_typer(digest_app)

HomeOption = Annotated[
    Path | None, typer.Option("--home", help="The home directory [default: $SEEDBED_HOME, ./home].")
]
WeekOption = Annotated[str, typer.Option("--week", help="Its Monday, 2024-W37, or last.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]
DebugOption = Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")]


class WrongUsage(Exception):  # noqa: N818 - it names what happened
    """The command was called with words that do not go together."""


def _home(path: Path | None) -> Home:
    return Home(path.expanduser().resolve()) if path else home_from_environment()


def _exit_code(error: Exception) -> int:
    from orchestration.periods import PeriodError

    return 2 if isinstance(error, WrongUsage | PeriodError) else 1


def _sentence(error: Exception) -> str:
    """Our own errors say what is wrong and how to mend it; another one is a fault of ours."""
    is_ours = type(error).__module__.partition(".")[0] in ("orchestration", "expectations")
    if is_ours or isinstance(error, OSError):
        return str(error)
    first_line = str(error).strip().partition("\n")[0]
    return (
        f"{type(error).__name__}: {first_line} (nobody foresaw this; run it again with --debug "
        "and report what it shows)"
    )


@contextmanager
def _errors_in_one_line(*, debug: bool) -> Iterator[None]:
    try:
        yield
    except typer.Exit:
        raise
    except Exception as error:
        if debug:
            raise
        printing.error(_ERR, _sentence(error))
        raise typer.Exit(_exit_code(error)) from None


def _notify(sentence: str) -> None:
    _ERR.print(printing.plain(sentence))


# Dagster turns Ctrl-C into a failure of the step that it hits.
_INTERRUPTED = "DagsterExecutionInterruptedError"
# As the shell and typer have it: 128 and the number of the signal.
_INTERRUPTED_EXIT = 130

_ERR = printing.console(stderr=True)
_OUT = printing.console()


@app.command()
def init(
    home: HomeOption = None,
    sample: Annotated[
        bool, typer.Option("--sample", help="Add merchants and exports to try it with.")
    ] = False,
    debug: DebugOption = False,
) -> None:
    """Make a home directory, or complete one; nothing that is there is overwritten."""
    from orchestration.flow.homes import make_home

    target = _home(home)
    with _errors_in_one_line(debug=debug):
        is_new = not target.register_file.exists()
        make_home(target, sample=sample, notify=_notify)
    typer.echo(f"Home ready: {target.root}")
    if sample and not is_new:
        typer.echo(
            "It has a register already, so no samples were added; --sample wants a new home."
        )
    elif sample:
        typer.echo(f"Next: seedbed run --home {target.root} --week 2024-09-09")
    else:
        typer.echo(
            f"Next: name your merchants in {target.register_file}, drop their exports into "
            f"{target.inbox}/<merchant_id>/, then seedbed run --home {target.root} --week last"
        )


@app.command()
def ingest(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Files [default: the inbox].", exists=True)
    ] = None,
    home: HomeOption = None,
    merchant: Annotated[
        str | None, typer.Option("--merchant", help="Whose files these are.")
    ] = None,
    covers: Annotated[
        str | None, typer.Option("--covers", help="Days they speak for: 2024-06-24..2024-06-30.")
    ] = None,
    withdraw: Annotated[
        str | None, typer.Option("--withdraw", metavar="SHA", help="Take a file's rows out.")
    ] = None,
    reinstate: Annotated[
        str | None, typer.Option("--reinstate", metavar="SHA", help="Take a withdrawn file back.")
    ] = None,
    reparse: Annotated[
        str | None, typer.Option("--reparse", metavar="LAYOUT", help="Read its files again.")
    ] = None,
    as_json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Archive, parse, check and load export files; the same file twice changes nothing."""
    from orchestration.flow import corrections
    from orchestration.flow.ingest import ingest as ingest_files
    from orchestration.flow.workspace import open_workspace
    from orchestration.periods import parse_day_range

    with _errors_in_one_line(debug=debug):
        if covers and not paths:
            raise WrongUsage("--covers speaks of named files; name them.")
        if merchant and not (paths or withdraw or reinstate):
            raise WrongUsage("--merchant speaks of named files; name them.")
        days = parse_day_range(covers) if covers else None
        with open_workspace(_home(home), _notify) as workspace:
            if withdraw:
                file = corrections.withdraw(workspace, withdraw, merchant)
                _notify(f"Withdrawn: {file}")
            if reinstate:
                file = corrections.reinstate(workspace, reinstate, merchant)
                _notify(f"Taken back: {file}")
            if reparse:
                count = corrections.want_reread(workspace, reparse)
                _notify(f"Reading {count} files of {reparse} again.")
            with printing.progress(_ERR) as tell:
                report = ingest_files(
                    workspace, paths or (), merchant_id=merchant, covers=days, progress=tell
                )
    if as_json:
        typer.echo(printing.as_json(report.as_dict()))
    else:
        printing.ingest_report(_OUT, report)
    raise typer.Exit(report.exit_code)


@app.command()
def run(
    home: HomeOption = None,
    week: WeekOption = "last",
    as_json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Ingest, build, publish, decide and compose a week; its digests go to the outbox."""
    from orchestration.flow.workspace import home_lock
    from orchestration.periods import last_closed_week, parse_week

    target = _home(home)
    with _errors_in_one_line(debug=debug):
        chosen, newest = parse_week(week, now()), last_closed_week(now())
        if chosen > newest:
            raise WrongUsage(f"{chosen.iso} is not over yet; the last closed week is {newest.iso}.")
        with home_lock(target, _notify), printing.progress(_ERR) as tell:
            summary = _run_week(target, chosen, tell, debug=debug)
    if as_json:
        typer.echo(printing.as_json(summary.as_dict()))
    else:
        printing.week_report(_OUT, summary)
    raise typer.Exit(summary.exit_code)


def _run_week(home: Home, week: Week, tell: Callable[[str], None], *, debug: bool) -> WeekSummary:
    from orchestration.flow.delivering import deliver_week
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

    outcome = run_job(home, "monday_job", week, tell)
    if not outcome.success:
        _fail(home, outcome.failures, debug=debug)
    with open_workspace(home) as workspace:
        delivered = deliver_week(workspace, week)
        return week_summary(workspace, week, delivered, before)


def _fail(home: Home, failures: Sequence[str], *, debug: bool) -> None:
    from orchestration.flow.faults import stopped_at_gate
    from orchestration.flow.workspace import open_workspace

    if debug:
        for failure in failures:
            printing.error(_ERR, failure, lines=True)
        raise typer.Exit(1)
    if any(_INTERRUPTED in failure for failure in failures):
        _ERR.print("Interrupted; run the same command again, and it goes on where it stopped.")
        raise typer.Exit(_INTERRUPTED_EXIT)
    with open_workspace(home) as workspace:
        stopped = stopped_at_gate(workspace)
    for failure in failures:
        # Dagster only says that a check failed; the gate knows why.
        sentences = stopped if failure.startswith("raw__") and stopped else [failure]
        for sentence in sentences:
            printing.error(_ERR, sentence)
    _ERR.print("Look at the run in `seedbed ui`; mend it and run the same command again.")
    raise typer.Exit(1)


@digest_app.command("preview")
def digest_preview(
    home: HomeOption = None,
    week: WeekOption = "last",
    merchant: Annotated[str | None, typer.Option("--merchant", help="Only this merchant.")] = None,
    as_json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Show the composed digests of a week as they would go out."""
    from orchestration.flow.preview import preview
    from orchestration.flow.workspace import open_workspace
    from orchestration.periods import parse_week

    with (
        _errors_in_one_line(debug=debug),
        open_workspace(_home(home), _notify) as workspace,
    ):
        found = preview(workspace, parse_week(week, now()), merchant)
    if as_json:
        typer.echo(printing.as_json([item.as_dict() for item in found]))
    else:
        printing.previews(_OUT, found)


@app.command()
def doctor(
    home: HomeOption = None, as_json: JsonOption = False, debug: DebugOption = False
) -> None:
    """Find what is wrong with this installation and home, and say how to mend it."""
    from orchestration.flow.doctor import examine

    with _errors_in_one_line(debug=debug):
        findings = examine(_home(home), _notify)
    if as_json:
        typer.echo(printing.as_json([finding.as_dict() for finding in findings]))
    else:
        printing.findings(_OUT, findings)
    raise typer.Exit(1 if any(finding.is_fault for finding in findings) else 0)


@app.command()
def ui(
    home: HomeOption = None,
    port: Annotated[int, typer.Option("--port", help="Where the UI listens, on loopback.")] = 3000,
    debug: DebugOption = False,
) -> None:
    """Open the Dagster UI, its daemon and schedule on this home."""
    from orchestration.flow.ui import become_ui
    from orchestration.flow.workspace import open_workspace

    target = _home(home)
    with _errors_in_one_line(debug=debug):
        with open_workspace(target, _notify):
            pass
        print(f"Dagster UI: http://127.0.0.1:{port} (Ctrl-C stops it)", flush=True)  # noqa: T201
        become_ui(target, port)


def main() -> None:
    """Entry point of the `seedbed` script."""
    # A home holds figures and keys: what any command writes is for its owner only.
    os.umask(0o077)
    app()
