"""What arrives by mail, over which line, and which settings are refused."""

from __future__ import annotations

import string
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from delivery_samples import NOW, OWNER, now, rendered
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr
from smtp_peer import PASSWORD, SENDER, USER, Fault, Peer, make_certificate, running

from orchestration.delivery.channel import (
    AmbiguousDeliveryError,
    DeliveryError,
    Message,
    message_for,
)
from orchestration.delivery.channels import configured
from orchestration.delivery.mail import is_plain_address
from orchestration.delivery.outbox import Outbox
from orchestration.delivery.smtp import Smtp
from orchestration.home import Home
from orchestration.register import Recipient
from orchestration.sections import DeliverySettings, EmailSettings
from orchestration.settings import SettingsError

# Over TLS from the first byte aiosmtpd does not know that a log-in is safe.
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH")
MESSAGE = message_for(rendered(), OWNER)
NO_PASSWORD = SecretStr("")


@pytest.fixture
def peer() -> Iterator[Peer]:
    with running() as peer:
        yield peer


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificate(tmp_path_factory.mktemp("certificate"))


def _text(part: object) -> list[str]:
    return part.get_content().splitlines()  # pyright: ignore[reportAttributeAccessIssue]


def test_what_arrives_is_the_digest_and_who_sent_it(peer: Peer):
    receipt = Smtp(peer.settings(), NO_PASSWORD, now).send(MESSAGE)
    (mail,) = peer.mails()
    assert (peer.senders, peer.recipients) == (["digest@shop.example"], [["owner@example.com"]])
    assert (mail["From"], mail["To"]) == (SENDER, "owner@example.com")
    assert mail["Subject"] == MESSAGE.subject
    assert not MESSAGE.subject.isascii()
    assert mail["Date"].datetime == NOW
    assert mail["Message-ID"] == receipt.provider_id == f"<{MESSAGE.key}@shop.example>"
    assert mail["List-Unsubscribe"] == "<mailto:digest@shop.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    body, sheet = mail.iter_parts()
    assert sheet.get_content() == MESSAGE.xlsx
    text, html = body.iter_parts()
    assert (text.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    assert _text(text) == MESSAGE.text.splitlines()
    assert _text(html) == MESSAGE.html.splitlines()


def test_two_tries_are_told_by_one_message_id_and_a_correction_refers_to_it(peer: Peer):
    for message in (MESSAGE, MESSAGE, message_for(rendered("1.00", revision=2), OWNER)):
        Smtp(peer.settings(), NO_PASSWORD, now).send(message)
    first, again, correction = peer.mails()
    assert first["Message-ID"] == again["Message-ID"] == correction["References"]
    assert correction["Message-ID"] != first["Message-ID"]


def test_names_too_long_for_a_line_stay_as_they_are(peer: Peer):
    address = "digest@" + "a-very-long-department-of-an-organisation." * 3 + "example.com"
    channel = Smtp(peer.settings(sender=f"云朵家居 <{address}>"), NO_PASSWORD, now)
    subject = "云朵家居 第37周增长周报 " * 20
    channel.send(replace(message_for(rendered(revision=2), OWNER), subject=subject))
    (mail,) = peer.mails()
    assert mail["From"].addresses[0].display_name == "云朵家居"
    assert mail["Subject"].strip() == subject.strip()
    domain = address.partition("@")[2]
    raw = peer.kept[0]
    assert f"References: <{MESSAGE.key}@{domain}>\r\n".encode() in raw
    assert f"List-Unsubscribe: <mailto:{address}>\r\n".encode() in raw


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_over_tls_with_a_certificate_that_is_trusted(
    security: str, certificate: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with running(security, certificate) as peer:  # pyright: ignore[reportArgumentType]
        settings = peer.settings(host="localhost", security=security, username=USER)
        Smtp(settings, SecretStr(PASSWORD), now).send(MESSAGE)
        assert (len(peer.kept), peer.log_ins) == (1, 1)


@pytest.mark.parametrize("security", ["starttls", "tls"])
@pytest.mark.parametrize(
    ("is_trusted", "host", "says"),
    [(False, "localhost", "self-signed certificate"), (True, "127.0.0.1", "IP address mismatch")],
)
def test_a_certificate_that_proves_nothing_gets_neither_password_nor_mail(
    security: str,
    is_trusted: bool,
    host: str,
    says: str,
    certificate: Path,
    monkeypatch: pytest.MonkeyPatch,
):
    if is_trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with running(security, certificate) as peer:  # pyright: ignore[reportArgumentType]
        settings = peer.settings(host=host, security=security, username=USER)
        with pytest.raises(DeliveryError, match=rf"not to be trusted.*{says}.*SSL_CERT_FILE"):
            Smtp(settings, SecretStr(PASSWORD), now).send(MESSAGE)
        assert (peer.kept, peer.log_ins) == ([], 0)


def test_without_starttls_nothing_is_sent(peer: Peer):
    settings = peer.settings(security="starttls", username=USER)
    with pytest.raises(DeliveryError, match="offers no STARTTLS; set delivery"):
        Smtp(settings, SecretStr(PASSWORD), now).send(MESSAGE)
    assert peer.kept == []


def test_tls_on_a_port_without_it_is_told(peer: Peer):
    with pytest.raises(DeliveryError, match=r"does not speak TLS.*starttls for port 587"):
        Smtp(peer.settings(security="tls"), NO_PASSWORD, now).send(MESSAGE)


def test_a_server_that_asks_for_no_log_in_cannot_be_logged_in_to(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with running("tls", certificate) as peer:
        settings = peer.settings(host="localhost", security="tls")
        with pytest.raises(DeliveryError, match=r"\(530 .*set delivery\.email\.username"):
            Smtp(settings, NO_PASSWORD, now).send(MESSAGE)


@pytest.mark.parametrize(
    ("others", "says"),
    [
        ({"host": "no-such-host.invalid"}, "no-such-host.invalid can be found; correct"),
        ({"host": "a..b"}, "is no host name; correct"),
        ({"port": 1}, "takes no connections; correct"),
    ],
)
def test_a_server_that_is_not_there_is_named(others: dict[str, object], says: str):
    settings = EmailSettings.model_validate(
        {"host": "127.0.0.1", "sender": SENDER, "timeout_seconds": 5, **others}
    )
    with pytest.raises(DeliveryError, match=says) as caught:
        Smtp(settings, NO_PASSWORD, now).send(MESSAGE)
    assert str(caught.value).startswith("owner@example.com: ")


@pytest.mark.parametrize(
    ("values", "password", "says"),
    [
        ({"security": "none", "username": "u"}, "p", "for everybody to read"),
        ({"security": "none"}, "p", "for everybody to read"),
        ({"security": "none", "host": "mail.example.com"}, "", "on this machine only"),
        ({"security": "none", "host": "192.0.2.1"}, "", "on this machine only"),
        ({"username": "u"}, "", "go together"),
        ({}, "p", "go together"),
        ({"username": "u"}, "密码", "ASCII"),
        ({"sender": "Seedbed"}, "", "delivery.email.sender"),
        ({"sender": "a@b.c, d@e.f"}, "", "delivery.email.sender"),
        ({"sender": "Seedbed\nBcc: x@y.z <a@b.c>"}, "", "delivery.email.sender"),
        ({"host": "mail.example.com", "sender": "S <s@localhost>"}, "", "nobody can answer"),
    ],
)
def test_settings_that_do_not_go_together_are_refused(
    values: dict[str, str], password: str, says: str
):
    settings = EmailSettings.model_validate({"host": "localhost", "sender": SENDER, **values})
    with pytest.raises(SettingsError, match=says) as caught:
        Smtp(settings, SecretStr(password), now)
    assert password not in str(caught.value).split() or not password


def test_only_a_host_makes_mail_leave_the_house(home: Home, peer: Peer, tmp_path: Path):
    nowhere = configured(home, DeliverySettings())
    assert isinstance(nowhere(OWNER), Outbox)
    secret = tmp_path / "password"
    secret.write_text(PASSWORD + "\n")
    email = peer.settings(security="tls", username=USER, password_file=secret)
    channel = configured(home, DeliverySettings(email=email))(OWNER)
    assert (channel.name, channel.is_idempotent) == ("email", False)
    wrong = peer.settings(password_file=tmp_path / "missing")
    with pytest.raises(SettingsError, match=r"delivery\.email\.password_file"):
        configured(home, DeliverySettings(email=wrong))


def test_nobody_can_look_so_a_person_is_told_what_to_look_for(peer: Peer):
    with pytest.raises(AmbiguousDeliveryError, match=f"<{MESSAGE.key}@shop.example>"):
        Smtp(peer.settings(), NO_PASSWORD, now).find(MESSAGE)


def _message(address: str, subject: str) -> Message:
    recipient = Recipient.model_construct(channel="email", address=address, digest="merchant")
    return replace(message_for(rendered(), recipient), subject=subject)


_LINE_BREAKS = "\r\n\x00\x0b\x0c\x1c\x85\u2028\u2029"
_ANY = st.text(st.sampled_from(string.printable + _LINE_BREAKS + "例ö<>@.,:;\"'()[]\\"))
_TEXT = _ANY | _ANY.map(lambda text: f"a@example.com\r\nBcc: {text}@example.com")


@given(address=_ANY.map(lambda t: f"{t}@example.com") | _TEXT, subject=_TEXT)
def test_no_address_or_subject_makes_a_header(address: str, subject: str):
    settings = EmailSettings(host="localhost", security="none", sender=SENDER)
    channel = Smtp(settings, NO_PASSWORD, now)
    wanted = channel.compose(_message("a@example.com", "plain")).keys()
    try:
        raw = channel.compose(_message(address, subject)).as_bytes()
    except DeliveryError as error:
        assert not is_plain_address(address)
        assert "merchants.yml" in str(error)
        raw = channel.compose(_message("a@example.com", subject)).as_bytes()
        address = "a@example.com"
    mail = message_from_bytes(raw, policy=default)
    assert mail.keys() == wanted
    assert [a.addr_spec for a in mail["To"].addresses] == [address]
    assert all(not line.startswith(b"Bcc") for line in raw.splitlines())


def test_a_subject_of_two_lines_arrives_as_one(peer: Peer):
    channel = Smtp(peer.settings(), NO_PASSWORD, now)
    channel.send(replace(MESSAGE, subject="云朵\r\nBcc: x@example.com"))
    (mail,) = peer.mails()
    assert mail["Subject"] == "云朵 Bcc: x@example.com"
    assert (mail["Bcc"], peer.recipients) == (None, [["owner@example.com"]])


def test_what_happens_after_the_answer_changes_nothing(peer: Peer):
    channel = Smtp(peer.settings(), NO_PASSWORD, now)
    for fault in (Fault(drop="quit"), Fault(quit="500 What?"), Fault(body="251 Taken")):
        peer.fault = fault
        channel.send(MESSAGE)
    assert len(peer.kept) == 3
