"""The mail channel: one mail over one connection, and the truth about how that ended.

A mail is out of our hands once its last line, a single dot, is sent. What fails before has
certainly not arrived; what breaks between the dot and the server's answer, nobody knows.
"""

from __future__ import annotations

import ipaddress
import re
import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from email.message import EmailMessage
from urllib.parse import quote

from pydantic import SecretStr

from orchestration.delivery.channel import (
    AmbiguousDeliveryError,
    DeliveryError,
    Message,
    Receipt,
    UnreachableError,
)
from orchestration.delivery.mail import build_mail, message_id, sender_of
from orchestration.delivery.smtp_problems import (
    FAULTS,
    Reply,
    body_problem,
    connect_problem,
    log_in_problem,
    recipient_problem,
    sender_problem,
)
from orchestration.sections import EmailSettings
from orchestration.settings import SettingsError

# How we greet: an address that is true everywhere, and says nothing about this machine.
_OUR_NAME = "[127.0.0.1]"
# The mail is taken by then; nobody needs to wait for a farewell.
_FAREWELL_SECONDS = 5
_LINE_WITH_DOT = re.compile(rb"^\.", re.MULTILINE)


class Smtp:
    """Sends each message as one mail by the server of the settings."""

    def __init__(
        self, settings: EmailSettings, password: SecretStr, clock: Callable[[], datetime]
    ) -> None:
        """Check the settings; nothing is connected yet.

        Raises:
            SettingsError: the settings do not go together.
        """
        _check(settings, password)
        self._settings = settings
        self._password = password
        self._clock = clock
        # TLS with certificates checked; without TLS nothing leaves this machine.
        self._tls = None if settings.security == "none" else ssl.create_default_context()
        # A wrong password stays wrong, and every further try brings a locked account nearer.
        self._locked_out: str | None = None

    @property
    def name(self) -> str:
        return "email"

    @property
    def is_idempotent(self) -> bool:
        return False

    def compose(self, message: Message) -> EmailMessage:
        """The mail as it goes out: with its date, and that a machine wrote it.

        Raises:
            DeliveryError: the address cannot stand in a mail.
        """
        sender = self._settings.sender
        mail = build_mail(message, sender)
        mail["Date"] = self._clock()
        address = quote(sender_of(sender).addr_spec, safe="@")
        ways = [f"<mailto:{address}>"]
        if message.unsubscribe_url:
            # RFC 8058: the mail program posts there when its reader presses its button.
            ways.insert(0, f"<{message.unsubscribe_url}>")
            mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        mail["List-Unsubscribe"] = ", ".join(ways)
        mail["Auto-Submitted"] = "auto-generated"
        return mail

    def send(self, message: Message) -> Receipt:
        """Hand the mail to the server; its Message-ID is its provider id."""
        mail = self.compose(message)
        if self._locked_out:
            raise self._failed(message, self._locked_out)
        connection = self._connect(message)
        try:
            self._log_in(connection, message)
            self._hand_over(connection, message, _LINE_WITH_DOT.sub(b"..", mail.as_bytes()))
        finally:
            _leave(connection)
        return Receipt(provider_id=str(mail["Message-ID"]))

    def find(self, message: Message) -> Receipt | None:
        """No server tells whether a mail arrived: a person must look."""
        raise AmbiguousDeliveryError(
            f"{message.address}: mail cannot be looked up from here; search that mailbox, or the "
            f"server's log, for {self._id_of(message)}; until then it is not sent again."
        )

    def _connect(self, message: Message) -> smtplib.SMTP:
        settings = self._settings
        where = (settings.host, settings.port, _OUR_NAME)
        connection = None
        try:
            if settings.security == "tls":
                connection = smtplib.SMTP_SSL(
                    *where, timeout=settings.timeout_seconds, context=self._tls
                )
            else:
                connection = smtplib.SMTP(*where, timeout=settings.timeout_seconds)
            if settings.security == "starttls":
                connection.starttls(context=self._tls)
            connection.ehlo_or_helo_if_needed()
        except FAULTS as error:
            if connection is not None:
                connection.close()
            raise self._failed(message, connect_problem(error, settings)) from error
        return connection

    def _log_in(self, connection: smtplib.SMTP, message: Message) -> None:
        if not self._settings.username:
            return
        try:
            connection.login(self._settings.username, self._password.get_secret_value())
        except FAULTS as error:
            problem = log_in_problem(error, self._settings)
            if isinstance(error, smtplib.SMTPAuthenticationError) and error.smtp_code >= 500:
                self._locked_out = problem
        else:
            return
        # Outside the except: the server's answer may repeat what we said, and stays behind.
        raise self._failed(message, problem)

    def _hand_over(self, connection: smtplib.SMTP, message: Message, body: bytes) -> None:
        settings = self._settings
        size = [f"size={len(body)}"] if connection.has_extn("size") else []
        try:
            sender = Reply.read(*connection.mail(sender_of(settings.sender).addr_spec, size))
            if not sender.is_good:
                raise self._failed(message, sender_problem(sender, settings))
            recipient = Reply.read(*connection.rcpt(message.address))
            if not recipient.is_good:
                failed = self._failed(message, recipient_problem(recipient, settings))
                raise UnreachableError(str(failed)) if recipient.is_no_mailbox else failed
            go_ahead = Reply.read(*connection.docmd("DATA"))
            if go_ahead.code != 354:
                raise self._failed(message, body_problem(go_ahead, settings))
            connection.send(body)
        except FAULTS as error:
            problem = f"{settings.host} broke off before the mail was sent; send again later"
            raise self._failed(message, problem) from error
        try:
            connection.send(b".\r\n")
            answer = Reply.read(*connection.getreply())
        except FAULTS as error:
            raise self._unknown(message) from error
        if 400 <= answer.code < 600:
            raise self._failed(message, body_problem(answer, settings))
        if not answer.is_good:
            raise self._unknown(message)

    def _failed(self, message: Message, problem: str) -> DeliveryError:
        # No server has a reason to repeat a password; none is to be trusted with it.
        if secret := self._password.get_secret_value():
            problem = problem.replace(secret, "…")
        return DeliveryError(f"{message.address}: {problem}.")

    def _unknown(self, message: Message) -> AmbiguousDeliveryError:
        return AmbiguousDeliveryError(
            f"{message.address}: {self._settings.host} was given the mail and broke off, or was "
            f"silent for {self._settings.timeout_seconds} seconds, before it said whether it took "
            f"it; search that mailbox for {self._id_of(message)} before it is sent again."
        )

    def _id_of(self, message: Message) -> str:
        return f"Message-ID {message_id(message, message.revision, self._settings.sender)}"


