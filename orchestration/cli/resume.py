"""Send to recipients again that were paused."""

from __future__ import annotations

from typing import Annotated

import typer

from orchestration import printing
from orchestration.cli.common import (
    OUT,
    DebugOption,
    HomeOption,
    JsonOption,
    WrongUsage,
    chosen_home,
    errors_in_one_line,
    notify,
)
from orchestration.cli.suggest import app


@app.command("resume")
def merchants_resume(
    addresses: Annotated[
        list[str] | None,
        typer.Argument(metavar="ADDRESS…", help="Addresses as `digest status` shows them."),
    ] = None,
    everybody: Annotated[bool, typer.Option("--all", help="All that are paused.")] = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Send to readers again who were paused because they could not be reached."""
    from orchestration.flow.digests.recipients import resume_recipients
    from orchestration.flow.workspace import open_workspace

    with errors_in_one_line(debug=debug):
        if bool(addresses) == everybody:
            raise WrongUsage("Name the addresses to resume, or give --all.")
        with open_workspace(chosen_home(home), notify) as workspace:
            resumed = resume_recipients(workspace, addresses or [], everybody=everybody)
    if as_json:
        typer.echo(printing.as_json(resumed))
        return
    for key in resumed:
        OUT.print(printing.plain(f"{key} is sent to again, with the next `seedbed digest send`."))
    if not resumed:
        OUT.print("Nobody is paused.")
