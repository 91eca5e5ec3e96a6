"""What persons ruled about a week, and how it ended: read and written."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select

from orchestration.state.store import Store
from orchestration.state.week_models import Ending, Ruling


def rule(
    store: Store,
    merchant_id: str,
    week: date,
    ruling: str,
    *,
    reason: str,
    told_by: str,
    moment: datetime,
) -> Ruling:
    """Write down what a person says about a merchant's week."""
    row = Ruling(
        merchant_id=merchant_id,
        week=week,
        ruling=ruling,
        reason=reason,
        told_by=told_by,
        told_at=moment,
    )
    with store.session() as session:
        session.add(row)
    return row


def rulings_of(store: Store, week: date) -> dict[str, Ruling]:
    """What counts for each merchant of whom somebody said something: the last word."""
    query = select(Ruling).where(Ruling.week == week).order_by(Ruling.number)
    with store.session() as session:
        return {row.merchant_id: row for row in session.scalars(query)}


def endings_of(store: Store, week: date) -> dict[str, Ending]:
    """How the digests of a week ended, by merchant; the team's by the empty id."""
    with store.session() as session:
        rows: Sequence[Ending] = session.scalars(select(Ending).where(Ending.week == week)).all()
    return {row.merchant_id: row for row in rows}


def end_week(store: Store, ending: Ending) -> None:
    """Write down how a week ends; whoever calls this knows that nobody was told another."""
    with store.session() as session:
        session.merge(ending)
