"""The `seedbed` command: it parses, calls the flow, prints, and sets the exit code.

Here each command, or group of commands, is a module; `common.py` has what they share.
Add a command as a function that calls one function of `flow/`, and name it in `app` below.
Keep decisions and files out; heavy imports (Dagster, pandas) stand inside the commands.
Read `common.py` first. Exit codes: 0 done, 1 failed, 2 wrong usage, 3 done, but something was
held or quarantined.
"""

from __future__ import annotations

import os

import typer

from orchestration.cli import (
    backfill,
    backup,
    changes,
    channel,
    digest_rulings,
    eligibility,
    explain,
    home,
    ingest,
    layout,
    quarantine,
    resume,
    rulebook,
    run,
    serve,
)

app = typer.Typer(
    name="seedbed",
    help="Checked weekly growth figures and digests for merchants on Xiaohongshu.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for _command in (
    home.init,
    ingest.ingest,
    run.run,
    backfill.backfill,
    changes.changes,
    explain.explain,
    home.doctor,
    backup.backup,
    backup.restore,
    backup.gc,
    home.ui,
    serve.serve,
):
    app.command()(_command)
# `resume` and `suggest` are commands of `merchants`, and rulings are of `digest`.
for _group in (
    home.app,
    digest_rulings.app,
    eligibility.app,
    channel.app,
    layout.app,
    resume.app,
    quarantine.app,
    rulebook.app,
):
    app.add_typer(_group)


def main() -> None:
    """Entry point of the `seedbed` script."""
    # A home holds figures and keys: what any command writes is for its owner only.
    os.umask(0o077)
    app()
