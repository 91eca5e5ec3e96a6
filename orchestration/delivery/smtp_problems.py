"""What a mail server's refusals mean, in words that say what to do. Pure."""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
from dataclasses import dataclass

from orchestration.sections import EmailSettings

# What the library and the system raise while they talk to a server; ValueError is what they say
# to a name or an answer that cannot be one.
FAULTS = (OSError, smtplib.SMTPException, ValueError)
_LATER = "nothing is wrong here: send again later"
_MAX_QUOTE = 200
_STATUS = re.compile(r"[245]\.[0-9]{1,3}\.[0-9]{1,3}\b")
# No such mailbox, one that has moved, and a domain that takes no mail (RFC 3463, RFC 7505).
_NO_MAILBOX = {"5.1.1", "5.1.6", "5.1.10"}
_FULL = re.compile(r"mailbox.{0,20}full|full.{0,20}mailbox|quota|storage", re.IGNORECASE)


@dataclass(frozen=True)
class Reply:
    """A server's answer: its code of three digits, and its words."""

    code: int
    text: str

    @classmethod
    def read(cls, code: int, text: bytes | str) -> Reply:
        """An answer as the library gives it, on one line, and no longer than can be read."""
        words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
        line = " ".join("".join(c if c.isprintable() else " " for c in words).split())
        return cls(code, line[:_MAX_QUOTE])

    @property
    def is_good(self) -> bool:
        return 200 <= self.code < 300

    @property
    def is_later(self) -> bool:
        """Whether the server asks to try again."""
        return 400 <= self.code < 500

    @property
    def status(self) -> str:
        """The finer code, such as 5.1.1; empty if the server gives none."""
        found = _STATUS.match(self.text)
        return found.group() if found else ""

    @property
    def subject(self) -> str:
        """What the finer code is about: 1 the address, 2 the mailbox, 7 policy."""
        return self.status.split(".")[1] if self.status else ""

    @property
    def is_full(self) -> bool:
        """Whether it says that the mailbox has no room."""
        return self.status.endswith(".2.2") or (
            self.code in {422, 452, 552} and _FULL.search(self.text) is not None
        )

    @property
    def is_no_mailbox(self) -> bool:
        """Whether it says, beyond doubt, that the address is nobody's: a hard bounce."""
        return self.code >= 500 and self.status in _NO_MAILBOX

    @property
    def shown(self) -> str:
        return f"{self.code} {self.text}".rstrip(" .")


def connect_problem(error: Exception, settings: EmailSettings) -> str:
    """Why there is no safe connection to the server."""
    where = f"{settings.host}:{settings.port}"
    match error:
        case socket.gaierror():
            return (
                f"no mail server {settings.host} can be found; correct delivery.email.host, "
                "or look after the network"
            )
        case ssl.SSLCertVerificationError():
            return (
                f"the certificate of {where} is not to be trusted ({error.verify_message}); set "
                "delivery.email.host to the name that it was made for, or SSL_CERT_FILE to the "
                "authority that signed it"
            )
        case ssl.SSLError():
            return (
                f"{where} does not speak TLS as it was asked to; set delivery.email.security to "
                "starttls for port 587, to tls for port 465"
            )
        case ConnectionRefusedError():
            return f"{where} takes no connections; correct delivery.email.host and .port"
        case smtplib.SMTPNotSupportedError():
            return (
                f"{where} offers no STARTTLS; set delivery.email.security to tls with port 465, "
                "or ask who runs that server"
            )
        case smtplib.SMTPResponseException():
            reply = Reply.read(error.smtp_code, error.smtp_error)
            what_to_do = _LATER if reply.is_later else "ask who runs that server"
            return f"{where} does not let us in ({reply.shown}); {what_to_do}"
        case UnicodeError():
            return f"{settings.host!r} is no host name; correct delivery.email.host"
    return (
        f"{where} does not answer as a mail server within {settings.timeout_seconds} seconds; "
        "correct delivery.email.host, .port and .security (tls for port 465, starttls for 587), "
        "or look after the network"
    )


def log_in_problem(error: Exception, settings: EmailSettings) -> str:
    """Why the server did not let us log in; its words are left out, they may repeat ours."""
    match error:
        case smtplib.SMTPAuthenticationError() if Reply.read(error.smtp_code, "").is_later:
            return f"{settings.host} cannot check the password now ({error.smtp_code}); {_LATER}"
        case smtplib.SMTPAuthenticationError():
            return (
                f"{settings.host} refuses user name or password ({error.smtp_code}); correct "
                "delivery.email.username and .password (many providers want an authorisation "
                "code or app password instead of your own)"
            )
        case smtplib.SMTPServerDisconnected():
            return f"{settings.host} broke off while logging in; send again later"
        case smtplib.SMTPException():
            return (
                f"{settings.host}:{settings.port} offers no log-in with a password; correct "
                "delivery.email.port, or take delivery.email.username and .password out"
            )
    return f"{settings.host} could not be spoken to while logging in; send again later"


def sender_problem(reply: Reply, settings: EmailSettings) -> str:
    """Why the server takes no mail from our sender."""
    if reply.is_later:
        return f"{settings.host} takes no mail now ({reply.shown}); {_LATER}"
    if reply.code == 530 or not settings.username:
        return (
            f"{settings.host} takes no mail without a log-in or from this sender ({reply.shown}); "
            "set delivery.email.username and .password, and correct delivery.email.sender"
        )
    if reply.code == 552 or reply.subject == "3":
        return _too_large(reply, settings)
    return (
        f"{settings.host} refuses the sender ({reply.shown}); set delivery.email.sender to the "
        "address that delivery.email.username may send from"
    )


def recipient_problem(reply: Reply, settings: EmailSettings) -> str:
    """Why the server takes no mail for this recipient."""
    if reply.is_full:
        return f"the mailbox is full ({reply.shown}); its owner must make room, then send again"
    if reply.is_later:
        return f"{settings.host} does not take mail for it now ({reply.shown}); {_LATER}"
    if reply.subject == "7" or reply.code in {530, 554}:
        return (
            f"{settings.host} may not or will not bring it mail ({reply.shown}); set "
            "delivery.email.username and .password, and see SPF and DKIM in docs/email.md"
        )
    return (
        f"there is no such mailbox ({reply.shown}); correct or remove the address in merchants.yml"
    )


def body_problem(reply: Reply, settings: EmailSettings) -> str:
    """Why the server did not keep the mail that it was given."""
    if reply.is_full:
        return f"the mailbox is full ({reply.shown}); its owner must make room, then send again"
    if reply.is_later:
        return f"{settings.host} does not take the mail now ({reply.shown}); {_LATER}"
    if reply.code == 552 or reply.subject == "3":
        return _too_large(reply, settings)
    return (
        f"{settings.host} refuses the mail itself ({reply.shown}); see SPF, DKIM and DMARC in "
        "docs/email.md, or ask who runs that server"
    )


def _too_large(reply: Reply, settings: EmailSettings) -> str:
    return f"{settings.host} finds the mail too large ({reply.shown}); ask who runs that server"
