"""Deliveries of which nobody is sure: each is shown with what settles it, and settled once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sending_kit import LATER, WEEK, Desk, by_slack, correct, entry, make_home, slack
from typer.testing import CliRunner

from orchestration.cli import app
from orchestration.flow.digests.ruling import who
from orchestration.flow.digests.status import count_untold
from orchestration.flow.doctor.examine import examine
from orchestration.settings import now
from orchestration.state.models import Delivery
from tests.slack_peer import SlackPeer
from tests.unit.delivery.smtp_peer import Fault, Peer, running
from tests.unit.delivery.webhook_peer import WebhookPeer, receiving

MAIL, HOOK, ROOM = "owner@example.com", "json:SHOP", "C0000011"


@pytest.fixture
def mail(monkeypatch: pytest.MonkeyPatch) -> Iterator[Peer]:
    with running() as peer:
        settings = {"HOST": "127.0.0.1", "PORT": str(peer.port), "SECURITY": "none"}
        for name, value in {**settings, "PER_MINUTE": "60000"}.items():
            monkeypatch.setenv(f"SEEDBED_DELIVERY__EMAIL__{name}", value)
        yield peer


@pytest.fixture
def hook(monkeypatch: pytest.MonkeyPatch) -> Iterator[WebhookPeer]:
    with receiving() as peer:
        monkeypatch.setenv("SEEDBED_WEBHOOK_SHOP", peer.url)
        monkeypatch.setenv("SEEDBED_WEBHOOK_SHOP_SECRET", "x")
        yield peer


@pytest.fixture
def room() -> Iterator[SlackPeer]:
    with slack(ROOM) as peer:
        yield peer


@pytest.fixture
def desk(
    tmp_path: Path,
    mail: Peer,
    hook: WebhookPeer,
    room: SlackPeer,
    monkeypatch: pytest.MonkeyPatch,
) -> Desk:
    """One digest by each way, and of each nobody knows whether it arrived; all have."""
    readers = [
        {"channel": "email", "address": MAIL, "digest": "merchant"},
        {"channel": "webhook", "address": HOOK, "digest": "merchant"},
        by_slack(ROOM),
    ]
    desk = Desk(make_home(tmp_path / "H", entry("m001", *readers)), monkeypatch).by(room)
    desk.compose("m001")
    mail.fault = Fault(drop="after body")
    hook.faults.append("drop_after")
    room.fail("chat.postMessage", "drop_after")
    room.fail("conversations.history", "unavailable")
    desk.send()
    mail.fault = Fault()
    return desk


def typed(desk: Desk, *words: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(
        app, ["digest", *words, "--home", str(desk.home.root)], catch_exceptions=False
    )
    return done.exit_code, done.stdout, done.stderr


def words(desk: Desk) -> dict[str, str]:
    return {one.recipient: one.words for one in desk.status()}


def untold(desk: Desk, *, by_a_run: bool = False) -> int:
    with desk.open() as workspace:
        return count_untold(workspace, WEEK, by_a_run=by_a_run)


def test_each_way_names_what_settles_it(desk: Desk, room: SlackPeer):
    room.fail("conversations.history", "unavailable")
    sent = desk.send()
    assert {one.state for one in desk.status()} == {"ambiguous"}
    for address in (MAIL, HOOK):
        command = f"`seedbed digest settle m001 {address} --week 2024-09-09 --arrived`"
        (key,) = (one for one in words(desk) if one.endswith(address))
        assert command in words(desk)[key]
        assert "`--not-arrived` has it sent again" in words(desk)[key]
        # Who sends reads it at once, and who asks the doctor in any week after it.
        assert any(command in one.words for one in sent)
        notes = [one.sentence for one in examine(desk.home) if command in one.sentence]
        assert [one.startswith(f"m001 of 2024-09-09 for {key}: ") for one in notes] == [True]
    assert "`seedbed digest send --week 2024-09-09` looks into" in words(desk)[f"slack:{ROOM}"]


def test_what_has_arrived_is_never_sent_again(desk: Desk, mail: Peer, hook: WebhookPeer):
    # A watcher is not told that the week is finished, and no run is started for who is left.
    assert (untold(desk), untold(desk, by_a_run=True)) == (3, 1)
    for address in (MAIL, HOOK):
        code, out, _ = typed(desk, "settle", "m001", address, "--arrived")
        assert (code, out) == (0, f"m001 of 2024-W37 for {address} is settled as sent.\n")
    desk.at(LATER).send()
    assert desk.states() == dict.fromkeys(
        (f"email:{MAIL}", f"webhook:{HOOK}", f"slack:{ROOM}"), ("sent", "sent")
    )
    assert (len(mail.kept), len(hook.bodies), untold(desk)) == (1, 1, 0)
    said = {one.recipient: one.said for one in desk.status()}
    assert said[f"email:{MAIL}"] == (f"{who()}: it has arrived (2024-09-16)",)
    assert said[f"slack:{ROOM}"] == ()
    code, out, _ = typed(desk, "status")
    assert code == 0
    assert f"said m001 email:{MAIL}: {who()}: it has arrived (2024-09-16)" in out


def test_what_has_not_is_sent_by_the_next_sending_under_the_same_id(desk: Desk, mail: Peer):
    (lost,) = mail.mails()
    mail.kept.clear()
    code, out, _ = typed(desk, "settle", "m001", MAIL, "--not-arrived", "--json")
    told = json.loads(out)
    assert (code, told["state"], told["told_by"]) == (0, "failed", who())
    assert "seedbed digest send --week 2024-09-09" in told["sentence"]
    assert desk.states()[f"email:{MAIL}"][0] == "failed"
    desk.send()
    (mail_again,) = mail.mails()
    assert mail_again["Message-ID"] == lost["Message-ID"]
    assert desk.states()[f"email:{MAIL}"] == ("sent", "sent")
    desk.send()
    assert len(mail.kept) == 1


def test_a_correction_that_has_not_arrived_is_brought_by_the_same_order(desk: Desk, mail: Peer):
    typed(desk, "settle", "m001", MAIL, "--arrived")
    mail.fault = Fault(drop="after body")
    correct(desk, gmv="120.00")
    assert typed(desk, "settle", "m001", MAIL, "--not-arrived")[:2] == (
        0,
        f"m001 of 2024-W37 for {MAIL} is settled as failed. `seedbed digest reissue m001 --week "
        "2024-09-09 --reason … --confirm` brings it.\n",
    )
    mail.fault = Fault()
    # Who was told the first revision is told no other one as if it were the first.
    desk.send()
    assert len(mail.kept) == 2
    assert "`seedbed digest reissue m001 --week 2024-09-09" in words(desk)[f"email:{MAIL}"]
    correct(desk, gmv="120.00")
    first, lost, again = mail.mails()
    assert lost["Message-ID"] == again["Message-ID"]
    assert again["References"] == first["Message-ID"]
    assert desk.states()[f"email:{MAIL}"] == ("sent", "sent")


def test_a_correction_that_slack_is_asked_for_names_the_order_that_asks(
    desk: Desk, room: SlackPeer
):
    desk.send()
    room.fail("chat.postMessage", "drop_after")
    room.fail("conversations.history", "unavailable")
    correct(desk, gmv="120.00")
    order = "`seedbed digest reissue m001 --week 2024-09-09 --reason … --confirm`"
    assert f"{order} looks into the channel" in words(desk)[f"slack:{ROOM}"]
    code, _, err = typed(desk, "settle", "m001", ROOM, "--arrived")
    assert (code, f"{order} looks" in err) == (1, True)
    correct(desk, gmv="120.00")
    assert desk.states()[f"slack:{ROOM}"] == ("sent", "sent")
    # The digest and one note.
    assert len(room.digests(ROOM)) == 2


def test_slack_is_asked_and_no_person(desk: Desk, room: SlackPeer):
    code, _, err = typed(desk, "settle", "m001", ROOM, "--not-arrived")
    assert (code, "Slack can be asked; `seedbed digest send" in err) == (1, True)
    desk.send()
    assert desk.states()[f"slack:{ROOM}"] == ("sent", "sent")
    assert len(room.digests(ROOM)) == 1


@pytest.mark.parametrize(
    ("order", "code", "told"),
    [
        (("m001", MAIL), 2, "say --arrived or --not-arrived"),
        (("m002", MAIL, "--arrived"), 1, "No delivery of m002 to owner@example.com is open"),
        (("data_team", MAIL, "--arrived"), 1, "No delivery of data_team to owner@example.com is"),
        (("m001", "other@example.com", "--arrived"), 1, "to other@example.com is open"),
        (("m001", MAIL, "--arrived", "--week", "2024-09-02"), 1, "is open for 2024-W36"),
    ],
)
def test_what_cannot_be_settled_is_refused(
    desk: Desk, order: tuple[str, ...], code: int, told: str
):
    found, _, err = typed(desk, "settle", *order)
    assert (found, told in err) == (code, True), err
    assert {one.state for one in desk.status()} == {"ambiguous"}


@pytest.mark.parametrize(
    ("kind", "owner"), [("merchant", "m001"), ("data_team", ""), ("programme", "programmes")]
)
@pytest.mark.parametrize("status", ["ambiguous", "claimed"])
def test_the_command_that_is_printed_settles_it(desk: Desk, kind: str, owner: str, status: str):
    row = Delivery(
        kind=kind,
        merchant_id=owner,
        week=WEEK.monday,
        revision=1,
        channel="email",
        recipient="email:ops@example.com",
        part="message",
        status=status,
        payload_hash="0",
        claimed_at=now(),
    )
    with desk.open() as workspace, workspace.store.session() as session:
        session.add(row)
    (command,) = (
        part
        for one in examine(desk.home)
        for part in one.sentence.split("`")
        if "ops@example.com" in part and part.startswith("seedbed ")
    )
    code, out, _ = typed(desk, *command.split()[2:])
    assert (code, "is settled as sent." in out) == (0, True)
    assert "ops@example.com" not in "".join(one.sentence for one in examine(desk.home))


def test_what_is_settled_is_settled_once(desk: Desk):
    assert typed(desk, "settle", "m001", MAIL, "--arrived")[0] == 0
    code, _, err = typed(desk, "settle", "m001", MAIL, "--not-arrived")
    assert (code, "is open for 2024-W37" in err) == (1, True)
    assert desk.states()[f"email:{MAIL}"] == ("sent", "sent")
