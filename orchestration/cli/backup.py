"""Back a home up, make a home of a backup, and clear away what a home no longer needs."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated

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
    notify,
)
from orchestration.settings import now

# A screen of them; --json has all.
_SHOWN = 20
_MEGABYTE = 1_000_000
_HELD = 3


def backup(
    target: Annotated[
        Path, typer.Argument(help="A new file, or a folder that gets one named by the time.")
    ],
    home: HomeOption = None,
    as_json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Write what a home cannot make again into one file; it holds personal data and keys."""
    from orchestration.flow.backup.write import back_up
    from orchestration.flow.workspace import open_workspace

    with (
        errors_in_one_line(debug=debug),
        open_workspace(chosen_home(home), notify) as workspace,
        printing.progress(ERR) as tell,
    ):
        made = back_up(workspace, target, tell)
    files = len(made.manifest.files)
    if as_json:
        found = {"file": made.path, "files": files, "bytes": made.size, "damaged": made.damaged}
        typer.echo(printing.as_json({**found, "has_state": made.manifest.has_state}))
    else:
        typer.echo(f"{made.path}: {files:,} files, {made.size / _MEGABYTE:,.1f} MB.")
    for name in made.damaged:
        printing.error(
            ERR,
            f"{name} is not what arrived: its bytes have changed. It is in the backup as it is; "
            "take the export from an older backup, or download it again.",
        )
    if not made.manifest.has_state:
        ERR.print("The state is kept by state_url and not in this file; back it up with pg_dump.")
    raise typer.Exit(_HELD if made.damaged or not made.manifest.has_state else 0)


def restore(
    backup_file: Annotated[Path, typer.Argument(metavar="BACKUP", help="The file of a backup.")],
    home: HomeOption = None,
    debug: DebugOption = False,
) -> None:
    """Make a home of a backup, in a place where nothing is; it sends nothing until adopted."""
    from orchestration.flow.backup.restore import restore as make

    target = chosen_home(home)
    with errors_in_one_line(debug=debug), printing.progress(ERR) as tell:
        manifest = make(target, backup_file, tell)
    typer.echo(
        f"{target.root} has {len(manifest.files):,} files of {manifest.made_at}. "
        f"Next: seedbed run --home {target.root}, which builds its tables again; see that the "
        f"other home sends no more, then seedbed home adopt --home {target.root}."
    )


def gc(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would go; remove nothing.")
    ] = False,
    with_unmapped: Annotated[
        bool,
        typer.Option("--with-unmapped", help="Also expired exports with columns never read."),
    ] = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Remove what a home no longer needs, by [retention] of its settings."""
    from orchestration.defs.machinery import forget_old_runs
    from orchestration.flow.leftovers import plan, remove
    from orchestration.flow.workspace import open_workspace

    with (
        errors_in_one_line(debug=debug),
        open_workspace(chosen_home(home), notify) as workspace,
        printing.progress(ERR) as tell,
    ):
        tell("looking what may go")
        found = plan(workspace, with_unmapped=with_unmapped)
        # First, so that there is room for the record of Dagster, which is written to be read.
        if not dry_run:
            remove(found)
        before = now() - timedelta(days=workspace.settings.retention.run_days)
        runs = forget_old_runs(workspace.home, before, is_dry=dry_run)
    if as_json:
        gone = [one.as_dict() for one in found.gone]
        report = {"is_dry": dry_run, "gone": gone, "bytes": found.size, "runs": runs}
        typer.echo(printing.as_json({**report, "stays": found.stays}))
        return
    for one in found.gone[:_SHOWN]:
        OUT.print(printing.plain(f"{one.path}: {one.why}"))
    if (more := len(found.gone) - _SHOWN) > 0:
        OUT.print(f"and {more:,} more")
    for sentence in found.stays:
        OUT.print(printing.plain(sentence))
    verb = "would go" if dry_run else "are gone"
    old_runs = "" if runs is None else f" and {runs:,} old runs"
    OUT.print(
        f"{len(found.gone):,} files and folders of {found.size / _MEGABYTE:,.1f} MB"
        f"{old_runs} {verb}."
    )
    if runs is None:
        OUT.print(
            "Not all old runs could be looked at: Dagster's record cannot be opened or written, as "
            "on a disk without any room. `seedbed doctor` says why; then `seedbed gc` again."
        )
