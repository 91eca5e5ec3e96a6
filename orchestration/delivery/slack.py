"""Slack: a digest is posted once, and looked for in the channel when nobody knows if it arrived.

Slack has no key by which it would know a message again, so the message carries ours as metadata,
and what was cut off is settled by reading the channel back.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from datetime import time as clock_time

from orchestration.delivery.channel import (
    AmbiguousDeliveryError,
    DeliveryError,
    Message,
    Receipt,
    UnreachableError,
)
from orchestration.delivery.slack_answers import GoneError, NotAcceptedError, UnclearError
from orchestration.delivery.slack_api import Answer, SlackApi
from orchestration.periods import BUSINESS_ZONE

EVENT_TYPE = "seedbed_digest"


@dataclass(frozen=True)
class Slack:
    """Posts by `chat.postMessage`; a later revision goes into the thread of the first one.

    An update puts a later revision in the place of the first one. What follows a message is a reply
    to it.
    """

    api: SlackApi
    # A request that was cut off may still be on its way: an absence is believed after this.
    pause_seconds: float = 3

    @property
    def name(self) -> str:
        return "slack"

    @property
    def is_idempotent(self) -> bool:
        return False

    def send(self, message: Message) -> Receipt:
        """Post the digest once.

        Raises:
            AmbiguousDeliveryError: it may have arrived, and is not in the channel so far.
            DeliveryError: it has not arrived.
        """
        if message.part == "update":
            return self._update(message)
        try:
            answer = self.api.call("chat.postMessage", json=self._payload(message))
            return _receipt(answer.get("channel") or message.address, answer)
        except NotAcceptedError as error:
            raise _failed(error, f"Slack channel {message.address}: {error}.") from None
        except UnclearError as error:
            unclear = str(error)
        try:
            found = self.find(message)
        except AmbiguousDeliveryError as error:
            raise AmbiguousDeliveryError(f"{error} (It was posted, but {unclear}.)") from None
        if found is None:
            raise AmbiguousDeliveryError(
                f"Slack channel {message.address}: {unclear}, and the digest is not in the channel "
                "so far; send again later, it is looked for before it is posted."
            )
        return found

    def find(self, message: Message) -> Receipt | None:
        """Look through the channel since the beginning of the digest's week.

        Raises:
            AmbiguousDeliveryError: the channel cannot be read, or not far enough.
        """
        try:
            found = self._look(message)
            if found is None:
                time.sleep(self.pause_seconds)
                found = self._look(message)
        except (NotAcceptedError, UnclearError) as error:
            raise AmbiguousDeliveryError(
                f"Slack channel {message.address}: nobody knows whether the message arrived, and "
                f"the channel cannot be read back: {error}; the next sending looks again."
            ) from None
        return found

    def _update(self, message: Message) -> Receipt:
        """Change the first message; done twice it says the same, so nobody is ever unsure."""
        channel, _, ts = (message.parent or "").partition(":")
        payload = {
            **self._said(message),
            # Its own key stays: by it the message is found.
            "metadata": _metadata(replace(message, revision=message.answers)),
            "channel": channel,
            "ts": ts,
        }
        try:
            self.api.call("chat.update", json=payload)
        except (NotAcceptedError, UnclearError) as error:
            told = f"Slack channel {message.address}: the first message was not changed, {error}."
            raise _failed(error, told) from None
        return Receipt(message.parent)

    def _said(self, message: Message) -> Answer:
        return {**message.slack, "text": message.slack.get("text") or message.subject}

    def _payload(self, message: Message) -> Answer:
        thread = self._first(message) if message.is_correction else None
        if message.part == "thread":
            thread = _ts(message.parent)
        return {
            **self._said(message),
            "channel": message.address,
            "unfurl_links": False,
            "unfurl_media": False,
            "metadata": _metadata(message),
            # Shown in the channel too: nobody looks into an old thread for a correction.
            **(
                {"thread_ts": thread, "reply_broadcast": message.part != "thread"} if thread else {}
            ),
        }

    def _first(self, message: Message) -> str | None:
        """The `ts` of the revision told first; without it a correction stands alone."""
        if message.parent:
            return _ts(message.parent)
        key = replace(message, revision=message.answers).key
        try:
            return next((item["ts"] for item in self._history(message) if _key(item) == key), None)
        except (NotAcceptedError, UnclearError):
            return None

    def _look(self, message: Message) -> Receipt | None:
        if message.part == "thread":
            return self._reply(message, _ts(message.parent))
        first, thread = replace(message, revision=message.answers).key, None
        for item in self._history(message):
            key = _key(item)
            if key == message.key:
                return _receipt(message.address, item)
            thread = item["ts"] if key == first else thread
        return self._reply(message, thread)

    def _reply(self, message: Message, thread: str | None) -> Receipt | None:
        if thread is None:
            return None
        asked = {"channel": message.address, "ts": thread}
        for item in self.api.messages("conversations.replies", asked):
            if _key(item) == message.key:
                return _receipt(message.address, item)
        return None

    def _history(self, message: Message) -> Iterator[Answer]:
        """Newest first, since the week began: no digest is older than its week."""
        oldest = datetime.combine(message.week, clock_time.min, BUSINESS_ZONE).timestamp()
        asked = {"channel": message.address, "oldest": f"{oldest:.6f}"}
        return self.api.messages("conversations.history", asked)


def _ts(parent: str | None) -> str | None:
    return parent.rpartition(":")[2] if parent else None


def _failed(error: Exception, told: str) -> DeliveryError:
    return UnreachableError(told) if isinstance(error, GoneError) else DeliveryError(told)


def _metadata(message: Message) -> Answer:
    return {
        "event_type": EVENT_TYPE,
        "event_payload": {
            "key": message.key,
            "week": message.week.isoformat(),
            "revision": message.revision,
        },
    }


def _receipt(channel: str, posted: Answer) -> Receipt:
    ts = posted.get("ts")
    if not isinstance(ts, str) or not ts:
        raise UnclearError("Slack's answer does not name the message")
    return Receipt(f"{channel}:{ts}")


def _key(item: Answer) -> str | None:
    """The key of a digest of ours, None for another message.

    Slack leaves out what metadata hold when it is not asked for all of them: a digest without
    its key could be the very one.
    """
    metadata = item.get("metadata")
    if not isinstance(metadata, dict) or metadata.get("event_type") != EVENT_TYPE:
        return None
    payload = metadata.get("event_payload")
    key = payload.get("key") if isinstance(payload, dict) else None
    if not isinstance(key, str):
        raise UnclearError("Slack shows the digests there without their keys")
    return key
