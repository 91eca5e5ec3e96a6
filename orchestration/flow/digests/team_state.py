"""What the data team's digest tells of this moment, from the state. Reads, and writes nothing."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta

from sqlalchemy import func, select

from orchestration.delivery.ledger import OUTBOX
from orchestration.digest.team_values import AsComposed, Deliveries
from orchestration.flow.claims import IS_UNCLAIMED
from orchestration.flow.digests.waiting import HOLD
from orchestration.flow.doctor.files import unknown_headers
from orchestration.flow.workspace import Workspace
from orchestration.periods import Week
from orchestration.state.endings import endings_of, rulings_of
from orchestration.state.models import Delivery, File
from orchestration.state.pauses import paused
from orchestration.state.store import Store


def standing(workspace: Workspace, week: Week) -> AsComposed:
    """What has drifted and is of nobody now, and how the week before was delivered.

    Raises:
        LayoutError: the layouts of the home cannot be read.
    """
    return AsComposed(
        drifted=sum(len(headers) for headers in unknown_headers(workspace).values()),
        unclaimed=_unclaimed(workspace.store),
        deliveries=_deliveries(workspace.store, week.monday - timedelta(days=7)),
        ui_url=workspace.settings.ui_url,
    )


def _unclaimed(store: Store) -> int:
    """Files that `seedbed merchants suggest` looks at."""
    query = select(func.count()).select_from(File).where(IS_UNCLAIMED)
    with store.session() as session:
        return session.scalar(query) or 0


def _deliveries(store: Store, monday: date) -> Deliveries | None:
    """How a week reached its readers; None where nothing of it went and nobody is paused."""
    states = _reached(store, monday)
    withheld, silent = _withheld(store, monday), len(paused(store))
    if not states and not withheld and not silent:
        return None
    return Deliveries(
        week=monday,
        sent=states.count("sent"),
        failed=states.count("failed"),
        ambiguous=states.count("ambiguous"),
        withheld=withheld,
        paused=silent,
    )


def _reached(store: Store, monday: date) -> list[str]:
    """One state for each reader of each digest: the least done part of its newest revision."""
    query = select(
        Delivery.kind,
        Delivery.merchant_id,
        Delivery.recipient,
        func.max(Delivery.revision).label("revision"),
    ).where(Delivery.week == monday, Delivery.channel != OUTBOX)
    newest = query.group_by(Delivery.kind, Delivery.merchant_id, Delivery.recipient).subquery()
    parts: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    with store.session() as session:
        rows = session.execute(
            select(Delivery.kind, Delivery.merchant_id, Delivery.recipient, Delivery.status)
            .join(
                newest,
                (Delivery.kind == newest.c.kind)
                & (Delivery.merchant_id == newest.c.merchant_id)
                & (Delivery.recipient == newest.c.recipient)
                & (Delivery.revision == newest.c.revision),
            )
            .where(Delivery.week == monday, Delivery.channel != OUTBOX)
        )
        for *reader, status in rows:
            parts[tuple(reader)].add(status)
    return [_least_done(statuses) for statuses in parts.values()]


def _least_done(statuses: set[str]) -> str:
    """A delivery that is still claimed was cut off: nobody knows whether it arrived."""
    if statuses & {"ambiguous", "claimed"}:
        return "ambiguous"
    return "failed" if "failed" in statuses else "sent"


def _withheld(store: Store, monday: date) -> int:
    """Digests in whose place a notice went, and those that a person holds without an end."""
    endings = endings_of(store, monday)
    held = {owner for owner, row in rulings_of(store, monday).items() if row.ruling == HOLD}
    noticed = {owner for owner, row in endings.items() if row.ending == "notice"}
    return len(noticed | (held - endings.keys()))
