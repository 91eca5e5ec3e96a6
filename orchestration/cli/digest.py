"""Look at digests, send them, and see how each delivery stands."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

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
    group,
    notify,
)
from orchestration.settings import now

if TYPE_CHECKING:
    from orchestration.flow.digests.status import Standing

app = group("digest", "Look at digests, send them, and see how each delivery stands.")


MerchantOption = Annotated[str | None, typer.Option("--merchant", help="Only this merchant.")]


@app.command("preview")
def digest_preview(
    home: HomeOption = None,
    week: WeekOption = "last",
    merchant: MerchantOption = None,
    page: Annotated[
        Path | None,
        typer.Option("--page", metavar="FILE", help="Write one HTML page to look through."),
    ] = None,
    as_json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Show the composed digests of a week as they would go out."""
    from orchestration.flow.digests.preview import preview
    from orchestration.flow.digests.preview_page import write_preview_page
    from orchestration.flow.workspace import open_workspace
    from orchestration.periods import parse_week

    with (
        errors_in_one_line(debug=debug),
        open_workspace(chosen_home(home), notify) as workspace,
    ):
        chosen = parse_week(week, now())
        if page is not None:
            count = write_preview_page(workspace, chosen, page.resolve(), merchant)
            OUT.print(f"{count} digests of {chosen.iso}: {page}")
            return
        found = preview(workspace, chosen, merchant)
    if as_json:
        typer.echo(printing.as_json([item.as_dict() for item in found]))
    else:
        printing.previews(OUT, found)


@app.command("send")
def digest_send(
    home: HomeOption = None,
    week: WeekOption = "last",
    merchant: MerchantOption = None,
    anyway: Annotated[bool, typer.Option("--anyway", help="Wait for nothing.")] = False,
    confirm: Annotated[
        bool, typer.Option("--confirm", help="Yes, another week than the last closed one.")
    ] = False,
    to: Annotated[
        str | None,
        typer.Option("--to", metavar="ADDRESS", help="To oneself instead; nothing is recorded."),
    ] = None,
    as_json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Send the composed digests of a week, each once to each of its readers."""
    from orchestration.flow.digests.delivering import send_week
    from orchestration.flow.digests.oneself import send_to
    from orchestration.flow.digests.status import of_delivered
    from orchestration.flow.heartbeat import beat
    from orchestration.flow.workspace import open_workspace
    from orchestration.periods import last_closed_week, parse_week

    with errors_in_one_line(debug=debug):
        chosen, newest = parse_week(week, now()), last_closed_week(now())
        if chosen != newest and not confirm and to is None:
            raise WrongUsage(
                f"{chosen.iso} is not the last closed week, which is {newest.iso}; "
                "add --confirm to send it all the same."
            )
        with open_workspace(chosen_home(home), notify) as workspace:
            if to is not None:
                found = send_to(workspace, chosen, to, merchant)
            else:
                delivered = send_week(
                    workspace,
                    chosen,
                    merchant_id=merchant,
                    anyway=anyway,
                    is_by_hand=True,
                    tell=notify,
                )
                found = of_delivered(delivered)
                if silent := beat(workspace, chosen, is_sent=True):
                    notify(silent)
    _shown(found, as_json=as_json)


@app.command("status")
def digest_status(
    home: HomeOption = None,
    week: WeekOption = "last",
    as_json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """How each digest of a week stands: sent, waiting and for what, failed, or not known."""
    from orchestration.flow.digests.status import status_of
    from orchestration.flow.workspace import open_workspace
    from orchestration.periods import parse_week

    with (
        errors_in_one_line(debug=debug),
        open_workspace(chosen_home(home), notify) as workspace,
    ):
        found = status_of(workspace, parse_week(week, now()))
    _shown(found, as_json=as_json)


@app.command("answers")
def digest_answers(
    home: HomeOption = None,
    week: WeekOption = "last",
    as_json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """What readers answered to the digests of a week, by their links."""
    from orchestration.flow.digests.readers import answered
    from orchestration.flow.workspace import open_workspace
    from orchestration.periods import parse_week

    with (
        errors_in_one_line(debug=debug),
        open_workspace(chosen_home(home), notify) as workspace,
    ):
        found = answered(workspace, parse_week(week, now()))
    if as_json:
        typer.echo(printing.as_json([one.as_dict() for one in found]))
        return
    for one in found:
        OUT.print(printing.plain(f"{one.merchant_id} {one.recipient}: {one.sentence}"))
    if not found:
        OUT.print("Nobody has answered.")


def _shown(found: list[Standing], *, as_json: bool) -> None:
    if as_json:
        typer.echo(printing.as_json([one.as_dict() for one in found]))
    else:
        printing.standings(OUT, found)
    raise typer.Exit(exit_code_of(found))


def exit_code_of(found: Sequence[Standing]) -> int:
    """1 if something failed, 3 if something waits or is not known."""
    from orchestration.flow.exit_codes import DONE, FAILED, WITHHELD

    states = {one.state for one in found}
    if "failed" in states:
        return FAILED
    return WITHHELD if states - {"sent", "unsubscribed"} else DONE
