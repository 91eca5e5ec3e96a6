"""Every way in which sending mail fails: what the ledger knows, and what the next run does."""

from __future__ import annotations

import logging
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from delivery_samples import OWNER, now, rendered
from pydantic import SecretStr
from smtp_peer import PASSWORD, USER, Fault, Peer, make_certificate, running

from orchestration.delivery.channel import DeliveryError, message_for
from orchestration.delivery.deliver import Outcome, deliver
from orchestration.delivery.smtp import Smtp
from orchestration.digest.render import RenderedDigest
from orchestration.register import Recipient
from orchestration.state.pauses import paused
from orchestration.state.store import Store

READERS = [
    Recipient(channel="email", address=f"reader{n}@example.com", digest="merchant")
    for n in range(4)
]
FULL = "552 5.2.2 Mailbox full"


@pytest.fixture
def peer() -> Iterator[Peer]:
    with running() as peer:
        yield peer


def _channel(peer: Peer, timeout_seconds: float = 10) -> Smtp:
    settings = peer.settings().model_copy(update={"timeout_seconds": timeout_seconds})
    return Smtp(settings, SecretStr(""), now)


def _arming(peer: Peer, channel: Smtp, faults: dict[str, Fault]) -> Callable[[Recipient], Smtp]:
    """The channel, for each reader with the fault that it shall meet."""

    def channel_of(recipient: Recipient) -> Smtp:
        peer.fault = faults.get(recipient.address, Fault())
        return channel

    return channel_of


def _deliver(
    peer: Peer,
    store: Store,
    faults: dict[str, Fault],
    digest: RenderedDigest | None = None,
    timeout_seconds: float = 10,
) -> list[Outcome]:
    channel_of = _arming(peer, _channel(peer, timeout_seconds), faults)
    return deliver(digest or rendered(), READERS, channel_of, store, now)


def _statuses(outcomes: list[Outcome]) -> list[str]:
    return [outcome.delivery.status for outcome in outcomes]


FAILED = [
    (Fault(drop="ehlo"), r"does not answer as a mail server"),
    (Fault(drop="mail"), r"broke off before the mail was sent; send again later"),
    (Fault(drop="rcpt"), r"broke off before the mail was sent"),
    (Fault(drop="data"), r"broke off before the mail was sent"),
    (Fault(mail="450 4.7.1 Greylisted"), r"takes no mail now \(450 .* again later"),
    (Fault(mail="553 5.7.1 Not owner"), r"from this sender \(553 .*delivery\.email\.sender"),
    (Fault(mail="530 5.7.0 Log in first"), r"set delivery\.email\.username and \.password"),
    (Fault(rcpt="550 5.1.1 No such user"), r"there is no such mailbox \(550 .*merchants\.yml"),
    (Fault(rcpt="550 No such user"), r"there is no such mailbox \(550 No.*merchants\.yml"),
    (Fault(rcpt="450 4.2.1 Busy"), r"does not take mail for it now \(450 .* again later"),
    (Fault(rcpt=FULL), r"the mailbox is full \(552 .*must make room"),
    (Fault(rcpt="452 4.2.2 Over quota"), r"the mailbox is full \(452 .*must make room"),
    (Fault(rcpt="554 5.7.1 Relay access denied"), r"will not bring it mail \(554 .*SPF"),
    (Fault(data="554 5.5.1 No valid recipients"), r"refuses the mail itself \(554"),
    (Fault(data="421 4.3.2 Shutting down"), r"does not take the mail now \(421 .* again later"),
    (Fault(body="451 4.3.0 Local error"), r"does not take the mail now \(451 .* again later"),
    (Fault(body="421 4.3.2 Shutting down"), r"does not take the mail now \(421"),
    (Fault(body="550 5.7.1 Looks like spam"), r"refuses the mail itself \(550 .*DKIM"),
    (Fault(body="552 5.3.4 Too big"), r"too large \(552"),
    (Fault(body=FULL), r"the mailbox is full"),
]


