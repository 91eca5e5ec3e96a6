"""How a lesson and what came of it are shown. No decisions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from orchestration.printing import plain

if TYPE_CHECKING:
    from orchestration.exports.learn.proposal import Proposal
    from orchestration.flow.learn.check import Checked
    from orchestration.flow.learn.lesson import Lesson
    from orchestration.flow.learn.teach import Taught

# A cell of an export may be long; its beginning tells what it is.
_CELL_SHOWN = 24


def proposals(console: Console, lesson: Lesson) -> None:
    """What is proposed for each header, and why."""
    kind = "a new source" if lesson.new else "known"
    console.print(
        f"[bold]{plain(lesson.table.file_name)}[/]: {lesson.source} ({kind}), "
        f"{len(lesson.table.columns)} headers, {len(lesson.proposals)} of them to decide on"
    )
    if lesson.proposals:
        console.print(_proposal_table(lesson.proposals))
    for sentence in lesson.new.why if lesson.new else ():
        console.print(f"  {plain(sentence[:1].upper() + sentence[1:])}.")
    if lesson.new:
        patterns = {
            "replace_by": " ".join(lesson.new.replace_by),
            "export_time_pattern": lesson.new.export_time_pattern,
            "period_pattern": lesson.new.period_pattern,
        }
        for name, text in patterns.items():
            if text:
                console.print(f"  [dim]{name}[/] {plain(text)}")


def _proposal_table(found: Sequence[Proposal]) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("header", overflow="fold", ratio=3)
    table.add_column("proposal", overflow="fold", ratio=3)
    table.add_column("sure", justify="right", width=4)
    table.add_column("why, and cells like", overflow="fold", ratio=6)
    for one in found:
        cells = ", ".join(_short(cell) for cell in one.examples)
        why = "; ".join(one.why) + (f" [{cells}]" if cells else "")
        table.add_row(plain(one.header), _what(one), f"{one.certainty:.0%}", plain(why))
    return table


def _what(one: Proposal) -> str:
    if one.action == "map":
        needed = "" if one.required == "no" else ", required"
        return f"[green]{one.column}[/] ({one.type}{needed})"
    if one.is_personal:
        return "[red]personal[/]: dropped"
    return "[yellow]not used[/]: dropped" if one.action == "ignore" else "[yellow]left unknown[/]"


def _short(cell: str) -> str:
    return cell if len(cell) <= _CELL_SHOWN else f"{cell[: _CELL_SHOWN - 1]}…"


def taught(console: Console, report: Taught) -> None:
    """What was written, how the file reads with it, and what to do next."""
    if not report.rows:
        console.print("Nothing to write: every header is known, or left unknown.")
    for name, rows in report.rows.items():
        path = plain(report.folder / name)
        count = f"{len(rows)} {'row' if len(rows) == 1 else 'rows'}"
        would = "Written" if report.is_written else "Would be written"
        console.print(f"{would}: {count} to {path}")
        for row in rows:
            console.print(f"  [dim]{plain(','.join(row))}[/]")
    _read(console, report.checked)
    if report.is_written:
        console.print(
            f"Next: seedbed ingest (and seedbed ingest --reparse {report.source}, if files of it "
            "were read before)"
        )


def _read(console: Console, checked: Checked) -> None:
    skipped = "".join(f", {count:,} skipped ({why})" for why, count in checked.skipped.items())
    days = f", days {checked.first_day} to {checked.last_day}" if checked.first_day else ""
    console.print(f"The file reads: {checked.rows:,} rows of {checked.rows_read:,}{skipped}{days}.")
    for rule, count in checked.faults.items():
        console.print(f"  [yellow]{count:,} rows would go to quarantine[/] ({plain(rule)})")
    if checked.unknown:
        console.print(f"  [yellow]Still unknown[/] {plain(', '.join(checked.unknown))}")
    if checked.sample:
        console.print(_sample_table(checked.sample))


def _sample_table(sample: Sequence[Mapping[str, str | None]]) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("column", overflow="fold", ratio=3)
    for number in range(1, len(sample) + 1):
        table.add_column(f"row {number}", overflow="fold", ratio=2)
    for name in sample[0]:
        table.add_row(name, *(plain(_short(row[name] or "–")) for row in sample))
    return table
