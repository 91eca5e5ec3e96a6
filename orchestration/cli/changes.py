"""What newer files changed of what older ones had said."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain, groupby, islice
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

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

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from orchestration.flow.changes import Restatement
    from orchestration.warehouse.changes import Change

# So many lines fill a few screens; --json has them all.
_SHOWN = 200
# Enough keys to look one up; a late export may bring thousands.
_KEYS_NAMED = 3
_NOTHING = "–"


def changes(
    merchant: Annotated[str | None, typer.Option("--merchant", help="Only this merchant.")] = None,
    source: Annotated[
        str | None, typer.Option("--source", help="Only this source, such as qianfan__orders.")
    ] = None,
    since: Annotated[
        str | None, typer.Option("--since", help="Only files exported on this day or later.")
    ] = None,
    file: Annotated[
        str | None,
        typer.Option("--file", metavar="SHA", help="Only what this file changed, or was changed."),
    ] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Show what newer files changed: old and new, per key and figure."""
    from orchestration.flow.changes import changes as found_changes
    from orchestration.flow.workspace import open_workspace

    with errors_in_one_line(debug=debug), open_workspace(chosen_home(home), notify) as workspace:
        found = found_changes(
            workspace,
            merchant_id=merchant,
            source=source,
            since=_day(since) if since else None,
            file=file,
        )
        with printing.progress(ERR) as tell:
            tell("comparing files")
            # Until the first one is found most of the work is done.
            first = list(islice(found, 1))
        if as_json:
            told = [change.as_dict() for change in chain(first, found)]
            typer.echo(printing.as_json({"changes": told}))
        else:
            _tell(chain(first, found))


def _day(text: str) -> date:
    from datetime import date

    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise WrongUsage(f"--since {text} is no day; write it like 2024-06-24.") from error


def _tell(found: Iterable[Restatement]) -> None:
    """A table per pair of files, until the screen is full; the rest is counted."""
    count = 0
    for _, of_files in groupby(found, key=_files):
        changes = list(of_files)
        if count < _SHOWN:
            _tell_files(changes[: _SHOWN - count])
        count += len(changes)
    if not count:
        OUT.print("No newer file changed anything.")
    elif count > _SHOWN:
        OUT.print(f"[dim]{count - _SHOWN:,} more changes are not shown; --json lists them all.[/]")


def _files(found: Restatement) -> tuple[str, str, str, str]:
    change = found.change
    return change.merchant_id, change.source, change.old_file, change.new_file


def _tell_files(found: Sequence[Restatement]) -> None:
    from orchestration.periods import BUSINESS_ZONE

    first = found[0]
    at = first.change.new_effective_at.astimezone(BUSINESS_ZONE)
    OUT.print(f"[bold]{printing.plain(first.change.merchant_id)}[/] {first.change.source}")
    OUT.print(f"  [dim]{printing.plain(first.old_name)} \\[{first.change.old_file[:8]}][/]")
    OUT.print(
        f"  → {printing.plain(first.new_name)} \\[{first.change.new_file[:8]}], {at:%Y-%m-%d %H:%M}"
    )
    if appeared := [one.change for one in found if one.change.kind == "appeared"]:
        OUT.print(f"  {_new_keys(appeared)}")
    if changed := [one.change for one in found if one.change.kind == "changed"]:
        OUT.print(_table(changed))
    OUT.print()


def _new_keys(appeared: Sequence[Change]) -> str:
    named = ", ".join(_key(change) for change in appeared[:_KEYS_NAMED])
    more = f" and {len(appeared) - _KEYS_NAMED:,} more" if len(appeared) > _KEYS_NAMED else ""
    return f"New on days that the older file had spoken for: {named}{more}"


def _table(changed: Sequence[Change]) -> Table:
    table = Table(box=None, header_style="bold", padding=(0, 1), pad_edge=True)
    table.add_column("key", overflow="fold", ratio=3)
    table.add_column("figure", overflow="fold", ratio=2)
    table.add_column("old", overflow="fold", ratio=2)
    table.add_column("new", overflow="fold", ratio=2)
    last = ""
    for change in changed:
        key = _key(change)
        table.add_row("" if key == last else key, *map(printing.plain, _cells(change)))
        last = key
    return table


def _key(change: Change) -> str:
    parts = json.loads(change.key).values()
    return printing.plain(" · ".join(part for part in parts if part is not None))


def _cells(change: Change) -> tuple[str, str, str]:
    from orchestration.warehouse.changes import ROWS

    if change.column == ROWS:
        is_paired_otherwise = change.old_rows == change.new_rows
        how = ", put together otherwise" if is_paired_otherwise else ""
        return "rows", f"{change.old_rows:,}", f"{change.new_rows:,}{how}"
    if max(change.old_rows, change.new_rows) > 1 and (change.old_total or change.new_total):
        return change.column, _total(change.old_total, change), _total(change.new_total, change)
    return change.column, _values(change.old_values), _values(change.new_values)


def _total(total: Decimal | None, change: Change) -> str:
    if total is None:
        return _NOTHING
    is_amount = any("." in (value or "") for value in (*change.old_values, *change.new_values))
    return f"sum {total if is_amount else int(total):,}"


def _values(values: Sequence[str | None]) -> str:
    """Each value once, with how often it is there."""
    counts = Counter(_NOTHING if value is None else value for value in values)
    told = (f"{value} ×{n}" if n > 1 else value for value, n in counts.items())
    return ", ".join(told) or _NOTHING
