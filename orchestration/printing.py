"""What the command line shows: tables and sentences, from the flow's reports. No decisions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table

if TYPE_CHECKING:
    from orchestration.flow.accounting import FileAccount
    from orchestration.flow.doctor import Finding
    from orchestration.flow.ingest import IngestReport
    from orchestration.flow.preview import Preview
    from orchestration.flow.summary import WeekSummary


def plain(value: object) -> str:
    """Text of somebody else, with nothing in it that the terminal would obey."""
    shown = (c if c.isprintable() or c == "\n" else " " if c.isspace() else "?" for c in str(value))
    return escape("".join(shown))


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
    for file in report.touched:
        if file.rows_quarantined:
            rules = _details(file.quarantined_by_rule)
            console.print(f"[yellow]Set aside[/] {plain(file.file_name)}: {rules}")
        if file.rows_skipped:
            console.print(
                f"[dim]Skipped {plain(file.file_name)}: {_details(file.skipped_by_reason)}[/]"
            )
    for file in report.files:
        if file.status == "held":
            console.print(f"[yellow]Held[/] {plain(file.reason)}")
    for fault in (item.fault for item in report.landed if item.fault):
        console.print(f"[yellow]Not archived[/] {plain(fault)}")
    drift = sorted({header for outcome in report.read for header in outcome.new_headers})
    if drift:
        console.print(
            f"[yellow]New headers[/] that no layout knows, their values dropped unread: "
            f"{plain(', '.join(drift))}"
        )
    for fault in report.structural_faults:
        console.print(f"[red]Stopped[/] {plain(fault)}")


def week_report(console: Console, summary: WeekSummary) -> None:
    """Where the digests are, and the three numbers that matter to each reader."""
    console.print(
        f"[bold]Week {summary.week.iso}[/] ({summary.week.monday} to {summary.week.as_of})"
    )
    for reader in summary.readers:
        console.print(f"\n[bold]{plain(reader.headline)}[/]", soft_wrap=True)
        figures = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
        figures.add_column()
        figures.add_column(justify="right")
        for label, value in reader.figures:
            figures.add_row(plain(label), plain(value))
        console.print(Padding(figures, (0, 0, 0, 2)))
        console.print(f"  [dim]{plain(reader.folder)}[/]", soft_wrap=True)
    outbox = f"{len(summary.delivered)} messages in {plain(summary.outbox)}"
    console.print(f"\n{outbox}", soft_wrap=True, highlight=False)
    for sentence in summary.withheld:
        console.print(f"[yellow]Note[/] {plain(sentence)}", soft_wrap=True)


def previews(console: Console, found: list[Preview]) -> None:
    """The plain text of each digest, with its recipients."""
    for item in found:
        console.rule(f"{plain(item.name)} · {item.week} · r{item.revision}")
        console.print(plain(item.text), highlight=False)
        console.print(f"[dim]to {plain(', '.join(item.recipients) or 'nobody yet')}[/]")
        console.print(f"[dim]{plain(item.folder)}[/]")


def findings(console: Console, found: list[Finding]) -> None:
    """One line per thing looked at."""
    marks = {"ok": "[green]ok[/]  ", "note": "[yellow]note[/]", "fault": "[red]bad[/] "}
    for finding in found:
        console.print(f"{marks[finding.level]} {plain(finding.sentence)}", highlight=False)
