"""An e-mail as bytes: text and HTML of one digest, the same bytes for the same message."""

from __future__ import annotations

from dataclasses import replace
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr

from orchestration.delivery.channel import DeliveryError, Message


def message_id(message: Message, revision: int, sender: str) -> str:
    """The Message-ID of one revision: the same on every try, so that a double can be seen."""
    digest = replace(message, revision=revision).key
    domain = parseaddr(sender)[1].rpartition("@")[2] or "localhost"
    return f"<{digest}@{domain}>"


def build_mail(message: Message, sender: str) -> EmailMessage:
    """The mail, without Date: whoever sends it knows when.

    A later revision refers to the first one, so that it is shown in the same thread.

    Raises:
        DeliveryError: the address cannot stand in a mail.
    """
    mail = EmailMessage(policy=SMTP)
    mail["From"] = sender
    try:
        mail["To"] = message.address
    except ValueError as error:
        raise DeliveryError(
            f"{message.address!r} is no mail address ({error}); mend it in merchants.yml."
        ) from error
    mail["Subject"] = message.subject
    mail["Message-ID"] = message_id(message, message.revision, sender)
    if message.revision > 1:
        first = message_id(message, 1, sender)
        mail["In-Reply-To"] = first
        mail["References"] = first
    mail["Content-Language"] = message.language
    mail.set_content(message.text, cte="base64")
    mail.add_alternative(message.html, subtype="html", cte="base64")
    mail.set_boundary(f"seedbed-{message.payload_hash[:32]}")
    return mail
