"""The register as a workbook, and one merchant at a time."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

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
    group,
    notify,
    refuse_other_ending,
)

if TYPE_CHECKING:
    from orchestration.flow.merchants import RegisterReport

app = group("merchants", "The register: merchants, their shops, accounts and readers.")

# So many faults fill a screen; --json has them all.
_FAULTS_SHOWN = 50


@app.command("export")
def merchants_export(
    file: Annotated[Path, typer.Argument(help="Where to write it: REGISTER.xlsx.", dir_okay=False)],
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace the file if it is there.")
    ] = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Write the register as a workbook to fill in; without merchants it is the template."""
    from orchestration.flow.merchants import export_register
    from orchestration.flow.workspace import open_workspace

    target = chosen_home(home)
    with errors_in_one_line(debug=debug):
        refuse_other_ending(file)
        with open_workspace(target, notify) as workspace:
            count = export_register(workspace, file, overwrite=overwrite)
    if as_json:
        typer.echo(printing.as_json({"file": file, "merchants": count}))
        return
    what = f"{count} merchants" if count else "the template, with an example row in each sheet"
    OUT.print(f"{printing.plain(file)}: {what}.")
    OUT.print(
        "Next: fill it in, then "
        f"{printing.plain(f'seedbed merchants import {file} --home {target.root}')}"
    )


@app.command("import")
def merchants_import(
    file: Annotated[
        Path, typer.Argument(help="A workbook as `export` writes it.", exists=True, dir_okay=False)
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would change; write nothing.")
    ] = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="Take out merchants that are not in the workbook.")
    ] = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Make the register say what a workbook says; every fault is told with its cell."""
    from orchestration.flow.merchants import import_register
    from orchestration.flow.workspace import open_workspace

    target = chosen_home(home)
    with errors_in_one_line(debug=debug), open_workspace(target, notify) as workspace:
        report = import_register(workspace, file, replace=replace, dry_run=dry_run)
    _tell(report, target.root, as_json=as_json)


@app.command("add")
def merchants_add(
    merchant_id: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="Its id [default: the next free one].")
    ] = None,
    name_zh: Annotated[str | None, typer.Option("--name-zh", help="Its Chinese name.")] = None,
    name_en: Annotated[str | None, typer.Option("--name-en", help="Its English name.")] = None,
    name_it: Annotated[str | None, typer.Option("--name-it", help="Its Italian name.")] = None,
    joined_on: Annotated[
        str, typer.Option("--joined-on", help="First day on the platform: 2024-03-01.")
    ] = "",
    shops: Annotated[list[str] | None, typer.Option("--shop", help="Id of a shop.")] = None,
    accounts: Annotated[
        list[str] | None, typer.Option("--account", help="PLATFORM:ID, such as juguang:7001.")
    ] = None,
    emails: Annotated[
        list[str] | None, typer.Option("--email", help="Address that gets its digest.")
    ] = None,
    slack: Annotated[
        list[str] | None, typer.Option("--slack", help="Slack channel that gets its digest.")
    ] = None,
    locale: Annotated[str | None, typer.Option("--locale", help="zh-CN, en or it.")] = None,
    timezone: Annotated[str | None, typer.Option("--timezone", help="Asia/Shanghai.")] = None,
    currency: Annotated[str | None, typer.Option("--currency", help="CNY.")] = None,
    industry: Annotated[str | None, typer.Option("--industry", help="Its industry.")] = None,
    sub_industry: Annotated[
        str | None, typer.Option("--sub-industry", help="Its industry in particular.")
    ] = None,
    private_domain: Annotated[
        bool, typer.Option("--private-domain", help="It keeps group chats.")
    ] = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Add one merchant, with its shops, accounts and readers, and make its inbox."""
    from orchestration.flow.merchants import add_merchant
    from orchestration.flow.workspace import open_workspace

    target = chosen_home(home)
    with errors_in_one_line(debug=debug):
        if not joined_on:
            raise WrongUsage("--joined-on is missing: the first day on the platform.")
        optional = {
            "locale": locale,
            "timezone": timezone,
            "currency": currency,
            "industry_l1": industry,
            "industry_l2": sub_industry,
        }
        fields: dict[str, Any] = {
            "name": {"zh": name_zh, "en": name_en, "it": name_it},
            "joined_on": _day(joined_on),
            "private_domain": private_domain,
            "shops": [{"shop_id": shop} for shop in shops or ()],
            "ad_accounts": [_account(account) for account in accounts or ()],
            "recipients": [
                {"channel": channel, "address": address, "digest": "merchant"}
                for channel, addresses in (("email", emails), ("slack", slack))
                for address in addresses or ()
            ],
            **{field: value for field, value in optional.items() if value is not None},
        }
        with open_workspace(target, notify) as workspace:
            report = add_merchant(workspace, fields, merchant_id)
    _tell(report, target.root, as_json=as_json)


