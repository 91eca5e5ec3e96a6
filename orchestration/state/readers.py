"""What readers say of their digests: read and written."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select

from orchestration.state.reader_models import Answer, Unsubscription
from orchestration.state.store import Store

_COUNTS = Unsubscription.resumed_at.is_(None)


def unsubscribed(store: Store) -> dict[tuple[str, str], Unsubscription]:
    """Who wants no more of whose digest, by merchant ('' for the team's) and recipient."""
    query = select(Unsubscription).where(_COUNTS)
    with store.session() as session:
        return {(row.merchant_id, row.recipient): row for row in session.scalars(query)}


def unsubscribe(store: Store, merchant_id: str, recipient: str, moment: datetime) -> None:
    """Write down that a reader wants no more of a digest; once is enough."""
    if (merchant_id, recipient) in unsubscribed(store):
        return
    with store.session() as session:
        session.merge(Unsubscription(merchant_id=merchant_id, recipient=recipient, asked_at=moment))


def subscribe_again(store: Store, recipient: str, resumed_by: str, moment: datetime) -> None:
    """Take back all that a reader wanted no more of."""
    query = select(Unsubscription).where(Unsubscription.recipient == recipient, _COUNTS)
    with store.session() as session:
        for row in session.scalars(query):
            row.resumed_at, row.resumed_by = moment, resumed_by


def write_answer(store: Store, answer: Answer) -> None:
    """Write down an answer; the first time counts."""
    key = (answer.merchant_id, answer.week, answer.revision, answer.recipient, answer.answer)
    with store.session() as session:
        if session.get(Answer, key) is None:
            session.add(answer)


def answers_of(store: Store, week: date) -> Sequence[Answer]:
    """The answers to a week's digests, in the order in which they came."""
    query = select(Answer).where(Answer.week == week).order_by(Answer.told_at, Answer.answer)
    with store.session() as session:
        return session.scalars(query).all()