def _leave(connection: smtplib.SMTP) -> None:
    """Say good-bye; nothing that is answered changes what became of the mail."""
    with suppress(*FAULTS):
        if connection.sock is not None:
            connection.sock.settimeout(_FAREWELL_SECONDS)
            connection.quit()
    with suppress(OSError):
        connection.close()


def _check(settings: EmailSettings, password: SecretStr) -> None:
    secret = password.get_secret_value()
    if settings.security == "none" and (secret or settings.username):
        raise SettingsError(
            "delivery.email.security = none would send the password for everybody to read; use "
            "starttls or tls, or take delivery.email.username and .password out."
        )
    if settings.security == "none" and not _is_this_machine(settings.host):
        raise SettingsError(
            "delivery.email.security = none is for a server on this machine only, and "
            f"delivery.email.host is {settings.host}; use starttls or tls."
        )
    if bool(settings.username) != bool(secret):
        raise SettingsError(
            "delivery.email.username and delivery.email.password go together; set the one that "
            "is missing, or neither."
        )
    if not (settings.username + secret).isascii():
        raise SettingsError(
            "delivery.email.username and .password may only have ASCII characters, others cannot "
            "be sent; choose another password."
        )
    try:
        domain = sender_of(settings.sender).domain
    except DeliveryError as error:
        raise SettingsError(str(error)) from error
    if domain == "localhost" and not _is_this_machine(settings.host):
        raise SettingsError(
            f"delivery.email.sender is {settings.sender}, which nobody can answer; set it to "
            "yours, like Seedbed <digest@example.com>."
        )


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
