"""What the command line shows: tables and sentences, from the flow's reports. No decisions."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table

if TYPE_CHECKING:
    from orchestration.delivery.channel import Step
    from orchestration.flow.accounting import FileAccount
    from orchestration.flow.digests.preview import Preview
    from orchestration.flow.digests.reissuing import Reissued
    from orchestration.flow.digests.status import Standing
    from orchestration.flow.doctor.finding import Finding
    from orchestration.flow.ingest import IngestReport
    from orchestration.flow.summary import WeekSummary


# A pipe or a log has no edge to wrap at: a sentence stays one line.
_PIPE_WIDTH = 1000


def console(*, stderr: bool = False, file: TextIO | None = None) -> Console:
    """Where a command prints; no word of a text is coloured or turned into a picture."""
    made = Console(stderr=stderr, file=file, highlight=False, emoji=False)
    if not made.is_terminal:
        made.width = _PIPE_WIDTH
    return made


def plain(value: object, *, lines: bool = False) -> str:
    """Text of somebody else on one line, with nothing in it that the terminal would obey.

    With `lines` its own line ends stay.
    """

    def shown(char: str) -> str:
        if char.isprintable() or (lines and char == "\n"):
            return char
        return " " if char.isspace() else "?"

    return escape("".join(map(shown, str(value))))


def as_json(value: object) -> str:
    """JSON for machines, that a terminal can show too."""
    text = json.dumps(value, ensure_ascii=False, indent=2, default=str)
    # Outside of strings there is nothing but printable characters and line ends.
    return "".join(
        char if char.isprintable() or char == "\n" else json.dumps(char)[1:-1] for char in text
    )


def error(console: Console, sentence: str, *, lines: bool = False) -> None:
    """Why a command failed."""
    console.print(f"[red]Error:[/] {plain(sentence.strip(), lines=lines)}")


@contextmanager
def progress(console: Console) -> Iterator[Callable[[str], None]]:
    """A spinner that says what is being done; silent where nobody watches."""
    if not console.is_terminal:
        yield lambda _text: None
        return
    with console.status("starting …") as status:
        yield lambda text: status.update(plain(text))


def _details(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in sorted(counts.items()))


def _file_table(files: Iterable[FileAccount]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("merchant")
    table.add_column("file", overflow="fold")
    table.add_column("status")
    for title in ("read", "loaded", "quarantined", "held", "skipped"):
        table.add_column(title, justify="right")
    for file in files:
        table.add_row(
            plain(file.merchant_id or "?"),
            plain(file.file_name),
            file.status,
            *(
                f"{rows:,}"
                for rows in (
                    file.rows_read,
                    file.rows_loaded,
                    file.rows_quarantined,
                    file.rows_held,
                    file.rows_skipped,
                )
            ),
        )
    return table


def ingest_report(console: Console, report: IngestReport) -> None:
    """What was read now, what was set aside, and why."""
    new = sum(item.is_new for item in report.landed)
    console.print(f"{len(report.landed)} files looked at, {new} new, {len(report.touched)} read.")
    if report.touched:
        console.print(_file_table(report.touched))
    for item in report.set_aside:
        whose = plain(f"{item.merchant_id} {item.file_name} line {item.line}")
        more = f" and {item.rows - 1:,} more" if item.rows > 1 else ""
        console.print(f"[yellow]Set aside[/] {whose}{more}: {plain(item.reason)} ({item.rule})")
    for file in report.touched:
        if file.rows_skipped:
            whose = plain(f"{file.merchant_id} {file.file_name}")
            console.print(f"[dim]Skipped {whose}: {_details(file.skipped_by_reason)}[/]")
    held = [file for file in report.files if file.problem]
    for file in held:
        console.print(f"[yellow]Held[/] {plain(file.problem)} \\[{file.file_sha256[:8]}]")
    if held:
        console.print("[dim]`seedbed ingest --withdraw DIGITS` takes a file off this list.[/]")
    for fault in (item.fault for item in report.landed if item.fault):
        console.print(f"[yellow]Not archived[/] {plain(fault)}")
    _new_headers(console, {header for outcome in report.read for header in outcome.new_headers})
    for fault in report.structural_faults:
        console.print(f"[red]Stopped[/] {plain(fault)}")


def _new_headers(console: Console, headers: Collection[str]) -> None:
    if headers:
        console.print(
            "[yellow]New headers[/] that no layout knows, their values dropped unread: "
            f"{plain(', '.join(sorted(headers)))}"
        )


def week_report(console: Console, summary: WeekSummary) -> None:
    """Where the digests are, and the three numbers that matter to each reader."""
    console.print(
        f"[bold]Week {summary.week.iso}[/] ({summary.week.monday} to {summary.week.as_of})"
    )
    for reader in summary.readers:
        console.print(f"\n[bold]{plain(reader.headline)}[/]")
        figures = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
        figures.add_column()
        figures.add_column(justify="right")
        for label, value in reader.figures:
            figures.add_row(plain(label), plain(value))
        console.print(Padding(figures, (0, 0, 0, 2), expand=False))
        console.print(f"  [dim]{plain(reader.folder)}[/]")
    console.print()
    for channel, messages in sorted(summary.sent.items()):
        if channel == "outbox":
            console.print(f"{messages} messages in {plain(summary.outbox)}")
            continue
        before = summary.told_before.get(channel, 0)
        more = f", {before} readers were told before" if before else ""
        console.print(f"{messages - before} messages sent by {channel}{more}")
    if not summary.sent:
        console.print("No message has left.")
    for sentence in summary.failed:
        console.print(f"[red]Not sent[/] {plain(sentence)}")
    for sentence in summary.waiting:
        console.print(f"[yellow]Waiting[/] {plain(sentence)}")
    for sentence in summary.withheld:
        console.print(f"[yellow]Note[/] {plain(sentence)}")
    _new_headers(console, summary.new_headers)


def previews(console: Console, found: list[Preview]) -> None:
    """The plain text of each digest, with its recipients."""
    for item in found:
        console.print(f"[bold]── {plain(item.name)} · {item.week} · r{item.revision} ──[/]")
        console.print(plain(item.text, lines=True))
        console.print(f"[dim]to {plain(', '.join(item.recipients) or 'nobody yet')}[/]")
        console.print(f"[dim]{plain(item.folder)}[/]")


# What beside a digest itself has a line of its own.
_PARTS = {"message": "", "update": " (first message)", "thread": " (reply)"}


def standings(console: Console, found: list[Standing]) -> None:
    """One line per reader, and below the table what a person must know."""
    colours = {"sent": "green", "failed": "red", "ambiguous": "red"}
    table = Table(box=None, pad_edge=False, header_style="bold")
    titles = ["digest of", "to", "by", "revision", "stands"]
    # A sending tells what went now, and not how weeks end.
    if any(one.ending for one in found):
        titles.append("ended as")
    for title in titles:
        table.add_column(title, overflow="fold")
    for one in found:
        colour = colours.get(one.state, "yellow")
        cells = (
            plain(one.merchant_id),
            plain(one.recipient) + _PARTS[one.part],
            plain(one.channel),
            f"r{one.revision}" if one.revision else "",
            f"[{colour}]{plain(one.state)}[/]",
            one.ending.replace("_", " "),
        )
        table.add_row(*cells[: len(titles)])
    console.print(table)
    told = {one.words: one for one in found if one.words and one.state != "sent"}
    for words, one in told.items():
        console.print(f"[yellow]{plain(one.state)}[/] {plain(words)}")
    for one in found:
        for said in one.said:
            console.print(
                f"[yellow]said[/] {plain(one.merchant_id)} {plain(one.recipient)}: {said}"
            )


def reissued(console: Console, found: Reissued) -> None:
    """A correction: its changes, and how it was told or that it was not."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in ("figure", "as told", "now"):
        table.add_column(title)
    for line in found.changes:
        table.add_row(*map(plain, line))
    console.print(table)
    if found.is_sent:
        standings(console, list(found.standings))
    else:
        console.print(f"Correction {found.number} is not sent; --confirm sends it.")


def findings(console: Console, found: list[Finding]) -> None:
    """One line per thing looked at."""
    marks = {"ok": "[green]ok[/]  ", "note": "[yellow]note[/]", "fault": "[red]bad[/] "}
    for finding in found:
        console.print(f"{marks[finding.level]} {plain(finding.sentence)}")


def steps(console: Console, tried: list[Step]) -> None:
    """One line per step of trying a channel out."""
    for step in tried:
        mark = "[green]ok[/]  " if step.is_done else "[red]bad[/] "
        console.print(f"{mark} {step.name}: {plain(step.sentence)}")
