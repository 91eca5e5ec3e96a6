"""How each digest of a week stands, one line per reader."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass

from orchestration.delivery.channels import configured
from orchestration.delivery.deliver import Outcome
from orchestration.delivery.ledger import deliveries_of
from orchestration.digest.render import RenderedDigest
from orchestration.flow.digests.archive import composed_digests, latest_digests
from orchestration.flow.digests.delivering import Delivered, recipients_of
from orchestration.flow.digests.waiting import Waiting, waiting
from orchestration.flow.workspace import Workspace
from orchestration.periods import Week
from orchestration.settings import now
from orchestration.state.models import Delivery

TEAM_NAME, OUTBOX, IN_OUTBOX = "data team", "outbox", "in the outbox"


@dataclass(frozen=True)
class Standing:
    """One digest for one reader.

    `state`: sent, in the outbox, waiting, failed, ambiguous, claimed (a run was cut off), or not
    sent yet.
    `words`: what a person must know, such as what is waited for and the command that mends it.
    """

    merchant_id: str
    recipient: str
    channel: str
    revision: int | None
    state: str
    words: str = ""

    def as_dict(self) -> dict[str, object]:
        return asdict(self)


def of_delivered(delivered: Delivered) -> list[Standing]:
    """What a sending came to."""
    found = [_of_outcome(one) for one in delivered.outcomes]
    return [*found, *(_of_waiting(one) for one in delivered.waiting)]


def _of_outcome(outcome: Outcome) -> Standing:
    return _of_row(outcome.delivery, outcome.problem or "")


def _of_row(row: Delivery, words: str = "") -> Standing:
    is_outbox = row.channel == OUTBOX and row.status == "sent"
    return Standing(
        merchant_id=row.merchant_id or TEAM_NAME,
        recipient=row.recipient,
        channel=row.channel,
        revision=row.revision,
        state=IN_OUTBOX if is_outbox else row.status,
        words=words or (_no_channel(row) if is_outbox else _words(row)),
    )


def _no_channel(row: Delivery) -> str:
    medium = row.recipient.partition(":")[0]
    return f"No {medium} channel is configured; docs/{medium}.md says how to set one up."


def _of_waiting(one: Waiting) -> Standing:
    return Standing(one.merchant_id, "everybody", "", None, "waiting", one.sentence)


def _words(row: Delivery) -> str:
    if row.status == "sent":
        return row.settled_at.isoformat(timespec="minutes") if row.settled_at else ""
    if row.status == "failed":
        return "It has not arrived; `seedbed digest send` tries again and says why."
    return "Nobody knows whether it arrived; `seedbed digest send` looks where that is possible."


def status_of(workspace: Workspace, week: Week) -> list[Standing]:
    """Every reader of every composed digest of a week.

    Raises:
        HomeError: nothing is composed for this week.
    """
    digests = composed_digests(workspace, week)
    return [one for digest in digests for one in _of_digest(workspace, week, digest)]


def count_untold(workspace: Workspace, week: Week) -> int:
    """Readers who wait for a week's digest; of a week that nobody has composed yet, all."""
    if not latest_digests(workspace, week):
        return sum(len(one.recipients) for one in workspace.register().merchants)
    # Another try looks again for what nobody is sure of.
    untold = {"waiting", "failed", "claimed", "ambiguous", "not sent yet"}
    return sum(one.state in untold for one in status_of(workspace, week))


def _of_digest(workspace: Workspace, week: Week, digest: RenderedDigest) -> Iterator[Standing]:
    content, settings = digest.content, workspace.settings.delivery
    channel_of = configured(workspace.home, settings)
    asked = [r for r in recipients_of(workspace.register(), digest) if r.digest == content.kind]
    kept = waiting(content, settings.cut_off_hours, now())
    name = content.merchant_id or TEAM_NAME
    if not asked:
        yield Standing(name, "nobody", "", None, "no reader", "merchants.yml names no recipient.")
    for recipient in asked:
        key, channel = f"{recipient.channel}:{recipient.address}", channel_of(recipient).name
        rows = deliveries_of(
            workspace.store, content.kind, content.merchant_id, week.monday, channel, key
        )
        if rows:
            yield _of_row(rows[0])
        elif kept:
            yield Standing(name, key, channel, None, "waiting", kept.sentence)
        else:
            yield Standing(
                name, key, channel, None, "not sent yet", "`seedbed digest send` does it."
            )
