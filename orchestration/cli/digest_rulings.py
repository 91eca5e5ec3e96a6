"""What a person decides about a week: hold it, release it, settle what nobody is sure of."""

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
    WrongUsage,
    chosen_home,
    errors_in_one_line,
    notify,
)
from orchestration.cli.digest import app, exit_code_of
from orchestration.settings import now

MerchantArgument = Annotated[str, typer.Argument(metavar="MERCHANT", help="Its id, such as m001.")]
ReasonOption = Annotated[str, typer.Option("--reason", help="Why; it is kept, with your name.")]


@app.command("hold")
def digest_hold(
    merchant: MerchantArgument,
    reason: ReasonOption = "",
    week: WeekOption = "last",
    home: HomeOption = None,
    as_json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Keep a merchant's digest back, whatever is there, until it is released or the cut-off."""
    from orchestration.flow.digests.waiting import HOLD

    _rule(merchant, HOLD, reason, week, home, as_json=as_json, debug=debug)


@app.command("release")
def digest_release(
    merchant: MerchantArgument,
    reason: ReasonOption = "",
    week: WeekOption = "last",
    home: HomeOption = None,
    as_json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Let a merchant's digest go as it is with the next sending, whatever it waits for."""
    from orchestration.flow.digests.waiting import RELEASE

    _rule(merchant, RELEASE, reason, week, home, as_json=as_json, debug=debug)


@app.command("reissue")
def digest_reissue(
    merchant: MerchantArgument,
    reason: ReasonOption = "",
    week: WeekOption = "last",
    confirm: Annotated[
        bool, typer.Option("--confirm", help="Send it; otherwise it is only shown.")
    ] = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Tell a merchant's readers, as a numbered correction, which figures have changed since."""
    from orchestration.flow.digests.composing import compose_again
    from orchestration.flow.digests.reissuing import reissue
    from orchestration.flow.workspace import open_workspace
    from orchestration.periods import parse_week

    with errors_in_one_line(debug=debug):
        if not reason.strip():
            raise WrongUsage(f"--reason is missing; say why {merchant} is corrected.")
        chosen = parse_week(week, now())
        with open_workspace(chosen_home(home), notify) as workspace:
            content, build_id = compose_again(workspace, chosen, merchant)
            found = reissue(workspace, chosen, content, build_id, reason.strip(), confirm=confirm)
    if as_json:
        typer.echo(printing.as_json(found.as_dict()))
    else:
        printing.reissued(OUT, found)
    raise typer.Exit(exit_code_of(found.standings))


@app.command("settle")
def digest_settle(
    digest: Annotated[
        str,
        typer.Argument(help="A merchant's id, such as m001; or data_team, or programmes."),
    ],
    address: Annotated[str, typer.Argument(help="Where you have looked: a mailbox, a webhook.")],
    arrived: Annotated[
        bool | None,
        typer.Option("--arrived/--not-arrived", help="Whether it is there.", show_default=False),
    ] = None,
    week: WeekOption = "last",
    home: HomeOption = None,
    as_json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Say of an ambiguous delivery whether it arrived; what did not is sent again."""
    from orchestration.flow.digests.settling import settle_by_hand
    from orchestration.flow.workspace import open_workspace
    from orchestration.periods import parse_week

    with errors_in_one_line(debug=debug):
        if arrived is None:
            raise WrongUsage(
                f"Look whether {digest} is at {address}, and say --arrived or --not-arrived."
            )
        chosen = parse_week(week, now())
        with open_workspace(chosen_home(home), notify) as workspace:
            told = settle_by_hand(workspace, chosen, digest, address, has_arrived=arrived)
    if as_json:
        typer.echo(printing.as_json(told.as_dict()))
    else:
        OUT.print(printing.plain(told.sentence))


def _rule(
    merchant: str,
    ruling: str,
    reason: str,
    week: str,
    home: HomeOption,
    *,
    as_json: bool,
    debug: bool,
) -> None:
    from orchestration.flow.digests.ruling import rule_week
    from orchestration.flow.workspace import open_workspace
    from orchestration.periods import parse_week

    with errors_in_one_line(debug=debug):
        if not reason.strip():
            raise WrongUsage(f"--reason is missing; say why you {ruling} {merchant}.")
        chosen = parse_week(week, now())
        with open_workspace(chosen_home(home), notify) as workspace:
            told = rule_week(workspace, merchant, chosen, ruling, reason.strip())
    if as_json:
        typer.echo(printing.as_json(told.as_dict()))
    else:
        OUT.print(printing.plain(told.sentence))