def _day(text: str) -> Any:
    from orchestration.register.workbook.cells import CellError, as_date

    try:
        return as_date(text)
    except CellError as error:
        raise WrongUsage(f"--joined-on {text}: {error}.") from error


def _account(text: str) -> dict[str, str]:
    from orchestration.register.workbook.cells import CellError, as_choice
    from orchestration.register.workbook.columns import PLATFORM_CHOICES

    platform, mark, account_id = text.partition(":")
    if not mark:
        raise WrongUsage(f"--account {text}: write PLATFORM:ID, such as juguang:7001.")
    try:
        return {"platform": as_choice(platform, PLATFORM_CHOICES), "account_id": account_id}
    except CellError as error:
        raise WrongUsage(f"--account {text}: {error}.") from error


def _tell(report: RegisterReport, home: Path, *, as_json: bool) -> None:
    """Say what changed, or everything that keeps it from changing; set the exit code."""
    if as_json:
        typer.echo(printing.as_json(report.as_dict()))
    elif report.faults:
        _tell_faults(report)
    else:
        _tell_changes(report, home)
    raise typer.Exit(report.exit_code)


def _tell_faults(report: RegisterReport) -> None:
    for fault in report.faults[:_FAULTS_SHOWN]:
        printing.error(ERR, fault.sentence)
    more = len(report.faults) - _FAULTS_SHOWN
    others = f" ({more:,} more are not shown; --json lists them all)" if more > 0 else ""
    _tell_notes(report)
    count = len(report.faults)
    notify(f"Nothing was written: {count:,} {'fault' if count == 1 else 'faults'}{others}.")


def _tell_notes(report: RegisterReport) -> None:
    for note in report.notes:
        notify(f"Note: {note}")


def _tell_changes(report: RegisterReport, home: Path) -> None:
    would = "would be " if report.is_dry_run else ""
    changes = report.changes
    for merchant_id, name in changes.added.items():
        OUT.print(f"[green]{would}added[/] {printing.plain(f'{merchant_id} {name}')}")
    for change in changes.changed:
        what = f"{change.merchant_id} {change.field}: {change.old} → {change.new}"
        OUT.print(f"[yellow]{would}changed[/] {printing.plain(what)}")
    for merchant_id, name in changes.removed.items():
        OUT.print(f"[red]{would}removed[/] {printing.plain(f'{merchant_id} {name}')}")
    if not changes:
        OUT.print("Nothing changes: the register says so already.")
    if report.kept:
        kept = ", ".join(report.kept)
        OUT.print(
            f"[dim]Kept, though not in the workbook: {printing.plain(kept)} "
            "(--replace would take them out).[/]"
        )
    _tell_notes(report)
    if report.is_dry_run:
        return
    if report.backup:
        OUT.print(f"[dim]What was before: {printing.plain(report.backup)}[/]")
    folder = f"{report.inbox}/<merchant_id>/" if report.inbox else "<merchant_id>/ of the inbox"
    OUT.print(
        f"Next: drop their exports into {printing.plain(folder)}, then "
        f"seedbed run --home {printing.plain(home)} --week last"
    )
