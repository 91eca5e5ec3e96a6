"""Quarantine as a place to work in: look, take away as a workbook, bring back mended."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from orchestration import printing
from orchestration.cli import quarantine_shown
from orchestration.cli.common import (
    ERR,
    DebugOption,
    HomeOption,
    JsonOption,
    WrongUsage,
    chosen_home,
    errors_in_one_line,
    group,
    notify,
    refuse_other_ending,
)

if TYPE_CHECKING:
    from orchestration.flow.quarantine.rows import Choice

app = group("quarantine", "Rows that were rejected: look at them, mend them in a workbook.")

_PERSONAL = (
    "This workbook holds personal data and lies outside of the home, which cannot protect it; "
    "keep it private and delete it when it is done."
)

MerchantOption = Annotated[str | None, typer.Option("--merchant", help="Only this merchant's.")]
SourceOption = Annotated[
    str | None, typer.Option("--source", help="Only this source, such as qianfan__orders.")
]
RuleOption = Annotated[str | None, typer.Option("--rule", help="Only rows that break this rule.")]
WeekOption = Annotated[
    str | None, typer.Option("--week", help="Only rows of this week: its Monday, 2024-W37, last.")
]
SinceOption = Annotated[
    str | None, typer.Option("--since", metavar="DAY", help="Only files that came since this day.")
]


@app.command("list")
def quarantine_list(
    merchant: MerchantOption = None,
    source: SourceOption = None,
    rule: RuleOption = None,
    week: WeekOption = None,
    since: SinceOption = None,
    mended: Annotated[
        bool, typer.Option("--mended", help="What was mended: who said so, when, old and new.")
    ] = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Count what waits for a decision, by merchant, source and rule; held files are told too."""
    from orchestration.flow.quarantine.listing import listing
    from orchestration.flow.quarantine.mended import mended_rows
    from orchestration.flow.workspace import open_workspace

    target = chosen_home(home)
    with errors_in_one_line(debug=debug):
        if mended and (rule or week):
            raise WrongUsage("--mended knows no --rule and no --week; a mended row breaks none.")
        choice = _choice(merchant, source, rule, week, since)
        with open_workspace(target, notify) as workspace, printing.progress(ERR) as tell:
            rows, notes = mended_rows(workspace, choice) if mended else ([], [])
            found = None if mended else listing(workspace, choice, tell)
    if found is None:
        quarantine_shown.mended(rows, notes, as_json=as_json)
        return
    quarantine_shown.listing(found, target.root, as_json=as_json)
    raise typer.Exit(found.exit_code)


@app.command("export")
def quarantine_export(
    file: Annotated[Path, typer.Argument(help="Where to write it: FILE.xlsx.", dir_okay=False)],
    merchant: MerchantOption = None,
    source: SourceOption = None,
    rule: RuleOption = None,
    week: WeekOption = None,
    since: SinceOption = None,
    from_landing: Annotated[
        bool, typer.Option("--from-landing", help="Cells exactly as they stand in the files.")
    ] = False,
    personal: Annotated[
        bool,
        typer.Option("--personal", help="With --from-landing: unmapped and personal cells too."),
    ] = False,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace the file if it is there.")
    ] = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Write rejected rows with rule, reason, fix and cells as a workbook, to be mended there."""
    from orchestration.flow.quarantine.export import export_quarantine
    from orchestration.flow.quarantine.gather import How
    from orchestration.flow.workspace import open_workspace

    target = chosen_home(home)
    with errors_in_one_line(debug=debug):
        refuse_other_ending(file)
        if personal and not from_landing:
            raise WrongUsage("--personal needs --from-landing: quarantine holds nothing personal.")
        choice = _choice(merchant, source, rule, week, since)
        how = How(from_landing=from_landing, personal=personal, overwrite=overwrite)
        with open_workspace(target, notify) as workspace, printing.progress(ERR) as tell:
            report = export_quarantine(workspace, file, choice, how, tell)
    if personal and report.rows:
        notify(_PERSONAL)
    quarantine_shown.exported(report, target.root, as_json=as_json)
    raise typer.Exit(report.exit_code)


@app.command("retry")
def quarantine_retry(
    file: Annotated[
        Path, typer.Argument(help="A workbook as `export` writes it.", exists=True, dir_okay=False)
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be taken; write nothing.")
    ] = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Take what was mended in a workbook: the rows are read, checked and loaded again."""
    from orchestration.flow.quarantine.retry import retry
    from orchestration.flow.workspace import open_workspace

    with (
        errors_in_one_line(debug=debug),
        open_workspace(chosen_home(home), notify) as workspace,
        printing.progress(ERR) as tell,
    ):
        report = retry(workspace, file, dry_run=dry_run, progress=tell)
    quarantine_shown.retried(report, as_json=as_json)
    raise typer.Exit(report.exit_code)


@app.command("undo")
def quarantine_undo(
    sha: Annotated[str, typer.Argument(help="The first digits of the file's hash.")],
    line: Annotated[int, typer.Argument(help="The row's line in the file.")],
    merchant: Annotated[
        str | None, typer.Option("--merchant", help="Whose file, if several have it.")
    ] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Let a mended or discarded row be again what its file says."""
    from orchestration.flow.quarantine.undo import undo
    from orchestration.flow.workspace import open_workspace

    with (
        errors_in_one_line(debug=debug),
        open_workspace(chosen_home(home), notify) as workspace,
        printing.progress(ERR) as tell,
    ):
        undone = undo(workspace, sha, line, merchant_id=merchant, progress=tell)
    quarantine_shown.undone(undone, as_json=as_json)
    raise typer.Exit(undone.exit_code)


def _choice(
    merchant: str | None, source: str | None, rule: str | None, week: str | None, since: str | None
) -> Choice:
    from orchestration.flow.quarantine.rows import Choice
    from orchestration.periods import parse_week
    from orchestration.settings import now

    return Choice(
        merchant_id=merchant,
        source=source,
        rule=rule,
        week=parse_week(week, now()) if week else None,
        since=_day(since) if since else None,
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise WrongUsage(f"--since {text} is no day; write it like 2024-06-24.") from error
