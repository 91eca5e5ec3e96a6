"""Composed digests of a week, as the archive has them."""

from __future__ import annotations

from sqlalchemy import func, select

from orchestration.delivery.archive import read_digest
from orchestration.digest.render import RenderedDigest
from orchestration.flow.workspace import Workspace
from orchestration.periods import Week
from orchestration.state.models import Digest


def latest_digests(workspace: Workspace, week: Week) -> list[RenderedDigest]:
    """The newest revision of each digest of a week; merchants by id, the team last."""
    with workspace.store.session() as session:
        newest = session.execute(
            select(Digest.kind, Digest.merchant_id, func.max(Digest.revision))
            .where(Digest.week == week.monday)
            .group_by(Digest.kind, Digest.merchant_id)
        ).all()
    ordered = sorted(newest, key=lambda row: (row[1] == "", row[1]))
    return [
        read_digest(workspace.home, week, merchant_id, revision)
        for _, merchant_id, revision in ordered
    ]