@pytest.mark.parametrize(("fault", "says"), FAILED)
def test_what_certainly_did_not_arrive_has_failed_and_is_sent_by_the_next_run(
    fault: Fault, says: str, peer: Peer, store: Store
):
    outcomes = _deliver(peer, store, {READERS[1].address: fault})
    assert _statuses(outcomes) == ["sent", "failed", "sent", "sent"]
    problem = outcomes[1].problem or ""
    assert re.search(says, problem)
    assert problem.startswith("reader1@example.com: ")
    assert (problem.count(". "), problem[-1]) == (0, ".")
    assert _statuses(_deliver(peer, store, {})) == ["sent"] * 4
    assert [to for (to,) in peer.recipients] == [READERS[n].address for n in (0, 2, 3, 1)]


def test_a_line_that_breaks_within_a_long_mail_has_failed(peer: Peer):
    peer.fault = Fault(drop="in body")
    long = replace(message_for(rendered(), OWNER), html="<p>" + "long " * 4_000_000)
    with pytest.raises(DeliveryError, match="broke off before the mail was sent") as caught:
        _channel(peer).send(long)
    assert type(caught.value) is DeliveryError
    assert peer.kept == []


UNKNOWN = [
    Fault(drop="after body"),
    Fault(slow_seconds=30),
    Fault(body="What?"),
    Fault(body="250-It goes on\r\nand on"),
    Fault(body="354 Go on"),
    Fault(body="250 " + "x" * 10_000),
]


@pytest.mark.parametrize("fault", UNKNOWN)
def test_what_nobody_knows_is_ambiguous_and_never_sent_again(
    fault: Fault, peer: Peer, store: Store
):
    outcomes = _deliver(peer, store, {READERS[1].address: fault}, timeout_seconds=1)
    assert _statuses(outcomes) == ["sent", "ambiguous", "sent", "sent"]
    key = message_for(rendered(), READERS[1]).key
    assert f"search that mailbox for Message-ID <{key}@shop.example>" in str(outcomes[1].problem)
    again = _deliver(peer, store, {})
    assert _statuses(again) == ["sent", "ambiguous", "sent", "sent"]
    assert f"<{key}@shop.example>" in str(again[1].problem)
    assert Counter(to for (to,) in peer.recipients) == {r.address: 1 for r in READERS}


@pytest.mark.parametrize("days", [30, pytest.param(300, marks=pytest.mark.slow)])
def test_many_bad_days_bring_each_digest_at_most_once(days: int, peer: Peer, store: Store):
    dice = random.Random(37)
    pool = [fault for fault, _ in FAILED] + UNKNOWN + [Fault(drop="in body")] * 3
    pool += [Fault(slow_seconds=0.3)] + [Fault(drop="after body")] * 5
    # A server that is silent for half a minute would make this a long day.
    pool = [fault for fault in pool if fault.slow_seconds < 1]
    seen = Counter()
    for revision in range(1, days + 1):
        digest = rendered(revision=revision)
        was_open: set[str] = set()
        peer.recipients.clear()
        for last in (False, False, True):
            chosen = {r.address: dice.choice(pool) for r in READERS if dice.random() < 0.6}
            faults = {} if last else chosen
            outcomes = _deliver(peer, store, faults, digest, timeout_seconds=0.2)
            arrived = Counter(to for (to,) in peer.recipients)
            for reader, outcome in zip(READERS, outcomes, strict=True):
                status, count = outcome.delivery.status, arrived[reader.address]
                assert count <= 1
                assert status in ({"sent", "ambiguous"} if count else {"failed", "ambiguous"})
                # Once nobody knows, nobody ever guesses.
                assert status == "ambiguous" or reader.address not in was_open
                was_open |= {reader.address} if status == "ambiguous" else set()
                seen[status, count] += 1
    assert set(seen) == {("sent", 1), ("failed", 0), ("ambiguous", 0), ("ambiguous", 1)}


# --- secrets


