"""Look at digests."""

from __future__ import annotations

from typing import Annotated

import typer

from orchestration import printing
from orchestration.cli.common import (
    OUT,
    DebugOption,
    HomeOption,
    JsonOption,
    WeekOption,
    chosen_home,
    errors_in_one_line,
    group,
    notify,
)
from orchestration.settings import now

app = group("digest", "Look at digests.")


@app.command("preview")
def digest_preview(
    home: HomeOption = None,
    week: WeekOption = "last",
    merchant: Annotated[str | None, typer.Option("--merchant", help="Only this merchant.")] = None,
    as_json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Show the composed digests of a week as they would go out."""
    from orchestration.flow.digests.preview import preview
    from orchestration.flow.workspace import open_workspace
    from orchestration.periods import parse_week

    with (
        errors_in_one_line(debug=debug),
        open_workspace(chosen_home(home), notify) as workspace,
    ):
        found = preview(workspace, parse_week(week, now()), merchant)
    if as_json:
        typer.echo(printing.as_json([item.as_dict() for item in found]))
    else:
        printing.previews(OUT, found)
