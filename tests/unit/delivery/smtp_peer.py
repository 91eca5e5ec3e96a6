"""A mail server on this machine that can fail in every way that a real one does."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any, Literal

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from orchestration.sections import EmailSettings

SENDER = "Seedbed <digest@shop.example>"
USER, PASSWORD = "digest@shop.example", "planted-password"


@dataclass(frozen=True)
class Fault:
    """What goes wrong: an answer in place of the good one, or a line that breaks."""

    auth: str = ""
    mail: str = ""
    rcpt: str = ""
    data: str = ""
    # The answer to the whole mail; it is kept unless the answer is a refusal.
    body: str = ""
    quit: str = ""
    drop: Literal["", "ehlo", "mail", "rcpt", "data", "in body", "after body", "quit"] = ""
    # Between keeping the mail and saying so.
    slow_seconds: float = 0


@dataclass
class Peer:
    """What the server shall do next, and what it has kept."""

    fault: Fault = Fault()
    port: int = 0
    senders: list[str | None] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)
    kept: list[bytes] = field(default_factory=list)
    log_ins: int = 0

    def mails(self) -> list[EmailMessage]:
        """What was kept, read as a reader's program does."""
        found = [message_from_bytes(raw, policy=default) for raw in self.kept]
        return [mail for mail in found if isinstance(mail, EmailMessage)]

    def settings(self, **others: Any) -> EmailSettings:
        """Settings that reach this server."""
        values = {"host": "127.0.0.1", "port": self.port, "security": "none", "sender": SENDER}
        return EmailSettings.model_validate({**values, "timeout_seconds": 10, **others})

    def authenticate(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: Any
    ) -> AuthResult:
        self.log_ins += 1
        if self.fault.auth:
            return AuthResult(success=False, handled=False, message=self.fault.auth)
        assert isinstance(data, LoginPassword)
        good = (data.login, data.password) == (USER.encode(), PASSWORD.encode())
        return AuthResult(success=good, handled=False)

    async def handle_EHLO(  # noqa: N802
        self, server: SMTP, session: Session, _: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        await self._drop_if("ehlo", server)
        session.host_name = hostname
        return responses

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, _: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        await self._drop_if("mail", server)
        if self.fault.mail:
            return self.fault.mail
        envelope.mail_from = address
        return "250 2.1.0 Ok"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, _: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        await self._drop_if("rcpt", server)
        if self.fault.rcpt:
            return self.fault.rcpt
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Ok"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, _: Session, envelope: Envelope
    ) -> str:
        if not self.fault.body.startswith(("4", "5")):
            self.senders.append(envelope.mail_from)
            self.recipients.append(list(envelope.rcpt_tos))
            assert isinstance(envelope.original_content, bytes)
            self.kept.append(envelope.original_content)
        await self._drop_if("after body", server)
        await asyncio.sleep(self.fault.slow_seconds)
        return self.fault.body or "250 2.0.0 Ok: queued as 4X1"

    async def handle_QUIT(  # noqa: N802
        self, server: SMTP, _: Session, envelope: Envelope
    ) -> str:
        await self._drop_if("quit", server)
        return self.fault.quit or "221 2.0.0 Bye"

    async def _drop_if(self, place: str, server: SMTP) -> None:
        if self.fault.drop == place:
            await hang_up(server)


async def hang_up(server: SMTP) -> None:
    """Break the line, and answer no more."""
    assert isinstance(server.transport, asyncio.WriteTransport)
    server.transport.abort()
    await asyncio.sleep(3600)


class _Server(SMTP):
    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        peer = self.event_handler
        assert isinstance(peer, Peer)
        if peer.fault.drop == "data":
            await hang_up(self)
        if peer.fault.data:
            await self.push(peer.fault.data)
            return
        if peer.fault.drop == "in body":
            await self.push("354 Go on")
            await hang_up(self)
        await super().smtp_DATA(arg)


class _OnSocket(Controller):
    """Listens on a port that the system has chosen."""

    def __init__(self, peer: Peer, listening: socket.socket, **kwargs: Any) -> None:
        host, port = listening.getsockname()
        super().__init__(peer, hostname=host, port=port, ready_timeout=30, **kwargs)
        self._listening = listening

    def factory(self) -> SMTP:
        return _Server(self.handler, **self.SMTP_kwargs)

    def _create_server(self) -> Any:
        return self.loop.create_server(
            self._factory_invoker, sock=self._listening, ssl=self.ssl_context
        )


@contextmanager
def running(
    security: Literal["starttls", "tls", "none"] = "none", certificate: Path | None = None
) -> Iterator[Peer]:
    """A server that takes everything until it is given a fault; over TLS it asks for a log-in."""
    peer, options = Peer(), {}
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        options["ssl_context" if security == "tls" else "tls_context"] = context
        options |= {"authenticator": peer.authenticate, "auth_required": True}
        # Over TLS from the first byte the library does not know that it is safe already.
        options |= {"auth_require_tls": security == "starttls"}
    # Named as TCP, so that the event loop answers line by line without waiting for more.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listening:
        listening.bind(("127.0.0.1", 0))
        controller = _OnSocket(peer, listening, **options)
        peer.port = controller.port
        # Lines that clients break are what is asked for here, and need not be told.
        controller.loop.set_exception_handler(lambda _loop, _context: None)
        controller.start()
        try:
            yield peer
        finally:
            controller.stop()


def make_certificate(folder: Path, name: str = "localhost") -> Path:
    """A certificate that signs itself, with its key, in one file."""
    reason = "without cryptography no certificate can be made"
    x509 = pytest.importorskip("cryptography.x509", reason=reason)
    hashes = pytest.importorskip("cryptography.hazmat.primitives.hashes", reason=reason)
    ec = pytest.importorskip("cryptography.hazmat.primitives.asymmetric.ec", reason=reason)
    serialization = pytest.importorskip("cryptography.hazmat.primitives.serialization")
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.oid.NameOID.COMMON_NAME, name)])
    now = datetime.now(tz=UTC)
    names = [x509.DNSName(name), x509.IPAddress(ipaddress.ip_address("127.0.0.2"))]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / f"{name}.pem"
    path.write_bytes(private + certificate.public_bytes(pem))
    return path
