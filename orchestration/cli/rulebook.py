"""Check the rulebook, compare two, and edit one as a workbook."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from orchestration import printing
from orchestration.cli.common import (
    ERR,
    OUT,
    DebugOption,
    HomeOption,
    JsonOption,
    chosen_home,
    errors_in_one_line,
    group,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from orchestration.flow.rulebook import RulebookReport
    from orchestration.incentives.programmes.differences import Difference

app = group("rulebook", "Programmes of the platform: what they promise, and to whom.")

_COLOURS = {"added": "green", "removed": "red", "changed": "yellow"}


@app.command("check")
def rulebook_check(
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="[DIR]", help="A folder of a rulebook [default: the home's]."),
    ] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Find what is wrong with programmes, and what may not be meant, by file and line."""
    from orchestration.flow.rulebook import check_rulebook

    with errors_in_one_line(debug=debug):
        report = check_rulebook(chosen_home(home), folder)
    if as_json:
        typer.echo(printing.as_json(report.as_dict()))
    else:
        _tell_report(report)
    raise typer.Exit(report.exit_code)


@app.command("diff")
def rulebook_diff(
    old: Annotated[
        Path | None,
        typer.Argument(metavar="[A]", help="A folder of a rulebook [default: the shipped one]."),
    ] = None,
    new: Annotated[
        Path | None, typer.Argument(metavar="[B]", help="Another [default: the home's].")
    ] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Show what one rulebook says otherwise than another, in words."""
    from orchestration.flow.rulebook import compare_rulebooks
    from orchestration.incentives.rulebook import DEFAULT_RULEBOOK

    with errors_in_one_line(debug=debug):
        found = compare_rulebooks(old or DEFAULT_RULEBOOK, new or chosen_home(home).rulebook)
    if as_json:
        typer.echo(printing.as_json({"differences": [one.as_dict() for one in found]}))
    else:
        _tell_differences(found)


def _tell_report(report: RulebookReport) -> None:
    for sentence in report.faults:
        printing.error(ERR, sentence)
    for sentence in report.warnings:
        OUT.print(f"[yellow]Warning:[/] {printing.plain(sentence)}")
    held = f"{report.programmes} programmes, {report.versions} versions"
    found = f"{_count(report.faults, 'fault')}, {_count(report.warnings, 'warning')}"
    colour = "red" if report.faults else "green"
    OUT.print(f"[{colour}]{found}[/] in {held} of {printing.plain(report.folder)}")


def _count(found: Sequence[str], what: str) -> str:
    return f"{len(found) or 'no'} {what}{'' if len(found) == 1 else 's'}"


def _tell_differences(found: Sequence[Difference]) -> None:
    if not found:
        OUT.print("Both say the same.")
    for (programme, name), of_programme in groupby(
        found, key=lambda one: (one.programme, one.name)
    ):
        shown = f" {printing.plain(name)}" if name != programme else ""
        OUT.print(f"[bold]{printing.plain(programme)}[/]{shown}")
        for one in of_programme:
            OUT.print(f"  {_told(one)}")


def _told(one: Difference) -> str:
    version = f"version {one.version}" if one.version is not None else ""
    what = printing.plain(" · ".join(filter(None, (version, one.what)))) or "the programme"
    words = " → ".join(printing.plain(value) for value in (one.old, one.new) if value is not None)
    return f"[{_COLOURS[one.kind]}]{one.kind}[/] {what}{f': {words}' if words else ''}"
