"""The contract of a channel: it takes one message to one address, and says how that went."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any, Literal, Protocol

from orchestration.delivery.links import Links
from orchestration.digest.codes import Kind
from orchestration.digest.render import RenderedDigest
from orchestration.register import Channel as Medium
from orchestration.register import Recipient, is_webhook

# The folder of the data team's digest, where a merchant's has its id.
TEAM = "team"


class DeliveryError(Exception):
    """A message did not go out; the message names the address and says how to mend it."""


class UnreachableError(DeliveryError):
    """It will never go out to this recipient, until a person has mended something."""


class AmbiguousDeliveryError(DeliveryError):
    """Nobody knows whether the message went out; a person must look before it is sent again."""


Part = Literal["message", "update", "thread"]


@dataclass(frozen=True)
class Message:
    """One digest revision for one recipient, in the form of its medium."""

    kind: Kind
    merchant_id: str
    week: date
    revision: int
    medium: Medium
    address: str
    language: str
    subject: str
    slack: dict[str, Any]
    html: str
    text: str
    # A copy to somebody who tries it out; it is no delivery.
    is_copy: bool = False
    # The figures as a workbook, for a mail.
    xlsx: bytes | None = None
    # What follows as a reply in Slack; it is a part of its own.
    slack_thread: dict[str, Any] | None = None
    # What the ledger calls it: a correction in Slack is an update of the first message and a note.
    part: Part = "message"
    # The revision that its reader was told first, which a later one answers.
    answers: int = 1
    # What the provider calls the message of that revision, or that a thread is under, if known.
    parent: str | None = None
    # Where a mail program unsubscribes its reader; empty where nobody listens.
    unsubscribe_url: str = ""

    @property
    def owner(self) -> str:
        """The merchant's id, or `team`."""
        return self.merchant_id or TEAM

    @property
    def key(self) -> str:
        """The same for every try of the same revision to the same address, and for no other."""
        more = ("copy",) * self.is_copy + ("thread",) * (self.part == "thread")
        identity = (self.kind, self.merchant_id, self.week.isoformat(), str(self.revision), *more)
        return hashlib.sha256("\x1f".join((*identity, self.address)).encode()).hexdigest()[:32]

    def thread(self, parent: str | None) -> Message | None:
        """What follows this message once it has arrived as `parent`; None if nothing does."""
        if not self.slack_thread:
            return None
        rest = replace(self, part="thread", slack=self.slack_thread, slack_thread=None)
        return replace(rest, parent=self.parent or parent)

    @property
    def is_correction(self) -> bool:
        """Whether its reader was told an earlier revision."""
        return self.revision > self.answers

    @property
    def payload_hash(self) -> str:
        """sha256 of what the recipient gets."""
        payload = (
            json.dumps(self.slack, ensure_ascii=False, sort_keys=True)
            if self.medium == "slack"
            else "\x1f".join((self.subject, self.text, self.html))
        )
        return hashlib.sha256(payload.encode()).hexdigest()


@dataclass(frozen=True)
class Receipt:
    """What the provider calls the message it has accepted."""

    provider_id: str | None


@dataclass(frozen=True)
class Step:
    """One thing that was tried with a channel, and how it went."""

    name: str
    is_done: bool
    sentence: str

    def as_dict(self) -> dict[str, object]:
        return asdict(self)


class Channel(Protocol):
    """A way out."""

    @property
    def name(self) -> str:
        """How the ledger names this way; the same message may go out once by each."""
        ...

    @property
    def is_idempotent(self) -> bool:
        """Whether sending a message twice leaves one message (a file is simply written again)."""
        ...

    def send(self, message: Message) -> Receipt:
        """Take the message to its address.

        Raises:
            AmbiguousDeliveryError: it may or may not have arrived.
            UnreachableError: it has not arrived, and nothing ever will as things stand.
            DeliveryError: it has not arrived.
        """
        ...

    def find(self, message: Message) -> Receipt | None:
        """Look whether a message of which nobody is sure has arrived; None if it has not.

        Raises:
            AmbiguousDeliveryError: this way out cannot look, or its answer proves nothing.
        """
        ...


Status = Literal["claimed", "sent", "failed", "ambiguous", "withheld", "suppressed"]


def medium_of(address: str) -> Medium:
    """How an address is reached that somebody typed: a mailbox has an @, a webhook a form."""
    if is_webhook(address):
        return "webhook"
    return "email" if "@" in address else "slack"


def message_for(
    rendered: RenderedDigest, recipient: Recipient, links: Links | None = None
) -> Message:
    """The rendered digest, addressed; with its reader's own links, where there are any."""
    content, is_mail, own = rendered.content, recipient.channel == "email", {}
    if links is not None:
        rendered, own = links.added(rendered, recipient)
    return Message(
        kind=content.kind,
        merchant_id=content.merchant_id,
        week=content.week,
        revision=rendered.revision,
        medium=recipient.channel,
        address=recipient.address,
        language=content.locale,
        subject=rendered.subject,
        slack=rendered.slack,
        slack_thread=rendered.slack_thread if recipient.channel == "slack" else None,
        html=rendered.html,
        text=rendered.text,
        xlsx=rendered.xlsx if is_mail else None,
        unsubscribe_url=own.get("unsubscribe", ""),
    )
