"""The real digest to oneself: outside the ledger, so that it settles nobody's delivery."""

from __future__ import annotations

from dataclasses import replace

from orchestration.delivery.channel import DeliveryError, message_for
from orchestration.delivery.channels import configured
from orchestration.flow.digests.archive import latest_digests
from orchestration.flow.digests.status import TEAM_NAME, Standing
from orchestration.flow.workspace import HomeError, Workspace
from orchestration.periods import Week
from orchestration.register import Recipient


def send_to(
    workspace: Workspace, week: Week, address: str, merchant_id: str | None = None
) -> list[Standing]:
    """Send the composed digests of a week, or a merchant's, to one address.

    Raises:
        HomeError: nothing is composed for this week, or not for this merchant.
    """
    channel_of = configured(workspace.home, workspace.settings.delivery)
    found: list[Standing] = []
    for digest in latest_digests(workspace, week):
        content = digest.content
        if merchant_id not in (None, content.merchant_id):
            continue
        recipient = Recipient(
            channel="email" if "@" in address else "slack", address=address, digest=content.kind
        )
        # Another key than the real one's, so that a look for that never finds this.
        message = replace(message_for(digest, recipient), is_copy=True)
        channel, state, words = channel_of(recipient), "sent", ""
        try:
            channel.send(message)
        except DeliveryError as error:
            state, words = "failed", str(error)
        name = content.merchant_id or TEAM_NAME
        key = f"{recipient.channel}:{address}"
        found.append(Standing(name, key, channel.name, digest.revision, state, words))
    if not found:
        whose = f" for {merchant_id}" if merchant_id else ""
        raise HomeError(
            f"Nothing is composed{whose} for {week.iso}; run `seedbed run --week {week.key}`."
        )
    return found
