"""A correction by mail: it answers the first mail, with its changes above the digest."""

from __future__ import annotations

from delivery_samples import OWNER, correction, now, rendered
from pydantic import SecretStr
from smtp_peer import Fault, Peer, running

from orchestration.delivery.correct import deliver_correction
from orchestration.delivery.deliver import Outcome, deliver
from orchestration.delivery.smtp import Smtp
from orchestration.state.store import Store


def correct(peer: Peer, store: Store, gmv: str, revision: int, number: int) -> list[Outcome]:
    channel = Smtp(peer.settings(), SecretStr(""), now)
    return deliver_correction(
        correction(gmv, revision, number), [OWNER], lambda _: channel, store, now
    )


def test_it_answers_the_first_mail_that_was_told(store: Store):
    with running() as peer:
        channel = Smtp(peer.settings(), SecretStr(""), now)
        # Revision 2 was the first that anybody was told.
        deliver(rendered(revision=2), [OWNER], lambda _: channel, store, now)
        for _ in range(2):
            correct(peer, store, "1.00", 3, 1)
        (outcome,) = correct(peer, store, "2.00", 4, 2)
        first, second, third = peer.mails()
    assert outcome.delivery.status == "sent"
    assert first["In-Reply-To"] is None
    assert str(second["Subject"]).startswith("更正 1：")
    assert str(third["Subject"]).startswith("更正 2：")
    for mail in (second, third):
        assert mail["In-Reply-To"] == mail["References"] == first["Message-ID"]
    body = second.get_body(("plain",))
    assert body is not None
    assert "原先 ¥219,120.43 · 现在 ¥1.00" in body.get_content()


def test_a_first_mail_that_nobody_is_sure_of_is_not_corrected(store: Store):
    with running() as peer:
        channel = Smtp(peer.settings(), SecretStr(""), now)
        peer.fault = Fault(drop="after body")
        deliver(rendered(), [OWNER], lambda _: channel, store, now)
        peer.fault = Fault()
        (outcome,) = correct(peer, store, "1.00", 2, 1)
        assert (outcome.delivery.status, outcome.delivery.revision) == ("ambiguous", 1)
        assert len(peer.kept) == 1


def test_a_first_mail_that_was_refused_makes_the_correction_the_first(store: Store):
    with running() as peer:
        channel = Smtp(peer.settings(), SecretStr(""), now)
        peer.fault = Fault(rcpt="450 4.2.1 Later")
        deliver(rendered(), [OWNER], lambda _: channel, store, now)
        peer.fault = Fault()
        correct(peer, store, "1.00", 2, 1)
        (only,) = peer.mails()
    assert only["In-Reply-To"] is None
