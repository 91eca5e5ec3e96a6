"""How each digest of a week stands, one line per reader."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any

from orchestration.delivery.channels import configured
from orchestration.delivery.deliver import Outcome
from orchestration.delivery.ledger import OUTBOX, deliveries_of, thread_of
from orchestration.flow.digests.archive import composed_digests, latest_digests
from orchestration.flow.digests.delivering import Delivered
from orchestration.flow.digests.planning import Plan, plan_week
from orchestration.flow.digests.readers import answered
from orchestration.flow.digests.settling import what_ends_it, what_settles, words_of
from orchestration.flow.digests.waiting import Waiting
from orchestration.flow.workspace import Workspace
from orchestration.periods import Week
from orchestration.register import Recipient
from orchestration.settings import now
from orchestration.state.models import Delivery
from orchestration.state.reader_models import Unsubscription
from orchestration.state.readers import unsubscribed
from orchestration.state.week_models import Pause

TEAM_NAME, IN_OUTBOX = "data team", "in the outbox"


@dataclass(frozen=True)
class Standing:
    """One digest for one reader.

    `state`: sent, in the outbox, waiting, held (by a person), failed, ambiguous, claimed (a run was
    cut off), paused (it cannot be reached), unsubscribed, suppressed (nobody
    reads it), or not sent yet.
    `words`: what a person must know, such as what is waited for and the command that mends it.
    `ending`: how the week ended: sent, sent_with_gaps, notice, released, suppressed; empty before.
    `said`: what the reader answered, that it has unsubscribed, and who has settled its delivery.
    `waits_for`: the figures that lack something of a source, and `until` when they are waited for.
    `part`: message; in Slack also thread, the reply to it, and update, the first message changed.
    """

    merchant_id: str
    recipient: str
    channel: str
    revision: int | None
    state: str
    words: str = ""
    ending: str = ""
    said: tuple[str, ...] = ()
    waits_for: tuple[dict[str, Any], ...] = ()
    until: str = ""
    part: str = "message"

    def as_dict(self) -> dict[str, object]:
        return asdict(self)


def of_delivered(delivered: Delivered) -> list[Standing]:
    """What a sending came to."""
    kept = (_of_waiting(one) for one in delivered.waiting)
    return [*of_outcomes(delivered.outcomes), *kept]


def of_outcomes(outcomes: Iterable[Outcome]) -> list[Standing]:
    """How each delivery ended; where nobody knows, with the command that settles it."""
    return [_of_row(one.delivery, _why(one)) for one in outcomes]


def _why(outcome: Outcome) -> str:
    why, row = outcome.problem or "", outcome.delivery
    # Slack's own sentence says already that the next sending looks.
    is_for_a_person = row.status == "ambiguous" and not row.recipient.startswith("slack:")
    return f"{why} {what_settles(row)}" if why and is_for_a_person else why


def _of_row(row: Delivery, words: str = "") -> Standing:
    is_outbox = row.channel == OUTBOX and row.status == "sent"
    return Standing(
        merchant_id=row.merchant_id or TEAM_NAME,
        recipient=row.recipient,
        channel=row.channel,
        revision=row.revision,
        state=IN_OUTBOX if is_outbox else row.status,
        words=words or (_no_channel(row) if is_outbox else _settled_at(row)),
        part=row.part,
    )


def _settled_at(row: Delivery) -> str:
    return row.settled_at.isoformat(timespec="minutes") if row.settled_at else ""


def _no_channel(row: Delivery) -> str:
    medium = row.recipient.partition(":")[0]
    return f"No {medium} channel is configured; docs/{medium}.md says how to set one up."


def _of_waiting(one: Waiting) -> Standing:
    name = one.merchant_id or TEAM_NAME
    return Standing(
        name,
        "everybody",
        "",
        None,
        one.state,
        one.sentence,
        waits_for=tuple(lack.as_dict() for lack in one.lacks),
        until=one.until.isoformat(),
    )


def _of_silent(name: str, reader: Recipient, row: Pause | Unsubscription, ending: str) -> Standing:
    if isinstance(row, Unsubscription):
        words = (
            f"{reader.address} has unsubscribed on {row.asked_at:%Y-%m-%d %H:%M} UTC. If it asks "
            f"for the digest again: `seedbed merchants resume {reader.address}`."
        )
        return Standing(name, reader.key, "", None, "unsubscribed", words, ending)
    words = (
        f"Nothing is sent to {reader.address} since {row.paused_at:%Y-%m-%d %H:%M} UTC. "
        f"{row.reason} When that is mended: `seedbed merchants resume {reader.address}`."
    )
    return Standing(name, reader.key, "", None, "paused", words, ending)


def _least_done(workspace: Workspace, row: Delivery) -> Delivery:
    """A message, or the thread under it where that has not arrived."""
    thread = thread_of(workspace.store, row)
    return thread if thread is not None and thread.status != "sent" else row


def status_of(workspace: Workspace, week: Week) -> list[Standing]:
    """Every reader of every composed digest of a week.

    Raises:
        HomeError: nothing is composed for this week.
    """
    plans = plan_week(workspace, week, composed_digests(workspace, week), now())
    found = [one for plan in plans for one in _of_plan(workspace, week, plan)]
    said = _said(workspace, week)
    return [replace(one, said=tuple(said[one.merchant_id, one.recipient])) for one in found]


def _said(workspace: Workspace, week: Week) -> dict[tuple[str, str], list[str]]:
    said: dict[tuple[str, str], list[str]] = defaultdict(list)
    for one in answered(workspace, week):
        said[one.merchant_id or TEAM_NAME, one.recipient].append(one.sentence)
    for merchant_id, recipient, sentence in words_of(workspace, week):
        said[merchant_id or TEAM_NAME, recipient].append(sentence)
    for (merchant_id, recipient), row in unsubscribed(workspace.store).items():
        told = f"unsubscribed ({row.asked_at:%Y-%m-%d})"
        said[merchant_id or TEAM_NAME, recipient].append(told)
    return said


def count_untold(workspace: Workspace, week: Week, *, by_a_run: bool = False) -> int:
    """Readers who wait for a week's digest; of a week that nobody has composed yet, all.

    `by_a_run`: without those of whom only a person can say whether they were told.
    """
    if not latest_digests(workspace, week):
        return sum(len(one.recipients) for one in workspace.register().merchants)
    untold = {"waiting", "failed", "claimed", "ambiguous", "not sent yet"}
    # Another run looks again into Slack, and can look nowhere else.
    is_left = {("ambiguous", "email"), ("ambiguous", "webhook")} if by_a_run else set()
    return sum(
        one.state in untold and (one.state, one.channel) not in is_left
        for one in status_of(workspace, week)
    )


def _of_plan(workspace: Workspace, week: Week, plan: Plan) -> Iterator[Standing]:
    content, ending = plan.digest.content, plan.ending.ending if plan.ending else ""
    channel_of = configured(workspace.home, workspace.settings.delivery)
    name = content.merchant_id or TEAM_NAME
    pauses = dict(plan.paused)
    if not plan.readers and not plan.paused:
        words = "merchants.yml names no recipient."
        yield Standing(name, "nobody", "", None, "suppressed", words, ending or "suppressed")
    for reader in (*plan.readers, *pauses):
        channel = channel_of(reader).name
        rows = deliveries_of(
            workspace.store, content.kind, content.merchant_id, week.monday, channel, reader.key
        )
        is_paused = reader in pauses
        if rows and not (is_paused and rows[0].status == "failed"):
            row = _least_done(workspace, rows[0])
            is_open = row.status in ("failed", "claimed", "ambiguous")
            words = what_ends_it(workspace.store, row) if is_open else ""
            yield replace(_of_row(row, words), ending=ending)
        elif is_paused:
            yield _of_silent(name, reader, pauses[reader], ending)
        elif isinstance(plan.fate, Waiting):
            yield replace(_of_waiting(plan.fate), recipient=reader.key, channel=channel)
        else:
            words = "`seedbed digest send` does it."
            yield Standing(name, reader.key, channel, None, "not sent yet", words, ending)
