"""Give a composed content its revision, and archive it in all its forms. Nothing is told yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from orchestration.delivery.archive import write_digest
from orchestration.digest.content import DigestContent, content_hash
from orchestration.digest.render import RenderedDigest, render_digest
from orchestration.home import Home
from orchestration.state.models import Digest
from orchestration.state.store import Store


@dataclass(frozen=True)
class Revision:
    """A rendered revision, where it lies, and whether it says anything new."""

    rendered: RenderedDigest
    folder: Path
    is_new: bool


def record_revision(
    home: Home, store: Store, content: DigestContent, build_id: str, now: datetime
) -> Revision:
    """Make the content the newest revision of its week, unless it says what the last one said.

    The revision is written down first and its files after it, each only if it is missing: a run
    that was cut off is completed by the next one, and no revision ever changes. An unchanged
    content keeps the build that it was first composed from.

    Raises:
        DeliveryError: a folder of this revision exists that the state does not know.
    """
    row, is_new = _revision(store, content, build_id, now)
    rendered = render_digest(content, build_id=row.build_id, revision=row.revision)
    folder = write_digest(home, rendered)
    return Revision(rendered, folder, is_new)


def latest_revision(store: Store, content: DigestContent) -> Digest | None:
    """The newest revision of this digest's week, or None."""
    query = (
        select(Digest)
        .where(
            Digest.kind == content.kind,
            Digest.merchant_id == content.merchant_id,
            Digest.week == content.week,
        )
        .order_by(Digest.revision.desc())
        .limit(1)
    )
    with store.session() as session:
        return session.scalars(query).first()


def _revision(
    store: Store, content: DigestContent, build_id: str, now: datetime
) -> tuple[Digest, bool]:
    latest = latest_revision(store, content)
    found = content_hash(content)
    if latest is not None and latest.content_hash == found:
        return latest, False
    row = Digest(
        kind=content.kind,
        merchant_id=content.merchant_id,
        week=content.week,
        revision=latest.revision + 1 if latest else 1,
        build_id=build_id,
        content_hash=found,
        composed_at=now,
    )
    with store.session() as session:
        session.add(row)
    return row, True
