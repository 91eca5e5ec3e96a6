"""Ways out of a home."""

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
    group,
    notify,
)

app = group("channel", "Look after the channels that digests go out by.")


@app.command("test")
def channel_test(
    address: Annotated[
        str, typer.Argument(help="A Slack channel's ID, an e-mail address, or a webhook.")
    ],
    token_env: Annotated[
        str | None,
        typer.Option("--token-env", help="The variable with the token of another workspace."),
    ] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Send a test message; in Slack read it back, change it and answer it too."""
    from orchestration.flow.digests.trying import try_address
    from orchestration.flow.workspace import open_workspace

    with errors_in_one_line(debug=debug):
        if not address.strip():
            raise WrongUsage(
                "The address is empty; give a Slack channel's ID, an e-mail address, or a webhook."
            )
        with open_workspace(chosen_home(home), notify) as workspace:
            steps = try_address(workspace, address.strip(), token_env)
    if as_json:
        typer.echo(printing.as_json([step.as_dict() for step in steps]))
    else:
        printing.steps(OUT, steps)
    if not all(step.is_done for step in steps):
        raise typer.Exit(1)
