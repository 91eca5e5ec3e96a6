"""Who qualifies for what, why, and what another rulebook would change."""

from __future__ import annotations

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
    WrongUsage,
    chosen_home,
    errors_in_one_line,
    group,
    notify,
    refuse_other_ending,
)
from orchestration.periods import Week, parse_week
from orchestration.settings import now

app = group("eligibility", "Who qualifies for which programme, why (not), and what if.")

DecidedWeek = Annotated[
    str | None,
    typer.Option("--week", help="Its Monday or 2024-W37 [default: the newest decided one]."),
]


def _week(text: str | None) -> Week | None:
    return parse_week(text, now()) if text else None


@app.command("list")
def eligibility_list(
    programme: Annotated[str | None, typer.Option("--programme", help="Only this one.")] = None,
    merchant: Annotated[str | None, typer.Option("--merchant", help="Only this one.")] = None,
    status: Annotated[
        str | None, typer.Option("--status", help="Only this state, such as in_progress.")
    ] = None,
    week: DecidedWeek = None,
    workbook: Annotated[
        Path | None, typer.Option("--xlsx", metavar="FILE", help="Write them as a workbook.")
    ] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Show the decisions of a week, one a programme, merchant and window."""
    from orchestration.cli.eligibility_shown import tell_decisions
    from orchestration.flow.eligibility.listing import STATUSES, Asked, list_decisions

    with errors_in_one_line(debug=debug):
        if status is not None and status not in STATUSES:
            raise WrongUsage(f"'{status}' is no state; it is one of {', '.join(STATUSES)}.")
        if workbook is not None:
            refuse_other_ending(workbook)
        asked = Asked(_week(week), merchant, programme, status)
        found = list_decisions(chosen_home(home), asked)
        if workbook is not None:
            from orchestration.flow.eligibility.workbook import write_decisions

            write_decisions(workbook, found)
    if as_json:
        typer.echo(printing.as_json(found.as_dict()))
    elif workbook is not None:
        OUT.print(f"{len(found.decisions)} decisions in {printing.plain(workbook)}")
    else:
        tell_decisions(OUT, found)


@app.command("explain")
def eligibility_explain(
    merchant: Annotated[str, typer.Argument(metavar="MERCHANT", help="Its id.")],
    programme: Annotated[str, typer.Argument(metavar="PROGRAMME", help="Its id.")],
    week: DecidedWeek = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Show why a merchant stands as it does: every gate, goal and tier, and how far it is."""
    from orchestration.cli.eligibility_shown import tell_explanation
    from orchestration.flow.eligibility.explaining import explain_decision

    with errors_in_one_line(debug=debug):
        found = explain_decision(chosen_home(home), merchant, programme, _week(week))
    if as_json:
        typer.echo(printing.as_json(found.as_dict()))
    else:
        tell_explanation(OUT, found)


@app.command("simulate")
def eligibility_simulate(
    rulebook: Annotated[
        Path | None,
        typer.Option(
            "--rulebook", metavar="DIR", help="Another rulebook [default: the home's as it is now]."
        ),
    ] = None,
    changes: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="PROGRAMME.PATH=VALUE",
            help="Change one value, such as private_domain_weekly.reward.window_cap=50000.",
        ),
    ] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Decide the last week by another rulebook, aside: who changes state, how amounts move."""
    from orchestration.cli.eligibility_shown import tell_simulation
    from orchestration.flow.eligibility.overrides import parse_override
    from orchestration.flow.eligibility.simulating import simulate
    from orchestration.flow.workspace import open_workspace

    with errors_in_one_line(debug=debug):
        overrides = [parse_override(text) for text in changes or ()]
        with (
            open_workspace(chosen_home(home), notify) as workspace,
            printing.progress(ERR) as watch,
        ):
            found = simulate(workspace, rulebook, overrides, watch)
    if as_json:
        typer.echo(printing.as_json(found.as_dict()))
    else:
        tell_simulation(OUT, found)
