"""The `seedbed` command: it parses, calls the flow, prints, and sets the exit code.

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 done, but something was held or quarantined.
Heavy imports (Dagster) stand inside the commands that need them, so that the rest is quick.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

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


def _known_errors() -> tuple[type[Exception], ...]:
    from expectations.suite import SuiteError
    from orchestration.delivery.channel import DeliveryError
    from orchestration.digest.content import DigestError
    from orchestration.exports.errors import ExportError
    from orchestration.flow.models import ModelsError
    from orchestration.flow.reading import FileNotFoundInManifest
    from orchestration.flow.workspace import HomeError
    from orchestration.incentives.rulebook import RulebookError
    from orchestration.register import RegisterError
    from orchestration.settings import SettingsError
    from orchestration.state.store import StateError
    from orchestration.warehouse.errors import WarehouseError

    return (
        DeliveryError,
        DigestError,
        ExportError,
        FileNotFoundInManifest,
        HomeError,
        ModelsError,
        RegisterError,
        RulebookError,
        SettingsError,
        StateError,
        SuiteError,
        WarehouseError,
        OSError,
    )


@contextmanager
def _errors_in_one_line(console: Console, *, debug: bool) -> Iterator[None]:
    from orchestration.periods import PeriodError

    try:
        yield
    except (WrongUsage, PeriodError) as error:
        if debug:
            raise
        console.print(f"[red]Error:[/] {printing.plain(error)}", highlight=False)
        raise typer.Exit(2) from None
    except _known_errors() as error:
        if debug:
            raise
        console.print(f"[red]Error:[/] {printing.plain(error)}", highlight=False)
        raise typer.Exit(1) from None


def _print_json(value: Any) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


_ERR = Console(stderr=True)
_OUT = Console()


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
    with _errors_in_one_line(_ERR, debug=debug):
        make_home(target, sample=sample)
    typer.echo(f"Home ready: {target.root}")
    if sample:
        typer.echo(f"Next: seedbed run --home {target.root} --week 2024-09-09")
    else:
        typer.echo(
            f"Next: name your merchants in {target.register_file}, drop their exports into "
            f"{target.inbox}/<merchant_id>/, then seedbed run --home {target.root} --week last"
        )


@app.command()
def ingest(
    paths: Annotated[list[Path] | None, typer.Argument(help="Files [default: the inbox].")] = None,
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
    from orchestration.flow import reading
    from orchestration.flow.ingest import ingest as ingest_files
    from orchestration.flow.workspace import open_workspace
    from orchestration.periods import parse_day_range

    with _errors_in_one_line(_ERR, debug=debug):
        if (covers or merchant) and not paths:
            raise WrongUsage("--covers and --merchant speak of named files; name them.")
        days = parse_day_range(covers) if covers else None
        with open_workspace(_home(home), _ERR.print) as workspace:
            if withdraw:
                reading.withdraw(workspace, withdraw)
            if reinstate:
                reading.reinstate(workspace, reinstate)
            if reparse:
                reading.want_reread(workspace, reparse)
            with printing.progress(_ERR) as tell:
                report = ingest_files(
                    workspace, paths or (), merchant_id=merchant, covers=days, progress=tell
                )
    if as_json:
        _print_json(report.as_dict())
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
    with _errors_in_one_line(_ERR, debug=debug):
        chosen = parse_week(week, now())
        if chosen > last_closed_week(now()):
            raise WrongUsage(
                f"{chosen.iso} is not over yet; the last closed week is "
                f"{last_closed_week(now()).iso}."
            )
        with home_lock(target, _ERR.print), printing.progress(_ERR) as tell:
            summary = _run_week(target, chosen, tell, debug=debug)
    if as_json:
        _print_json(summary.as_dict())
    else:
        printing.week_report(_OUT, summary)
    raise typer.Exit(summary.exit_code)


def _run_week(home: Home, week: Week, tell: Callable[[str], None], *, debug: bool) -> WeekSummary:
    from orchestration.flow.accounting import accounts
    from orchestration.flow.delivering import deliver_week
    from orchestration.flow.models import start_parsing
    from orchestration.flow.summary import week_summary
    from orchestration.flow.workspace import open_workspace
    from orchestration.settings import export_environment

    with open_workspace(home) as workspace:
        before = accounts(workspace)
    start_parsing(home)
    # Dagster reads the home from the environment while it is imported.
    export_environment(home)
    from orchestration.defs.execute import run_job

    outcome = run_job(home, "monday_job", week, tell)
    if not outcome.success:
        _fail(outcome.failures, debug=debug)
    with open_workspace(home) as workspace:
        delivered = deliver_week(workspace, week)
        return week_summary(workspace, week, delivered, before)


def _fail(failures: Sequence[str], *, debug: bool) -> None:
    for failure in failures:
        text = failure if debug else failure.splitlines()[0]
        _ERR.print(f"[red]Error:[/] {printing.plain(text)}", highlight=False)
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
        _errors_in_one_line(_ERR, debug=debug),
        open_workspace(_home(home), _ERR.print) as workspace,
    ):
        found = preview(workspace, parse_week(week, now()), merchant)
    if as_json:
        _print_json([item.as_dict() for item in found])
    else:
        printing.previews(_OUT, found)


@app.command()
def doctor(
    home: HomeOption = None, as_json: JsonOption = False, debug: DebugOption = False
) -> None:
    """Find what is wrong with this installation and home, and say how to mend it."""
    from orchestration.flow.doctor import examine

    with _errors_in_one_line(_ERR, debug=debug):
        findings = examine(_home(home))
    if as_json:
        _print_json([finding.as_dict() for finding in findings])
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
    with _errors_in_one_line(_ERR, debug=debug):
        with open_workspace(target, _ERR.print):
            pass
        print(f"Dagster UI: http://127.0.0.1:{port} (Ctrl-C stops it)", flush=True)  # noqa: T201
        become_ui(target, port)


def main() -> None:
    """Entry point of the `seedbed` script."""
    # A home holds figures and keys: what any command writes is for its owner only.
    os.umask(0o077)
    app()
