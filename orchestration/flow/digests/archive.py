"""Composed digests of a week, as the archive has them."""

from __future__ import annotations

from sqlalchemy import func, select

from orchestration.delivery.archive import read_digest
from orchestration.digest.render import RenderedDigest
from orchestration.flow.workspace import HomeError, Workspace
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


def composed_digests(
    workspace: Workspace, week: Week, merchant_id: str | None = None
) -> list[RenderedDigest]:
    """As `latest_digests`, of all or of one merchant; at least one.

    Raises:
        HomeError: nothing is composed for this week, or not for this merchant.
    """
    found = [
        digest
        for digest in latest_digests(workspace, week)
        if merchant_id in (None, digest.content.merchant_id)
    ]
    if not found:
        whose = f" for {merchant_id}" if merchant_id else ""
        raise HomeError(
            f"Nothing is composed{whose} for {week.iso}; run `seedbed run --week {week.key}`."
        )
    return found
