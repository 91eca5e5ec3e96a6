"""The file channel: what would have gone out, as files that can be looked at."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path

from orchestration.delivery.channel import Message, Receipt
from orchestration.delivery.mail import build_mail
from orchestration.files import forget_scraps, write_private

_UNSAFE = re.compile(r"[^A-Za-z0-9@._+-]+")
# A file name of 255 bytes holds this, the channel's name, a hash and an ending.
_SLUG_LENGTH = 100


@dataclass(frozen=True)
class Outbox:
    """Writes `<week>/<merchant_id or team>/r<revision>/<medium>__<address>.{json,eml}`.

    What follows in a thread is `<medium>__<address>.thread.json`.
    """

    root: Path
    sender: str = "Seedbed <seedbed@localhost>"

    @property
    def name(self) -> str:
        return "outbox"

    @property
    def is_idempotent(self) -> bool:
        return True

    def send(self, message: Message) -> Receipt:
        """Write the message; its path under the outbox is its provider id."""
        if message.medium != "email":
            said = message.slack if message.medium == "slack" else _plain(message)
            payload = {"channel": message.address, **said}
            content = json.dumps(payload, ensure_ascii=False, indent=2).encode() + b"\n"
            ending = "json"
        else:
            content = build_mail(message, self.sender).as_bytes()
            ending = "eml"
        folder = Path(message.week.isoformat(), message.owner, f"r{message.revision}")
        part = ".thread" if message.part == "thread" else ""
        relative = folder / f"{message.medium}__{address_slug(message.address)}{part}.{ending}"
        forget_scraps(self.root / folder)
        write_private(self.root / relative, content)
        return Receipt(provider_id=relative.as_posix())

    def find(self, message: Message) -> Receipt | None:  # noqa: ARG002
        """A file is simply written again, so nobody is ever unsure of one."""
        return None


def _plain(message: Message) -> dict[str, str]:
    return {"subject": message.subject, "text": message.text}


def address_slug(address: str) -> str:
    """An address as part of a file name; different addresses never share one."""
    slug = _UNSAFE.sub("-", address)[:_SLUG_LENGTH]
    if slug == address:
        return slug
    return f"{slug}-{hashlib.sha256(address.encode()).hexdigest()[:8]}"