def _everything(error: BaseException | None) -> str:
    """All that a log of this error could show: its chain, with arguments."""
    told = ""
    while error is not None:
        told += f"{error!s} {error!r} {error.args!r} {vars(error)!r}\n"
        error = error.__cause__ or error.__context__
    return told


@pytest.mark.filterwarnings("ignore:Requiring AUTH")
@pytest.mark.parametrize("security", ["starttls", "tls"])
@pytest.mark.parametrize(
    ("fault", "password", "says"),
    [
        (Fault(), "wrong-" + PASSWORD, r"refuses user name or password \(535\).*authorisation"),
        (Fault(auth=f"535 5.7.8 {PASSWORD} is wrong"), PASSWORD, r"refuses user name"),
        (Fault(auth=f"454 4.7.0 {PASSWORD} later"), PASSWORD, r"cannot check .* \(454\)"),
        (Fault(rcpt=f"550 5.1.1 {PASSWORD}"), PASSWORD, r"no such mailbox"),
        (Fault(mail=f"553 {PASSWORD}"), PASSWORD, r"refuses the sender .*\.sender to the"),
        (Fault(body=f"554 {PASSWORD}"), PASSWORD, r"refuses the mail itself"),
        (Fault(body=f"{PASSWORD} What?"), PASSWORD, r"search that mailbox"),
        (Fault(drop="rcpt"), PASSWORD, r"broke off before the mail was sent"),
        (Fault(), PASSWORD, ""),
    ],
)
def test_a_password_is_in_no_sentence_log_or_exception(
    security: str,
    fault: Fault,
    password: str,
    says: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
):
    certificate = make_certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with running(security, certificate) as peer:  # pyright: ignore[reportArgumentType]
        # The server's own log would repeat it.
        caplog.set_level(logging.CRITICAL, logger="mail.log")
        caplog.set_level(logging.DEBUG)
        peer.fault = fault
        settings = peer.settings(
            host="localhost", security=security, username=USER, password=SecretStr(password)
        )
        channel = Smtp(settings, settings.password, now)
        told = ""
        if says:
            with pytest.raises(DeliveryError, match=says) as caught:
                channel.send(message_for(rendered(), OWNER))
            told = _everything(caught.value)
        else:
            channel.send(message_for(rendered(), OWNER))
        captured = capfd.readouterr()
        told += f"{channel!r} {channel!s} {vars(channel)!r} {settings!r} {caplog.text}"
        assert PASSWORD not in told + captured.out + captured.err


@pytest.mark.filterwarnings("ignore:Requiring AUTH")
def test_a_refused_password_is_not_tried_for_the_next_reader(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, store: Store
):
    certificate = make_certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with running("starttls", certificate) as peer:
        settings = peer.settings(host="localhost", security="starttls", username=USER)
        wrong = Smtp(settings, SecretStr("wrong"), now)
        outcomes = deliver(rendered(), READERS, lambda _: wrong, store, now)
        assert _statuses(outcomes) == ["failed"] * 4
        assert all("refuses user name or password" in str(o.problem) for o in outcomes)
        # One for each way to log in that the server offers.
        assert peer.log_ins == 2
        right = Smtp(settings, SecretStr(PASSWORD), now)
        mended = deliver(rendered(), READERS, lambda _: right, store, now)
        assert _statuses(mended) == ["sent"] * 4


@pytest.mark.parametrize(
    ("answer", "is_paused"),
    [
        ("550 5.1.1 No such user", True),
        ("550 5.1.10 Null MX", True),
        ("450 5.1.1 Try later", False),
        ("550 No such user", False),
        ("550 5.7.1 Relaying denied", False),
        ("552 5.2.2 Mailbox full", False),
    ],
)
def test_only_a_hard_bounce_pauses_its_address(
    peer: Peer, store: Store, answer: str, is_paused: bool
) -> None:
    _deliver(peer, store, {READERS[0].address: Fault(rcpt=answer)})
    assert set(paused(store)) == ({READERS[0].key} if is_paused else set())
