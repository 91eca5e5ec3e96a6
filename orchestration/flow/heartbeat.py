"""The sign of life: an address that is called when a week is finished, so that silence alarms."""

from __future__ import annotations

import json

from orchestration.delivery.channel import AmbiguousDeliveryError, DeliveryError
from orchestration.delivery.post_once import post_once
from orchestration.flow.digests.status import count_untold
from orchestration.flow.workspace import Workspace
from orchestration.periods import Week, last_closed_week
from orchestration.settings import now

_BEAT = "heartbeat_week"
# How sentences name it: the address may be a password.
_NAME = "heartbeat.url"


def beat(workspace: Workspace, week: Week, *, is_sent: bool) -> str | None:
    """Call the address once, if the last closed week is finished; gives why it did not answer.

    A week is finished when nobody waits for a digest of it, and without sending when the outbox is
    filled. What failed is tried again with the next run: no watcher minds two beats.

    Args:
        workspace: the home.
        week: the week that was just delivered; only the last closed one counts.
        is_sent: whether its digests were sent, and not only put into the outbox.
    """
    settings = workspace.settings.heartbeat
    if not settings.url.get_secret_value() or week != last_closed_week(now()):
        return None
    if workspace.store.fact(_BEAT) == week.key or (is_sent and count_untold(workspace, week)):
        return None
    body = json.dumps({"week": week.iso}).encode()
    try:
        post_once(_NAME, settings.url, body, {}, settings.timeout_seconds)
    except (AmbiguousDeliveryError, DeliveryError) as error:
        return str(error)
    workspace.store.remember(_BEAT, week.key)
    return None
