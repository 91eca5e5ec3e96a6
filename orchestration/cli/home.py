"""Make a home, look after it, and open the UI on it."""

from __future__ import annotations

from typing import Annotated

import typer

from orchestration import printing
from orchestration.cli.common import (
    OUT,
    DebugOption,
    HomeOption,
    JsonOption,
    chosen_home,
    errors_in_one_line,
    group,
    notify,
)

app = group("home", "What a home as a whole may do.")


@app.command("adopt")
def home_adopt(home: HomeOption = None, debug: DebugOption = False) -> None:
    """Let this copy of a home send digests; see that the other one sends no more."""
    from orchestration.flow.digests.sender import adopt
    from orchestration.flow.workspace import open_workspace

    target = chosen_home(home)
    with errors_in_one_line(debug=debug), open_workspace(target, notify) as workspace:
        adopt(workspace)
    typer.echo(f"{target.root} is the home that sends.")


@app.command("encrypt")
def home_encrypt(home: HomeOption = None, debug: DebugOption = False) -> None:
    """Encrypt archived exports that arrived before there was a key (landing.key)."""
    from orchestration.flow.archive import encrypt
    from orchestration.flow.workspace import open_workspace

    target = chosen_home(home)
    with errors_in_one_line(debug=debug), open_workspace(target, notify) as workspace:
        count = encrypt(workspace.archive(), workspace.settings)
    typer.echo(f"{count:,} archived exports were encrypted.")


def init(
    home: HomeOption = None,
    sample: Annotated[
        bool, typer.Option("--sample", help="Add merchants and exports to try it with.")
    ] = False,
    debug: DebugOption = False,
) -> None:
    """Make a home directory, or complete one; nothing that is there is overwritten."""
    from orchestration.flow.homes import make_home

    target = chosen_home(home)
    with errors_in_one_line(debug=debug):
        is_new = not target.register_file.exists()
        make_home(target, sample=sample, notify=notify)
    typer.echo(f"Home ready: {target.root}")
    if sample and not is_new:
        typer.echo(
            "It has a register already, so no samples were added; --sample wants a new home."
        )
    elif sample:
        typer.echo(f"Next: seedbed run --home {target.root} --week 2024-09-09")
    else:
        typer.echo(
            f"Next: seedbed merchants export register.xlsx --home {target.root}, fill it in and "
            f"import it (or name your merchants in {target.register_file}), drop their exports "
            f"into {target.inbox}/<merchant_id>/, then seedbed run --home {target.root} --week last"
        )


def doctor(
    home: HomeOption = None, as_json: JsonOption = False, debug: DebugOption = False
) -> None:
    """Find what is wrong with this installation and home, and say how to mend it."""
    from orchestration.flow.doctor.examine import examine

    target = chosen_home(home)
    with errors_in_one_line(debug=debug):
        findings = examine(target, notify)
        if target.dagster.exists():
            # Loading Dagster takes seconds, and only this look needs it.
            from orchestration.defs.machinery import look_at_dagster

            findings += look_at_dagster(target)
    if as_json:
        typer.echo(printing.as_json([finding.as_dict() for finding in findings]))
    else:
        printing.findings(OUT, findings)
    raise typer.Exit(1 if any(finding.is_fault for finding in findings) else 0)


def ui(
    home: HomeOption = None,
    port: Annotated[int, typer.Option("--port", help="Where the UI listens, on loopback.")] = 3000,
    debug: DebugOption = False,
) -> None:
    """Open the Dagster UI, its daemon and schedule on this home."""
    from orchestration.flow.ui import become_ui
    from orchestration.flow.workspace import open_workspace

    target = chosen_home(home)
    with errors_in_one_line(debug=debug):
        with open_workspace(target, notify):
            pass
        print(f"Dagster UI: http://127.0.0.1:{port} (Ctrl-C stops it)", flush=True)  # noqa: T201
        become_ui(target, port)
