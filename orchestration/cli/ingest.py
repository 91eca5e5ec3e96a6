"""Bring export files in, and take single ones out again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

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

    with errors_in_one_line(debug=debug):
        if covers and not paths:
            raise WrongUsage("--covers speaks of named files; name them.")
        if merchant and not (paths or withdraw or reinstate):
            raise WrongUsage("--merchant speaks of named files; name them.")
        days = parse_day_range(covers) if covers else None
        with open_workspace(chosen_home(home), notify) as workspace:
            if withdraw:
                file = corrections.withdraw(workspace, withdraw, merchant)
                notify(f"Withdrawn: {file}")
            if reinstate:
                file = corrections.reinstate(workspace, reinstate, merchant)
                notify(f"Counts again: {file}")
            if reparse:
                count = corrections.want_reread(workspace, reparse)
                notify(f"Reading {count} files of {reparse} again.")
            with printing.progress(ERR) as tell:
                report = ingest_files(
                    workspace, paths or (), merchant_id=merchant, covers=days, progress=tell
                )
    if as_json:
        typer.echo(printing.as_json(report.as_dict()))
    else:
        printing.ingest_report(OUT, report)
    raise typer.Exit(report.exit_code)
