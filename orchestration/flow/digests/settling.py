"""A person's word about a delivery of which nobody is sure: it is there, or it is not.

Mail servers and webhooks cannot be asked, so somebody looks. Slack can be, and is.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import cast

from orchestration.delivery.ledger import OUTBOX, deliveries_of, settle_unsure, unsure
from orchestration.digest.codes import Kind
from orchestration.flow.digests.ruling import who
from orchestration.flow.workspace import HomeError, Workspace
from orchestration.periods import Week
from orchestration.settings import now
from orchestration.state.models import Delivery
from orchestration.state.store import Store


@dataclass(frozen=True)
class Settled:
    """What a person has said of one delivery, and what comes of it."""

    digest: str
    week: str
    recipient: str
    state: str
    told_by: str
    told_at: str
    sentence: str

    def as_dict(self) -> dict[str, str]:
        return asdict(self)


def digest_of(row: Delivery) -> str:
    """What a command calls the digest: its merchant's id, `programmes`, or `data_team`."""
    return row.merchant_id or row.kind


def what_ends_it(store: Store, row: Delivery) -> str:
    """What a person must know of a delivery that has failed, or of which nobody is sure."""
    again = _what_brings(store, row)
    if row.status == "failed":
        return f"It has not arrived; {again} tries again and says why."
    if row.channel == OUTBOX:
        return f"A run was cut off; {again} writes it again."
    if row.recipient.startswith("slack:"):
        return (
            f"Nobody knows whether it arrived; {again} looks into the channel and settles it, or "
            "says why it cannot."
        )
    return (
        "Nobody knows whether it arrived, and it is not sent again by itself. Look there: "
        f"{what_settles(row)}"
    )


def what_settles(row: Delivery) -> str:
    """The command of who has looked."""
    address = row.recipient.partition(":")[2]
    return (
        f"`seedbed digest settle {digest_of(row)} {address} --week {row.week} --arrived` says that "
        "it is there, `--not-arrived` has it sent again."
    )


def _what_brings(store: Store, row: Delivery) -> str:
    """Who was told an earlier revision gets this one as a correction only."""
    rows = deliveries_of(
        store, cast(Kind, row.kind), row.merchant_id, row.week, row.channel, row.recipient
    )
    # The digests of the team and of the programmes know no corrections.
    if row.merchant_id and any(
        one.revision < row.revision and one.status != "failed" for one in rows
    ):
        return f"`seedbed digest reissue {row.merchant_id} --week {row.week} --reason … --confirm`"
    return f"`seedbed digest send --week {row.week}`"


def settle_by_hand(
    workspace: Workspace, week: Week, digest: str, address: str, *, has_arrived: bool
) -> Settled:
    """Settle a delivery as sent, or as failed, so that the next sending brings it. Kept with who.

    Args:
        workspace: the home.
        week: the week of the digest.
        digest: as `digest_of` calls it.
        address: where somebody has looked.
        has_arrived: whether it is there.

    Raises:
        HomeError: nothing of this digest is open there, or Slack is to be asked instead.
    """
    row = _open_row(workspace, week, digest, address)
    state, moment, told_by = "sent" if has_arrived else "failed", now(), who()
    # Before it counts: what is settled is never without the name of who said so.
    word = {"state": state, "told_by": told_by, "told_at": moment.isoformat()}
    workspace.store.remember(_fact(row), json.dumps(word))
    settle_unsure(workspace.store, row, state, moment)
    what_comes = "" if has_arrived else f" {_what_brings(workspace.store, row)} brings it."
    return Settled(
        digest=digest,
        week=week.iso,
        recipient=row.recipient,
        state=state,
        told_by=told_by,
        told_at=word["told_at"],
        sentence=f"{digest} of {week.iso} for {address} is settled as {state}.{what_comes}",
    )


def words_of(workspace: Workspace, week: Week) -> Iterator[tuple[str, str, str]]:
    """What persons have said of a week's deliveries: merchant id, recipient, sentence."""
    for name, value in workspace.store.facts(f"settled:{week.key}:").items():
        _, merchant_id, recipient = json.loads(name.partition(f"{week.key}:")[2])[:3]
        word = json.loads(value)
        verb = "has arrived" if word["state"] == "sent" else "had not arrived"
        yield merchant_id, recipient, f"{word['told_by']}: it {verb} ({word['told_at'][:10]})"


def _open_row(workspace: Workspace, week: Week, digest: str, address: str) -> Delivery:
    found = [
        row
        for row in unsure(workspace.store, week.monday)
        if digest_of(row) == digest and row.recipient.partition(":")[2] == address
    ]
    if not found:
        raise HomeError(
            f"No delivery of {digest} to {address} is open for {week.iso}; `seedbed digest status "
            f"--week {week.key}` shows how each stands."
        )
    # A later revision is never sent while an earlier one is open, so there is one, but for Slack.
    row = found[0]
    if row.recipient.startswith("slack:"):
        raise HomeError(
            f"{address}: Slack can be asked; {_what_brings(workspace.store, row)} looks into the "
            "channel and settles it, or says why it cannot."
        )
    return row


def _fact(row: Delivery) -> str:
    key = (row.kind, row.merchant_id, row.recipient, row.revision)
    return f"settled:{row.week}:{json.dumps(key)}"
