"""A link that was altered, mixed, is old or another's does nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from link_kit import ask, free_port, press
from linked_desk import OWNER, READERS, ROOM, digest, linked_desk, served, state
from pydantic import SecretStr
from sending_kit import WEEK, Desk, entry, register

from orchestration.delivery.channel import message_for
from orchestration.delivery.links import PURPOSES, LinkError, Links
from orchestration.flow.digests.readers import answered
from orchestration.settings import now
from orchestration.state.readers import unsubscribed


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def desk(tmp_path: Path, port: int, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return linked_desk(tmp_path / "H", port, monkeypatch)


def _changed(address: str, place: int) -> str:
    other = "A" if address[place] != "A" else "B"
    return address[:place] + other + address[place + 1 :]


def test_an_altered_link_does_nothing(desk: Desk, port: int):
    with served(desk, port, clock=lambda: 0.0) as (workspace, links):
        address = message_for(digest(workspace), READERS[0], links).unsubscribe_url
        start = address.index("/unsubscribe/") + len("/unsubscribe/")
        altered = [_changed(address, start + step) for step in range(0, len(address) - start, 9)]
        # The signature of one purpose is worth nothing for another.
        altered += [address.replace("/unsubscribe/", f"/{name}/") for name in PURPOSES[:-1]]
        altered += [address[:-1], address.replace("/unsubscribe/", "/nothing/")]
        for one in altered:
            assert press(one).status == 404, one
        assert state(workspace) == (set(), [])


def _mixed(content_of: str, signature_of: str) -> str:
    """What the one says, with the other's signature."""
    said, seal = content_of.rpartition(".")[0], signature_of.rpartition(".")[2]
    return f"{said}.{seal}"


def test_a_link_of_one_merchants_digest_is_worth_nothing_for_anothers(desk: Desk, port: int):
    """The same person reads both; by one link only one of them is answered and ended."""
    with served(desk, port) as (workspace, links):
        own = {
            name: links.added(digest(workspace, name), READERS[0])[1] for name in ("m001", "m002")
        }
        for purpose in PURPOSES:
            first, second = own["m001"][purpose], own["m002"][purpose]
            for forged in (_mixed(second, first), _mixed(first, second)):
                assert {ask(forged).status, press(forged).status} == {404}
        assert state(workspace) == (set(), [])
        assert "222.22" not in ask(own["m001"]["read"]).body
        assert "222.22" in ask(own["m002"]["read"]).body
        for purpose in ("done", "unsubscribe"):
            assert press(own["m001"][purpose]).status == 200
        assert {one.merchant_id for one in answered(workspace, WEEK)} == {"m001"}
        assert set(unsubscribed(workspace.store)) == {("m001", READERS[0].key)}
    desk.send()
    sent = {path.parts[-3] for path in desk.home.outbox.rglob("*.eml")}
    assert sent == {"m002"}


def test_a_link_of_one_week_is_worth_nothing_for_another(desk: Desk, port: int):
    with served(desk, port) as (workspace, links):
        rendered = digest(workspace)
        content = rendered.content.model_copy(update={"week": WEEK.previous.monday})
        _, now_ = links.added(rendered, READERS[0])
        _, before = links.added(replace(rendered, content=content), READERS[0])
        for purpose in PURPOSES:
            assert press(_mixed(before[purpose], now_[purpose])).status == 404
        # A week that has no digest is not shown in the place of one that has.
        assert ask(before["read"]).status == 404
        assert press(before["done"]).status == 200
        assert answered(workspace, WEEK) == []


def test_an_old_link_does_nothing_when_it_is_followed(
    desk: Desk, port: int, monkeypatch: pytest.MonkeyPatch
):
    with served(desk, port) as (workspace, links):
        _, own = links.added(digest(workspace), READERS[0])
        for moment, status in (("2024-11-15T12:00Z", 200), ("2024-11-16T00:01Z", 404)):
            monkeypatch.setenv("SEEDBED_NOW", moment.replace("Z", ":00+00:00"))
            assert {ask(address).status for address in own.values()} == {status}
        assert {press(address).status for address in own.values()} == {404}
        assert state(workspace) == (set(), [])


def test_a_link_of_another_home_does_nothing(desk: Desk, port: int):
    stranger = Links(f"http://127.0.0.1:{port}", SecretStr("guessed"), now)
    with served(desk, port) as (workspace, _):
        _, own = stranger.added(digest(workspace), READERS[0])
        assert {press(address).status for address in own.values()} == {404}
        assert state(workspace) == (set(), [])


def test_a_link_ends_after_two_months(desk: Desk):
    sent = datetime(2024, 9, 16, 1, 30, tzinfo=UTC)
    with desk.open() as workspace:
        rendered = digest(workspace)
    moment = sent
    links = Links("https://d.example.com", SecretStr("k"), lambda: moment)
    _, own = links.added(rendered, READERS[0])
    token = own["done"].rpartition("/")[2]
    moment = sent + timedelta(days=60)
    assert links.read("done", token).is_of(READERS[0])
    moment = sent + timedelta(days=61)
    with pytest.raises(LinkError):
        links.read("done", token)


def test_a_reader_who_was_taken_out_of_the_register_can_do_nothing(desk: Desk, port: int):
    with served(desk, port) as (workspace, links):
        _, own = links.added(digest(workspace), READERS[0])
        # Another reader there now, and the same one at another merchant.
        register(desk.home, entry("m001", ROOM), entry("m002", OWNER))
        assert {ask(address).status for address in own.values()} == {404}
        register(desk.home, entry("m002", OWNER))
        assert {press(address).status for address in own.values()} == {404}
        assert state(workspace) == (set(), [])
