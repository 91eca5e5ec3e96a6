"""Deliver one digest revision to its recipients, each once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from orchestration.delivery.channel import (
    AmbiguousDeliveryError,
    Channel,
    DeliveryError,
    Message,
    UnreachableError,
    message_for,
)
from orchestration.delivery.ledger import claim, claim_again, settle, told_before
from orchestration.delivery.links import Links
from orchestration.digest.render import RenderedDigest
from orchestration.register import Recipient
from orchestration.state.models import Delivery
from orchestration.state.pauses import pause
from orchestration.state.store import Store


@dataclass(frozen=True)
class Outcome:
    """How one delivery stands: its ledger row, whether it was sent just now, or why not."""

    delivery: Delivery
    is_new: bool
    problem: str | None = None


def deliver(
    digest: RenderedDigest,
    recipients: Sequence[Recipient],
    channel_of: Callable[[Recipient], Channel],
    store: Store,
    clock: Callable[[], datetime],
    *,
    earlier: Callable[[int], RenderedDigest] | None = None,
    before_send: Callable[[], object] = lambda: None,
    links: Links | None = None,
) -> list[Outcome]:
    """Send a digest to those recipients who asked for this kind; the others are passed over.

    One that cannot be reached at all is paused; whoever calls this leaves the paused out.
    In Slack the rest of a digest follows as a reply, which has an outcome only if it is not there.
    A failing recipient does not keep the next from its digest: the problem is in its outcome and
    in the ledger. A revision that was sent to a recipient by a channel is never sent again by it.

    Args:
        digest: the newest revision.
        recipients: everybody whom the register names.
        channel_of: the way out to each of them.
        store: the state, with the ledger.
        clock: gives the time of each claim and settlement.
        earlier: gives an earlier revision from the archive. With it, who was told an earlier
            revision of this week is not told another one: a correction is a person's decision.
        before_send: called each time before a channel is touched.
        links: makes each reader's own links.
    """
    asked = [r for r in dict.fromkeys(recipients) if r.digest == digest.content.kind]
    outcomes = []
    for recipient in asked:
        channel, message = channel_of(recipient), message_for(digest, recipient, links)
        before = told_before(store, message, channel.name)
        told = None
        if earlier is not None and before:
            told = _told_already(before[0], recipient, channel, store, clock, earlier)
            if told is not None and message.slack_thread:
                message = message_for(earlier(before[0].revision), recipient)
        message = replace(message, answers=before[-1].revision if before else message.revision)
        outcome = told or deliver_message(message, channel, store, clock, before_send)
        outcomes.append(outcome)
        outcomes += deliver_thread(message, outcome, channel, store, clock, before_send)
    return outcomes


def deliver_thread(
    message: Message,
    outcome: Outcome,
    channel: Channel,
    store: Store,
    clock: Callable[[], datetime],
    before_send: Callable[[], object] = lambda: None,
) -> list[Outcome]:
    """Post what follows a message that has arrived; its outcome only if it has not."""
    rest = message.thread(outcome.delivery.provider_id)
    if outcome.delivery.status != "sent" or rest is None:
        return []
    told = deliver_message(rest, channel, store, clock, before_send)
    return [] if told.delivery.status == "sent" else [told]


def _told_already(
    row: Delivery,
    recipient: Recipient,
    channel: Channel,
    store: Store,
    clock: Callable[[], datetime],
    earlier: Callable[[int], RenderedDigest],
) -> Outcome | None:
    """How an earlier revision stands; None if a look shows that it has never arrived."""
    if row.status not in ("claimed", "ambiguous"):
        return Outcome(row, is_new=False)
    return look(message_for(earlier(row.revision), recipient), channel, store, clock)


def look(
    message: Message, channel: Channel, store: Store, clock: Callable[[], datetime]
) -> Outcome | None:
    """Settle by a look a delivery of which nobody is sure; None if it has never arrived."""
    try:
        receipt = channel.find(message)
    except AmbiguousDeliveryError as error:
        row = settle(store, message, channel.name, "ambiguous", clock())
        return Outcome(row, is_new=False, problem=str(error))
    if receipt is None:
        settle(store, message, channel.name, "failed", clock())
        return None
    return Outcome(settle(store, message, channel.name, "sent", clock(), receipt), is_new=False)


def deliver_message(
    message: Message,
    channel: Channel,
    store: Store,
    clock: Callable[[], datetime],
    before_send: Callable[[], object] = lambda: None,
) -> Outcome:
    """Send one message once; what was begun and not settled is looked for first."""
    # The same text put twice into a message that is there leaves that text.
    is_idempotent = channel.is_idempotent or message.part == "update"
    begun = claim(store, message, channel.name, clock(), is_idempotent=is_idempotent)
    if begun.is_unsure:
        if looked := look(message, channel, store, clock):
            return looked
        claim_again(store, message, channel.name, clock())
    elif not begun.must_send:
        return Outcome(begun.delivery, is_new=False)
    before_send()
    return _send(message, channel, store, clock)


def _send(
    message: Message, channel: Channel, store: Store, clock: Callable[[], datetime]
) -> Outcome:
    try:
        receipt = channel.send(message)
    except AmbiguousDeliveryError as error:
        row = settle(store, message, channel.name, "ambiguous", clock())
        return Outcome(row, is_new=True, problem=str(error))
    except DeliveryError as error:
        if isinstance(error, UnreachableError):
            pause(store, f"{message.medium}:{message.address}", str(error), clock())
        row = settle(store, message, channel.name, "failed", clock())
        return Outcome(row, is_new=True, problem=str(error))
    return Outcome(settle(store, message, channel.name, "sent", clock(), receipt), is_new=True)
