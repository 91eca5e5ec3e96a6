"""Step 7: bring the composed digests of a week to their readers, each part once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from orchestration.delivery.archive import read_digest
from orchestration.delivery.channels import configured, outbox_only
from orchestration.delivery.deliver import Outcome, deliver
from orchestration.delivery.issued import write_issued
from orchestration.digest.render import RenderedDigest
from orchestration.flow.digests.archive import composed_digests, latest_digests
from orchestration.flow.digests.sender import refuse_a_copy
from orchestration.flow.digests.waiting import Waiting, waiting
from orchestration.flow.workspace import Workspace
from orchestration.periods import Week
from orchestration.register import Recipient, Register
from orchestration.settings import now


@dataclass(frozen=True)
class Delivered:
    """What became of a week's digests: one outcome per recipient, and those that wait."""

    outcomes: tuple[Outcome, ...]
    waiting: tuple[Waiting, ...] = ()


def recipients_of(register: Register, digest: RenderedDigest) -> Sequence[Recipient]:
    """Who reads this digest: the merchant's own recipients, or the team's."""
    if not digest.content.merchant_id:
        return register.team.recipients
    merchant = register.get(digest.content.merchant_id)
    return merchant.recipients if merchant else ()


def fill_outbox(workspace: Workspace, week: Week) -> Delivered:
    """Put the newest revision of every digest of the week into the outbox."""
    return _deliver(workspace, latest_digests(workspace, week), is_sent=False)


def send_week(
    workspace: Workspace, week: Week, *, merchant_id: str | None = None, anyway: bool = False
) -> Delivered:
    """Send the newest revision of every digest of the week by the channels of this home.

    Who was told a revision of the week is not told another. A merchant's digest waits for what is
    required until the cut-off, unless a person sends it `anyway`. What a medium has no channel for
    goes to the outbox.

    Args:
        workspace: the home.
        week: a week that is composed.
        merchant_id: only this merchant's; None for everybody's and the team's.
        anyway: wait for nothing.

    Raises:
        HomeError: this is a copy of a home that has sent before, or nothing is composed.
    """
    refuse_a_copy(workspace)
    hours, moment = workspace.settings.delivery.cut_off_hours, now()
    digests = composed_digests(workspace, week, merchant_id)
    kept = (
        {}
        if anyway
        else {
            digest.content.merchant_id: why
            for digest in digests
            if (why := waiting(digest.content, hours, moment))
        }
    )
    ready = [digest for digest in digests if digest.content.merchant_id not in kept]
    done = _deliver(workspace, ready, is_sent=True)
    return Delivered(done.outcomes, tuple(kept.values()))


def _deliver(
    workspace: Workspace, digests: Sequence[RenderedDigest], *, is_sent: bool
) -> Delivered:
    """What goes out is what was composed and can be previewed.

    Its figures are kept as issued before anything leaves, and only then: a figure that somebody
    was told is never unknown to us, and one that nobody was told is never among them.
    """
    home, register = workspace.home, workspace.register()
    channel_of = configured(home, workspace.settings.delivery) if is_sent else outbox_only(home)
    outcomes: list[Outcome] = []
    for digest in digests:
        content = digest.content
        archived = partial(read_digest, home, Week(content.week), content.merchant_id)
        outcomes.extend(
            deliver(
                digest,
                recipients_of(register, digest),
                channel_of,
                workspace.store,
                now,
                earlier=archived if is_sent else None,
                before_send=lambda digest=digest: write_issued(home, digest, now()),
            )
        )
    return Delivered(tuple(outcomes))
