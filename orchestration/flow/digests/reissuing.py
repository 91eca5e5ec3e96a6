"""A numbered correction of a week that was told, by a person's order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy import select

from orchestration.delivery.changed import changes_since
from orchestration.delivery.channels import configured
from orchestration.delivery.correct import deliver_correction
from orchestration.delivery.issued import read_issued, write_issued
from orchestration.delivery.ledger import told_revision
from orchestration.delivery.links import links_of
from orchestration.delivery.revisions import latest_revision, record_revision
from orchestration.digest.content import DigestContent, content_hash
from orchestration.digest.correction import Changes, change_lines, render_correction
from orchestration.digest.render import RenderedDigest
from orchestration.flow.digests.planning import readers_of
from orchestration.flow.digests.ruling import who
from orchestration.flow.digests.sender import refuse_a_copy
from orchestration.flow.digests.status import Standing, of_outcomes
from orchestration.flow.workspace import HomeError, Workspace
from orchestration.periods import Week
from orchestration.register import Recipient
from orchestration.settings import now
from orchestration.state.pauses import paused
from orchestration.state.readers import unsubscribed
from orchestration.state.week_models import Reissue


@dataclass(frozen=True)
class Reissued:
    """A correction: its number, what it changes (figure, as told, now), and how it was told.

    Without a confirmation nothing was told, and `standings` is empty.
    """

    number: int
    changes: Sequence[tuple[str, str, str]]
    standings: Sequence[Standing]
    is_sent: bool

    def as_dict(self) -> dict[str, object]:
        return {
            "number": self.number,
            "is_sent": self.is_sent,
            "changes": [
                {"figure": figure, "told": told, "now": present}
                for figure, told, present in self.changes
            ],
            "standings": [one.as_dict() for one in self.standings],
        }


def reissue(
    workspace: Workspace,
    week: Week,
    content: DigestContent,
    build_id: str,
    reason: str,
    *,
    confirm: bool,
) -> Reissued:
    """Tell the readers of a merchant's week what has changed since they were told.

    The same order again, after it was cut off or a reader failed, ends the same correction.

    Args:
        workspace: the home.
        week: the week that was told.
        content: what the marts say of it now.
        build_id: the build that they are of.
        reason: why; it is kept, and not told.
        confirm: tell it; otherwise it is only shown.

    Raises:
        HomeError: nobody was told, nothing has changed, or this is a copy of another home.
    """
    refuse_a_copy(workspace)
    wanted = _wanted(workspace, week, content, reason)
    told = read_issued(workspace.home, week.monday, content.merchant_id, wanted.corrects)
    changes = changes_since(told, content)
    if not changes:
        raise HomeError(
            f"Nothing that was told of {content.merchant_id} for {week.iso} has changed: "
            f"r{wanted.corrects} stands. Is a newer export in? `seedbed run --week {week.key}` "
            "builds it."
        )
    lines = change_lines(changes, content.locale)
    if not confirm:
        return Reissued(wanted.number, lines, (), is_sent=False)
    standings = _send(workspace, content, build_id, wanted, changes)
    return Reissued(wanted.number, lines, standings, is_sent=True)


def _wanted(workspace: Workspace, week: Week, content: DigestContent, reason: str) -> Reissue:
    """The correction to tell: the last one if it says this already, else the next."""
    store, merchant_id = workspace.store, content.merchant_id
    query = (
        select(Reissue)
        .where(Reissue.merchant_id == merchant_id, Reissue.week == week.monday)
        .order_by(Reissue.number)
    )
    with store.session() as session:
        known = list(session.scalars(query))
    latest = latest_revision(store, content)
    is_same = latest is not None and latest.content_hash == content_hash(content)
    if known and is_same and latest is not None and known[-1].revision == latest.revision:
        return known[-1]
    corrects = told_revision(store, merchant_id, week.monday)
    if corrects is None:
        raise HomeError(
            f"Nobody was told {week.iso} of {merchant_id}, so nothing is to be corrected; "
            f"`seedbed digest send --week {week.key} --merchant {merchant_id}` tells it."
        )
    return Reissue(
        merchant_id=merchant_id,
        week=week.monday,
        number=len(known) + 1,
        corrects=corrects,
        reason=reason,
        told_by=who(),
        told_at=now(),
    )


def _active(workspace: Workspace, rendered: RenderedDigest) -> list[Recipient]:
    owner, pauses, left = (
        rendered.content.merchant_id,
        paused(workspace.store),
        unsubscribed(workspace.store),
    )
    return [
        one
        for one in readers_of(workspace.register(), rendered)
        if one.key not in pauses and (owner, one.key) not in left
    ]


def _send(
    workspace: Workspace,
    content: DigestContent,
    build_id: str,
    wanted: Reissue,
    changes: Changes,
) -> list[Standing]:
    home, store = workspace.home, workspace.store
    rendered = record_revision(home, store, content, build_id, now()).rendered
    wanted.revision = rendered.revision
    # Before anybody is told: an order that is cut off is the same order when it is given again.
    with store.session() as session:
        session.merge(wanted)
    correction = render_correction(
        content, changes, wanted.number, rendered.build_id, rendered.revision
    )
    outcomes = deliver_correction(
        correction,
        _active(workspace, rendered),
        configured(home, workspace.settings.delivery),
        store,
        now,
        before_send=partial(write_issued, home, rendered, now()),
        links=links_of(home, workspace.settings.serve),
    )
    return of_outcomes(outcomes)
