"""Deliver a correction: Slack's first message is changed and answered, elsewhere it is sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from orchestration.delivery.channel import Channel, Message, message_for
from orchestration.delivery.deliver import Outcome, deliver_message, deliver_thread, look
from orchestration.delivery.ledger import told_before
from orchestration.delivery.links import Links
from orchestration.digest.correction import Correction
from orchestration.digest.render import RenderedDigest
from orchestration.register import Recipient
from orchestration.state.models import Delivery
from orchestration.state.store import Store

Clock = Callable[[], datetime]


def deliver_correction(
    correction: Correction,
    readers: Sequence[Recipient],
    channel_of: Callable[[Recipient], Channel],
    store: Store,
    clock: Clock,
    before_send: Callable[[], object] = lambda: None,
    links: Links | None = None,
) -> list[Outcome]:
    """Tell a correction to every reader, each part of it once.

    Whose first message nobody is sure of is not told yet: a correction of nothing would puzzle.
    Who was told nothing before gets the corrected digest as it is.
    """
    outcomes: list[Outcome] = []
    for reader in readers:
        whole = message_for(correction.digest, reader, links)
        outcomes += _tell(whole, correction.note, channel_of(reader), store, clock, before_send)
    return outcomes


def _tell(
    whole: Message,
    note: RenderedDigest,
    channel: Channel,
    store: Store,
    clock: Clock,
    before_send: Callable[[], object],
) -> Iterator[Outcome]:
    first = next(reversed(told_before(store, whole, channel.name)), None)
    if first is not None and first.status in ("claimed", "ambiguous"):
        looked = look(replace(whole, revision=first.revision), channel, store, clock)
        if looked is not None and looked.problem:
            yield looked
            return
        first = looked and looked.delivery
    whole = _answering(whole, first)
    if whole.medium == "slack" and whole.parent:
        update = replace(whole, part="update")
        yield deliver_message(update, channel, store, clock, before_send)
        whole = replace(whole, slack=note.slack)
    told = deliver_message(whole, channel, store, clock, before_send)
    yield told
    yield from deliver_thread(whole, told, channel, store, clock, before_send)


def _answering(whole: Message, first: Delivery | None) -> Message:
    if first is None:
        return replace(whole, answers=whole.revision)
    return replace(whole, answers=first.revision, parent=first.provider_id)
