"""What `seedbed quarantine` prints: sentences for people, JSON for machines. No decisions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from orchestration import printing
from orchestration.cli.common import OUT, notify
from orchestration.periods import BUSINESS_ZONE
from orchestration.printing import plain

if TYPE_CHECKING:
    from orchestration.flow.quarantine.export import ExportReport
    from orchestration.flow.quarantine.judge import RowOutcome
    from orchestration.flow.quarantine.listing import Listing, RuleGroup, WholeFile
    from orchestration.flow.quarantine.mended import MendedCell, MendedRow
    from orchestration.flow.quarantine.retry import RetryReport
    from orchestration.flow.quarantine.undo import Undone

# So many rows fill a screen; --json has them all.
_ROWS_SHOWN = 50
_HASH_SHOWN = 12
_COLOURS = {
    "loaded": "green",
    "discarded": "green",
    "would be mended": "green",
    "would be discarded": "green",
    "refused": "red",
    "waiting": "red",
}


def listing(found: Listing, home: Path, *, as_json: bool) -> None:
    """What waits, the quarantined rows first."""
    if as_json:
        typer.echo(printing.as_json(found.as_dict()))
        return
    for group in found.groups:
        _group(group)
    for title, files in (("Held", found.held), ("Unclaimed", found.unclaimed)):
        for file in files:
            _whole_file(title, file)
    if not found.exit_code:
        OUT.print("Nothing waits for a decision.")
    elif found.groups:
        OUT.print(
            "Next: " + plain(f"seedbed quarantine export FILE.xlsx --home {home}") + ", mend the "
            "rows there, then " + plain(f"seedbed quarantine retry FILE.xlsx --home {home}")
        )


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


def _group(group: RuleGroup) -> None:
    head = f"{group.merchant_id} {group.source} {group.rule}"
    OUT.print(
        f"[yellow]{plain(head)}[/] {_count(group.rows, 'row')} of {_count(group.files, 'file')}"
    )
    OUT.print(f"  {plain(group.reason)}")
    OUT.print(f"  Fix: {plain(group.suggested_fix)}")
    where = f"{group.file_name} line {group.line}"
    OUT.print(f"  First: {plain(where)} \\[{group.file_sha256[:_HASH_SHOWN]}]")
    if group.replaced:
        OUT.print(f"  {group.replaced:,} of them stand whole in newer exports, which count.")


def _whole_file(title: str, file: WholeFile) -> None:
    whose = f"{file.merchant_id} {file.file_name}".strip()
    OUT.print(f"[yellow]{title}[/] {plain(whose)} \\[{file.file_sha256[:_HASH_SHOWN]}]")
    OUT.print(f"  {plain(file.reason)}")
    OUT.print(f"  Mend: {plain(file.mend)}")


def exported(report: ExportReport, home: Path, *, as_json: bool) -> None:
    """What the workbook holds, and what comes next."""
    if as_json:
        typer.echo(printing.as_json(report.as_dict()))
        return
    left_out = f"{_count(report.replaced, 'row')} left out: newer exports have them whole."
    if not report.rows:
        OUT.print("There are no such rows to show, so no workbook was written.")
    else:
        what = f"{_count(report.rows, 'row')} of {_count(report.files, 'file')}"
        OUT.print(f"{plain(report.file)}: {what}.")
        for sheet, rows in report.sheets.items():
            OUT.print(f"  sheet {plain(sheet)}: {_count(rows, 'row')}")
    if report.replaced:
        OUT.print(left_out)
    for note in report.notes:
        notify(f"Note: {note}")
    if report.rows:
        command = f"seedbed quarantine retry {report.file} --home {home}"
        OUT.print(f"Next: mend or discard rows in it, then {plain(command)} --dry-run")


def retried(report: RetryReport, *, as_json: bool) -> None:
    """What became of the rows: those that need somebody one by one, the others as a number."""
    if as_json:
        typer.echo(printing.as_json(report.as_dict()))
        return
    told = [one for one in report.outcomes if one.sentence]
    for one in told[:_ROWS_SHOWN]:
        _outcome(one)
    if len(told) > _ROWS_SHOWN:
        notify(f"{len(told) - _ROWS_SHOWN:,} more are not shown; --json lists them all.")
    for note in report.notes:
        notify(f"Note: {note}")
    for fault in report.structural_faults:
        OUT.print(f"[red]Stopped[/] {plain(fault)}")
    counts = ", ".join(f"{count:,} {fate.value}" for fate, count in report.by_fate.items())
    OUT.print(f"{_count(len(report.outcomes), 'row')} of {plain(report.workbook)}: {counts}.")
    if report.is_dry_run:
        OUT.print("Nothing was written; run it again without --dry-run to do it.")
    elif report.changed_nothing:
        OUT.print("Nothing changes: all that the workbook says was taken before, or was refused.")


def _outcome(one: RowOutcome) -> None:
    colour = _COLOURS.get(one.fate.value, "yellow")
    where = f"{one.merchant_id} {one.file_name} line {one.line}" if one.line else ""
    place = f"{one.sheet} row {one.row}"
    OUT.print(
        f"[{colour}]{one.fate.value}[/] {plain(where or place)}"
        f"{plain(f' (row {one.row} of sheet {one.sheet})') if where else ''}: {plain(one.sentence)}"
    )


def mended(rows: Sequence[MendedRow], notes: Iterable[str], *, as_json: bool) -> None:
    """Every mended row with its cells, old and new."""
    if as_json:
        typer.echo(printing.as_json([row.as_dict() for row in rows]))
        return
    for row in rows:
        where = f"{row.merchant_id} {row.file_name} line {row.line}"
        by = f"{row.workbook}, {row.mended_at.astimezone(BUSINESS_ZONE):%Y-%m-%d %H:%M}"
        what = "discarded" if row.is_discarded else "mended"
        digits = row.file_sha256[:_HASH_SHOWN]
        OUT.print(f"[green]{what}[/] {plain(where)} \\[{digits}] by {plain(by)}")
        for cell in row.cells:
            OUT.print(f"  {plain(_cell(cell))}")
    for note in notes:
        notify(f"Note: {note}")
    if not rows:
        OUT.print("Nothing was mended.")


def _cell(cell: MendedCell) -> str:
    old, new = (text if text is not None else "(empty)" for text in (cell.old, cell.new))
    return f"{cell.header}: {old} → {new}"


def undone(found: Undone, *, as_json: bool) -> None:
    """What became of a row that is no longer mended."""
    if as_json:
        typer.echo(printing.as_json(found.as_dict()))
        return
    where = f"{found.merchant_id} {found.file_name} line {found.line}"
    why = f": {found.sentence}" if found.sentence else ""
    OUT.print(f"{plain(where)} is again what its file says, {found.fate.value}{plain(why)}")
