"""Recipients that are paused: nothing is sent to them until somebody resumes them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from orchestration.state.store import Store
from orchestration.state.week_models import Pause

_IS_PAUSED = Pause.resumed_at.is_(None)


def paused(store: Store) -> dict[str, Pause]:
    """Who is paused, by recipient (`slack:C0123456`)."""
    with store.session() as session:
        return {row.recipient: row for row in session.scalars(select(Pause).where(_IS_PAUSED))}


def pause(store: Store, recipient: str, reason: str, moment: datetime) -> None:
    """Give a recipient up, unless it is paused already."""
    if recipient in paused(store):
        return
    with store.session() as session:
        session.merge(Pause(recipient=recipient, paused_at=moment, reason=reason))


def resume(store: Store, recipient: str, resumed_by: str, moment: datetime) -> bool:
    """Send to a recipient again; gives whether it was paused."""
    query = select(Pause).where(Pause.recipient == recipient, _IS_PAUSED)
    with store.session() as session:
        rows = list(session.scalars(query))
        for row in rows:
            row.resumed_at, row.resumed_by = moment, resumed_by
    return bool(rows)
