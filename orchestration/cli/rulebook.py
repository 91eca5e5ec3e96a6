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
    notify,
    refuse_other_ending,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from orchestration.flow.eligibility.comparing import Comparison
    from orchestration.flow.rulebook import RulebookReport
    from orchestration.flow.rulebook_workbook import ImportReport
    from orchestration.home import Home
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
        typer.Argument(
            metavar="[A]",
            help="A folder of a rulebook [default: as the last decided week took it].",
        ),
    ] = None,
    new: Annotated[
        Path | None, typer.Argument(metavar="[B]", help="Another [default: the home's].")
    ] = None,
    decide: Annotated[
        bool,
        typer.Option(
            "--decide", help="Decide the last week by both, aside: who changes state on this data."
        ),
    ] = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Show what one rulebook says otherwise than another, in words."""
    from orchestration.cli.eligibility_shown import tell_comparison
    from orchestration.flow.rulebook import compare_rulebooks, decided_rulebook
    from orchestration.incentives.rulebook import DEFAULT_RULEBOOK

    with errors_in_one_line(debug=debug):
        place = chosen_home(home)
        before = old or decided_rulebook(place) or DEFAULT_RULEBOOK
        found = compare_rulebooks(before, new or place.rulebook)
        decided = _decided_by_both(place, old, new) if decide else None
    if as_json:
        told = {"differences": [one.as_dict() for one in found]}
        typer.echo(printing.as_json(told | ({"decisions": decided.as_dict()} if decided else {})))
        return
    _tell_differences(found)
    if decided:
        tell_comparison(OUT, decided)


def _decided_by_both(home: Home, old: Path | None, new: Path | None) -> Comparison:
    from orchestration.flow.eligibility.simulating import simulate
    from orchestration.flow.workspace import open_workspace

    with open_workspace(home, notify) as workspace, printing.progress(ERR) as watch:
        return simulate(workspace, new, (), watch, base=old).comparison


@app.command("export")
def rulebook_export(
    file: Annotated[Path, typer.Argument(help="The workbook to write; it must end in .xlsx.")],
    folder: Annotated[
        Path | None,
        typer.Option("--from", help="A folder of a rulebook [default: the home's]."),
    ] = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace the file if there is one.")
    ] = False,
    home: HomeOption = None,
    debug: DebugOption = False,
) -> None:
    """Write programmes and facts as a workbook."""
    from orchestration.flow.rulebook_workbook import export_rulebook

    with errors_in_one_line(debug=debug):
        refuse_other_ending(file)
        source = folder or chosen_home(home).rulebook
        programmes = export_rulebook(source, file, overwrite=overwrite)
    OUT.print(f"{programmes} programmes in {printing.plain(file)}")


@app.command("import")
def rulebook_import(
    file: Annotated[Path, typer.Argument(help="A workbook.", exists=True, dir_okay=False)],
    into: Annotated[
        Path | None,
        typer.Option("--into", help="The folder whose files are to say so [default: the home's]."),
    ] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Make the files of a rulebook say what a workbook says; every fault is told with its cell."""
    from orchestration.flow.rulebook_workbook import import_rulebook

    with errors_in_one_line(debug=debug):
        report = import_rulebook(file, into or chosen_home(home).rulebook)
    if as_json:
        typer.echo(printing.as_json(report.as_dict()))
    else:
        _tell_import(report)
    raise typer.Exit(report.exit_code)


def _tell_import(report: ImportReport) -> None:
    for sentence in report.faults:
        printing.error(ERR, sentence)
    if report.faults:
        notify(f"Nothing was written: {_count(report.faults, 'fault')}.")
        return
    for name in report.written:
        OUT.print(f"[yellow]written[/] {printing.plain(report.folder / name)}")
    if not report.written:
        OUT.print("Nothing changes: the files say so already.")
    if report.kept:
        kept = printing.plain(", ".join(report.kept))
        OUT.print(f"[dim]Kept, though not in the workbook: {kept}[/]")


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
