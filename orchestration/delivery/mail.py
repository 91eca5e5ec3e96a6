"""An e-mail as bytes: text, HTML and figures of one digest; the same message, the same bytes."""

from __future__ import annotations

import re
from dataclasses import replace
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import getaddresses

from orchestration.delivery.channel import DeliveryError, Message

# An address that every mail server takes as it stands: nothing quoted, nothing to escape, ASCII.
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_ADDRESS = re.compile(rf"{_ATOM}(\.{_ATOM})*@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
_MAX_ADDRESS = 254
_XLSX = "vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What ends a header line, or a line anywhere else, and other controls.
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


class _AsItStands(UnstructuredHeader, BaseHeader):
    """A header of one word: where it is long, the library would encode what must be read as is."""

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


_HEADERS = HeaderRegistry()
for _name in ("in-reply-to", "references", "list-unsubscribe"):
    _HEADERS.map_to_type(_name, _AsItStands)
_POLICY = SMTP.clone(header_factory=_HEADERS)


def is_plain_address(text: str) -> bool:
    """Whether this is one mail address and nothing else: no name, no list, no line break."""
    return len(text) <= _MAX_ADDRESS and _ADDRESS.fullmatch(text) is not None


def sender_of(sender: str) -> Address:
    """Name and address of the sender as set in `delivery.email.sender`.

    Raises:
        DeliveryError: it is not one sender with one address.
    """
    found = getaddresses([sender])
    name, address = found[0] if len(found) == 1 else ("", "")
    if not is_plain_address(address) or _CONTROLS.search(sender):
        raise DeliveryError(
            f"{sender!r} is no sender; mend delivery.email.sender, and write it like "
            "Seedbed <digest@example.com>."
        )
    return Address(display_name=name, addr_spec=address)


def message_id(message: Message, revision: int, sender: str) -> str:
    """The Message-ID of one revision: the same on every try, so that a double can be seen."""
    digest = replace(message, revision=revision).key
    return f"<{digest}@{sender_of(sender).domain}>"


def build_mail(message: Message, sender: str) -> EmailMessage:
    """The mail, without Date: whoever sends it knows when.

    A later revision refers to the first one, so that it is shown in the same thread.

    Raises:
        DeliveryError: the address or the sender cannot stand in a mail.
    """
    if not is_plain_address(message.address):
        raise DeliveryError(
            f"{message.address!r} is no mail address that every server takes; mend it in "
            "merchants.yml, and write it like owner@example.com."
        )
    mail = EmailMessage(policy=_POLICY)
    mail["From"] = sender_of(sender)
    mail["To"] = Address(addr_spec=message.address)
    mail["Subject"] = _CONTROLS.sub(" ", message.subject)
    mail["Message-ID"] = message_id(message, message.revision, sender)
    if message.is_correction:
        first = message_id(message, message.answers, sender)
        mail["In-Reply-To"] = first
        mail["References"] = first
    mail["Content-Language"] = message.language
    mail.set_content(message.text, cte="base64")
    mail.add_alternative(message.html, subtype="html", cte="base64")
    mail.set_boundary(f"seedbed-{message.payload_hash[:32]}")
    if message.xlsx:
        name = f"seedbed-{message.week.isoformat()}.xlsx"
        mail.add_attachment(message.xlsx, maintype="application", subtype=_XLSX, filename=name)
        mail.set_boundary(f"seedbed-with-{message.payload_hash[:32]}")
    return mail
