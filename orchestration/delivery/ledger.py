"""The ledger: who got which revision by which channel. Claimed before, settled after.

A delivery that stays claimed was cut off. Where sending twice leaves one message it is done again;
elsewhere nobody knows whether it went out, so it is marked ambiguous: the channel may be able to
look, and what it cannot tell is left to a person.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from orchestration.delivery.channel import Message, Receipt, Status
from orchestration.digest.codes import Kind
from orchestration.state.models import Delivery
from orchestration.state.store import Store

# The way out that nobody reads by itself.
OUTBOX = "outbox"


@dataclass(frozen=True)
class Claim:
    """What to do about a delivery: send it, or leave it in the state that it is in."""

    must_send: bool
    delivery: Delivery

    @property
    def is_unsure(self) -> bool:
        """Whether it was begun once and nobody knows how that ended."""
        return self.delivery.status == "ambiguous"


def delivery_key(message: Message, channel_name: str) -> tuple[object, ...]:
    """The primary key of a delivery. A medium belongs to the address: `slack:C0123456`."""
    recipient = f"{message.medium}:{message.address}"
    return (
        message.kind,
        message.merchant_id,
        message.week,
        message.revision,
        channel_name,
        recipient,
        message.part,
    )


def claim(
    store: Store, message: Message, channel_name: str, now: datetime, *, is_idempotent: bool
) -> Claim:
    """Write down that this delivery begins, unless it has ended before.

    Sent, withheld, suppressed and ambiguous deliveries stay as they are; a failed one, which
    certainly did not arrive, is tried again.
    """
    key = delivery_key(message, channel_name)
    with store.session() as session:
        row = session.get(Delivery, key)
        if row is None:
            row = Delivery(
                kind=message.kind,
                merchant_id=message.merchant_id,
                week=message.week,
                revision=message.revision,
                channel=channel_name,
                recipient=str(key[5]),
                part=message.part,
                status="claimed",
                payload_hash=message.payload_hash,
                claimed_at=now,
            )
            session.add(row)
            return Claim(must_send=True, delivery=row)
        if row.status == "failed" or (row.status == "claimed" and is_idempotent):
            row.status, row.payload_hash = "claimed", message.payload_hash
            row.claimed_at, row.settled_at = now, None
            return Claim(must_send=True, delivery=row)
        if row.status == "claimed":
            row.status, row.settled_at = "ambiguous", now
        return Claim(must_send=False, delivery=row)


def told_before(store: Store, message: Message, channel_name: str) -> list[Delivery]:
    """Earlier revisions of this week that may have reached this recipient, newest first."""
    address = f"{message.medium}:{message.address}"
    rows = deliveries_of(
        store, message.kind, message.merchant_id, message.week, channel_name, address
    )
    return [row for row in rows if row.revision < message.revision and row.status != "failed"]


def told_revision(store: Store, merchant_id: str, week: date) -> int | None:
    """The newest revision of a merchant's week of which a reader has heard, or may have."""
    query = select(func.max(Delivery.revision)).where(
        Delivery.merchant_id == merchant_id,
        Delivery.week == week,
        Delivery.status != "failed",
        Delivery.channel != OUTBOX,
    )
    with store.session() as session:
        return session.scalar(query)


def deliveries_of(
    store: Store, kind: Kind, merchant_id: str, week: date, channel_name: str, recipient: str
) -> Sequence[Delivery]:
    """What the ledger says of a digest for one recipient (`slack:C0123456`), newest first."""
    query = (
        select(Delivery)
        .where(
            Delivery.kind == kind,
            Delivery.merchant_id == merchant_id,
            Delivery.week == week,
            Delivery.channel == channel_name,
            Delivery.recipient == recipient,
            Delivery.part == "message",
        )
        .order_by(Delivery.revision.desc())
    )
    with store.session() as session:
        return session.scalars(query).all()


def thread_of(store: Store, message: Delivery) -> Delivery | None:
    """How the thread of a message stands; None if it was never begun."""
    key = ("kind", "merchant_id", "week", "revision", "channel", "recipient")
    with store.session() as session:
        return session.get(Delivery, (*(getattr(message, name) for name in key), "thread"))


def told_merchants(store: Store, week: date) -> set[str]:
    """Of whose digest of a week a reader has heard, or may have; the team's has the empty id."""
    query = select(Delivery.merchant_id).where(
        Delivery.week == week, Delivery.status != "failed", Delivery.channel != OUTBOX
    )
    with store.session() as session:
        return set(session.scalars(query.distinct()))


def unsure(store: Store, week: date | None = None) -> list[Delivery]:
    """Deliveries, of a week or of all, that were begun and of which nobody knows how they ended."""
    query = (
        select(Delivery)
        .where(Delivery.status.in_(("claimed", "ambiguous")), Delivery.channel != OUTBOX)
        .order_by(Delivery.week, Delivery.merchant_id, Delivery.recipient, Delivery.revision)
    )
    if week is not None:
        query = query.where(Delivery.week == week)
    with store.session() as session:
        return list(session.scalars(query))


def failed(store: Store, week: date) -> list[Delivery]:
    """Deliveries of a week that certainly did not arrive, and that no newer revision overtook."""
    query = (
        select(Delivery)
        .where(Delivery.week == week)
        .order_by(Delivery.merchant_id, Delivery.recipient, Delivery.revision)
    )
    with store.session() as session:
        newest = {
            (row.kind, row.merchant_id, row.recipient, row.part): row
            for row in session.scalars(query)
        }
    return [row for row in newest.values() if row.status == "failed"]


def settle_unsure(store: Store, row: Delivery, status: Status, now: datetime) -> None:
    """Write down how a delivery ended of which nobody was sure, by the word of who has looked."""
    with store.session() as session:
        known = session.merge(row)
        known.status, known.settled_at = status, now


def claim_again(store: Store, message: Message, channel_name: str, now: datetime) -> None:
    """Write down that a delivery begins anew, after a look has shown that it never arrived."""
    with store.session() as session:
        row = session.get_one(Delivery, delivery_key(message, channel_name))
        row.status, row.payload_hash = "claimed", message.payload_hash
        row.claimed_at, row.settled_at = now, None


def settle(
    store: Store,
    message: Message,
    channel_name: str,
    status: Status,
    now: datetime,
    receipt: Receipt | None = None,
) -> Delivery:
    """Write down how a claimed delivery ended."""
    with store.session() as session:
        row = session.get_one(Delivery, delivery_key(message, channel_name))
        row.status, row.settled_at = status, now
        row.provider_id = receipt.provider_id if receipt else None
        return row
