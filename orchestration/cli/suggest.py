"""`seedbed merchants suggest`: whose the files are that nobody has claimed."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
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
    WrongUsage,
    chosen_home,
    errors_in_one_line,
    notify,
)
from orchestration.cli.merchants import app

if TYPE_CHECKING:
    from orchestration.flow.owners import IdKey
    from orchestration.flow.suggest.suggestions import NewMerchant, Suggestions
    from orchestration.flow.suggest.weighed import Unclaimed

# A report of an agency may name hundreds of accounts.
_IDS_SHOWN = 5
_DIGITS = 8
# Beyond the strongest, what else speaks for an owner.
_REASONS_SHOWN = 3
_STATES = {
    "sure": "[green]sure[/]",
    "likely": "[yellow]likely[/]",
    "disputed": "[red]disputed[/]",
    "unknown": "[red]unknown[/]",
}


@app.command("suggest")
def merchants_suggest(
    apply: Annotated[
        bool, typer.Option("--apply", help="Give each file that is sure to its merchant.")
    ] = False,
    give: Annotated[
        list[str] | None,
        typer.Option("--give", metavar="SHA=MERCHANT", help="Say whose a file is, by its hash."),
    ] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Say whose files are that nobody has claimed, and what the register lacks."""
    from orchestration.flow.suggest.suggestions import suggestions
    from orchestration.flow.workspace import open_workspace

    target = chosen_home(home)
    with errors_in_one_line(debug=debug):
        choices = dict(map(_choice, give or ()))
        with open_workspace(target, notify) as workspace, printing.progress(ERR) as tell:
            found = suggestions(workspace, apply=apply, choices=choices, progress=tell)
    if as_json:
        typer.echo(printing.as_json(found.as_dict()))
    else:
        _tell(found, target.root)
    raise typer.Exit(found.exit_code)


def _choice(text: str) -> tuple[str, str]:
    digits, mark, merchant_id = text.partition("=")
    if not (mark and digits and merchant_id):
        raise WrongUsage(f"--give {text}: write the first digits of its hash, = and a merchant.")
    return digits, merchant_id


def _tell(found: Suggestions, home: Path) -> None:
    given = {file.file_sha256: merchant_id for file, merchant_id in found.given}
    if not found.files:
        OUT.print("No file waits for an owner.")
    for file in found.files:
        _tell_file(file, given.get(file.file_sha256), home)
    for new in found.new:
        _tell_new(new, home)
    _tell_register(found, home)
    if given:
        what = f"{len(given):,} {'file' if len(given) == 1 else 'files'}"
        OUT.print(f"Given: {what}. Next: {_command(home, 'ingest')}")


def _tell_file(file: Unclaimed, given: str | None, home: Path) -> None:
    what = file.source or "not readable yet"
    ids = f" · {_ids(sorted(file.ids))}" if file.ids else ""
    names = f" · {', '.join(file.names[:_IDS_SHOWN])}" if file.names else ""
    OUT.print(
        f"[bold]{printing.plain(file.file_name)}[/] \\[{file.file_sha256[:_DIGITS]}] "
        f"{printing.plain(f'{what}{ids}{names}')}"
    )
    if file.fault:
        OUT.print(f"  [dim]{printing.plain(file.fault)}[/]")
    if given:
        OUT.print(f"  [green]given to[/] {printing.plain(given)}")
        return
    if file.best:
        OUT.print(
            f"  {_STATES[file.state]}: {printing.plain(file.best.merchant_id)} "
            f"({file.best.certainty:.0%}), {printing.plain(file.best.reason)}"
        )
    else:
        OUT.print(f"  {_STATES[file.state]}: {_without_owner(file)}")
    for one in file.evidence[1 if file.best else 0 :][:_REASONS_SHOWN]:
        reason = f"{one.merchant_id} ({one.certainty:.0%}): {one.reason}"
        OUT.print(f"  [dim]also {printing.plain(reason)}[/]")
    if file.objection:
        OUT.print(f"  [red]{printing.plain(file.objection)}[/]")
    whose = file.best.merchant_id if file.best else "MERCHANT"
    choice = f"{file.file_sha256[:_DIGITS]}={whose}"
    OUT.print(f"  {_command(home, 'merchants', 'suggest', '--give', choice)}")


def _without_owner(file: Unclaimed) -> str:
    if file.evidence:
        return "several merchants may be meant"
    return "nothing that is known speaks for anybody"


def _ids(keys: Sequence[IdKey]) -> str:
    told = [f"{kind} {owned_id}" for kind, _, owned_id in keys[:_IDS_SHOWN]]
    more = [f"{len(keys) - _IDS_SHOWN:,} more"] if len(keys) > _IDS_SHOWN else []
    return ", ".join((*told, *more))


def _tell_new(new: NewMerchant, home: Path) -> None:
    names = ", ".join(new.file_names[:_IDS_SHOWN])
    OUT.print(f"[bold]A new merchant?[/] {printing.plain(names)}")
    OUT.print(f"  {_command(home, *_add_words(new))}")


def _add_words(new: NewMerchant) -> Iterator[str]:
    from orchestration.flow.suggest.suggestions import registrable

    yield from ("merchants", "add", "--name-zh", new.name or "NAME", "--joined-on", "YYYY-MM-DD")
    for key in new.ids:
        kind, platform, owned_id = key
        if registrable(key):
            yield from (
                ("--shop", owned_id) if kind == "shop" else ("--account", f"{platform}:{owned_id}")
            )


def _tell_register(found: Suggestions, home: Path) -> None:
    for merchant_id, count in found.unregistered.items():
        files = f"{count:,} {'file' if count == 1 else 'files'}"
        OUT.print(
            f"[yellow]Not in the register[/] {printing.plain(merchant_id)}, of whom {files} came"
        )
        words = ("merchants", "add", merchant_id, "--name-zh", "NAME", "--joined-on", "YYYY-MM-DD")
        OUT.print(f"  {_command(home, *words)}")
    for merchant_id, keys in found.unregistered_ids.items():
        OUT.print(
            f"[yellow]Not in the register[/] of {printing.plain(merchant_id)}, but in its files: "
            f"{printing.plain(_ids(keys))}"
        )
    if found.unregistered_ids:
        OUT.print(
            f"  Add them to sheets 店铺 and 广告账户 of the workbook, and import it: "
            f"{_command(home, 'merchants', 'export', 'register.xlsx')}"
        )


def _command(home: Path, *words: str) -> str:
    """A command as a shell takes it, whatever is in its words."""
    return printing.plain(shlex.join(("seedbed", *words, "--home", str(home))))
