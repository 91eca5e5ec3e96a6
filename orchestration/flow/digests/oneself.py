"""The real digest to oneself: outside the ledger, so that it settles nobody's delivery."""

from __future__ import annotations

from dataclasses import replace

from orchestration.delivery.channel import (
    AmbiguousDeliveryError,
    Channel,
    DeliveryError,
    Message,
    message_for,
)
from orchestration.delivery.channels import configured
from orchestration.delivery.ledger import OUTBOX
from orchestration.flow.digests.archive import composed_digests
from orchestration.flow.digests.recipients import at_address
from orchestration.flow.digests.status import IN_OUTBOX, TEAM_NAME, Standing
from orchestration.flow.workspace import Workspace
from orchestration.periods import Week


def send_to(
    workspace: Workspace, week: Week, address: str, merchant_id: str | None = None
) -> list[Standing]:
    """Send the composed digests of a week, or a merchant's, to one address.

    Raises:
        HomeError: nothing is composed for this week, or not for this merchant.
    """
    channel_of = configured(workspace.home, workspace.settings.delivery)
    found: list[Standing] = []
    for digest in composed_digests(workspace, week, merchant_id):
        kind = digest.content.kind
        recipient = at_address(workspace.register(), address, kind)
        # Another key than the real one's, so that a look for that never finds this.
        message = message_for(digest, recipient)
        message = replace(message, is_copy=True, answers=message.revision)
        found.append(_sent(channel_of(recipient), message))
    return found


def _sent(channel: Channel, message: Message) -> Standing:
    state, words = IN_OUTBOX if channel.name == OUTBOX else "sent", ""
    try:
        receipt = channel.send(message)
        if rest := message.thread(receipt.provider_id):
            channel.send(rest)
    except AmbiguousDeliveryError as error:
        state, words = "ambiguous", str(error)
    except DeliveryError as error:
        state, words = "failed", str(error)
    name = message.merchant_id or TEAM_NAME
    key = f"{message.medium}:{message.address}"
    return Standing(name, key, channel.name, message.revision, state, words)
