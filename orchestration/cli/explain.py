"""From a figure down to the lines of the export files that make it."""

from __future__ import annotations

from typing import Annotated

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
)

# So many rows of each level fill a screen or two.
_SHOWN = 20


def explain(
    figure: Annotated[
        str,
        typer.Argument(
            metavar="FIGURE",
            help="merchant/week/figure, such as m001/2024-W37/gmv, or the id of a digest's figure.",
        ),
    ],
    limit: Annotated[
        int | None,
        typer.Option("--limit", min=0, help=f"Rows of each level ({_SHOWN}; with --json all)."),
    ] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Show what a figure is made of: days, orders, refunds or reports, and lines of files."""
    from orchestration.explanation.shown import tell
    from orchestration.flow.explain import as_dict, explained
    from orchestration.warehouse.explain.errors import FigureNameError

    with errors_in_one_line(debug=debug):
        rows = limit if as_json or limit is not None else _SHOWN
        try:
            with printing.progress(ERR) as watch:
                watch("looking for its lines")
                found = explained(chosen_home(home), figure, rows)
        except FigureNameError as error:
            raise WrongUsage(str(error)) from error
        if as_json:
            typer.echo(printing.as_json(as_dict(found)))
        else:
            tell(OUT, found)
        if not found.is_proven:
            raise typer.Exit(1)
