"""Step 7: bring the composed digests of a week to their readers, each part once."""

from __future__ import annotations

from collections.abc import Sequence

from orchestration.delivery.channels import configured, outbox_only
from orchestration.delivery.deliver import Outcome, deliver
from orchestration.delivery.issued import write_issued
from orchestration.digest.render import RenderedDigest
from orchestration.flow.digests.archive import latest_digests
from orchestration.flow.workspace import Workspace
from orchestration.periods import Week
from orchestration.register import Recipient, Register
from orchestration.settings import now


def recipients_of(register: Register, digest: RenderedDigest) -> Sequence[Recipient]:
    """Who reads this digest: the merchant's own recipients, or the team's."""
    if not digest.content.merchant_id:
        return register.team.recipients
    merchant = register.get(digest.content.merchant_id)
    return merchant.recipients if merchant else ()


def deliver_week(workspace: Workspace, week: Week, *, send: bool = False) -> list[Outcome]:
    """Send the newest revision of every digest of the week, or put it into the outbox.

    What goes out is what was composed and can be previewed. Its figures are kept as issued
    before anything leaves: a figure that somebody was told is never unknown to us.
    """
    register = workspace.register()
    home = workspace.home
    channel_of = configured(home, workspace.settings.delivery) if send else outbox_only(home)
    outcomes: list[Outcome] = []
    for digest in latest_digests(workspace, week):
        recipients = recipients_of(register, digest)
        if recipients:
            write_issued(workspace.home, digest, now())
        outcomes.extend(deliver(digest, recipients, channel_of, workspace.store, now))
    return outcomes
