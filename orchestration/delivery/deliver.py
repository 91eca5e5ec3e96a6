"""Deliver one digest revision to its recipients, each once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from orchestration.delivery.channel import (
    AmbiguousDeliveryError,
    Channel,
    DeliveryError,
    Message,
    message_for,
)
from orchestration.delivery.ledger import claim, claim_again, settle
from orchestration.digest.render import RenderedDigest
from orchestration.register import Recipient
from orchestration.state.models import Delivery
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
) -> list[Outcome]:
    """Send a digest to those recipients who asked for this kind; the others are passed over.

    A failing recipient does not keep the next from its digest: the problem is in its outcome and
    in the ledger. A revision that was sent to a recipient by a channel is never sent again by it.
    """
    asked = [r for r in dict.fromkeys(recipients) if r.digest == digest.content.kind]
    return [_deliver_one(message_for(digest, r), channel_of(r), store, clock) for r in asked]


def _deliver_one(
    message: Message, channel: Channel, store: Store, clock: Callable[[], datetime]
) -> Outcome:
    begun = claim(store, message, channel.name, clock(), is_idempotent=channel.is_idempotent)
    if begun.is_unsure:
        try:
            receipt = channel.find(message)
        except AmbiguousDeliveryError as error:
            return Outcome(begun.delivery, is_new=False, problem=str(error))
        if receipt is not None:
            return Outcome(settle(store, message, channel.name, "sent", clock(), receipt), False)
        claim_again(store, message, channel.name, clock())
    elif not begun.must_send:
        return Outcome(begun.delivery, is_new=False)
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
        row = settle(store, message, channel.name, "failed", clock())
        return Outcome(row, is_new=True, problem=str(error))
    return Outcome(settle(store, message, channel.name, "sent", clock(), receipt), is_new=True)
