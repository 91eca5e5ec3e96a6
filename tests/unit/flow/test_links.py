"""Which links a digest has: each leads where it says, for its reader, by a key of this home."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from link_kit import ask, free_port, press
from linked_desk import (
    OWNER,
    READERS,
    ROOM,
    digest,
    forms,
    linked_desk,
    links_in,
    purposes,
    served,
    smtp,
    state,
    typed,
)
from sending_kit import WEEK, Desk, entry, register

from orchestration.delivery.channel import message_for
from orchestration.delivery.links import PURPOSES, links_of
from orchestration.delivery.revisions import record_revision
from orchestration.digest.compose_programmes import compose_programmes
from orchestration.digest.compose_team import compose_team
from orchestration.flow.doctor.examine import examine
from orchestration.sections import ServeSettings
from orchestration.settings import SettingsError, load_settings, now


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def desk(tmp_path: Path, port: int, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return linked_desk(tmp_path / "H", port, monkeypatch)


def test_every_link_of_every_rendering_leads_somewhere_and_shows_only(desk: Desk, port: int):
    wanted = {"digest": list(PURPOSES), "correction": list(PURPOSES)}
    with served(desk, port) as (workspace, links):
        for name, rendered in forms(digest(workspace)).items():
            for reader in READERS:
                message = message_for(rendered, reader, links)
                slack, html, text = links_in(message)
                assert slack == html == text
                assert purposes(slack) == wanted.get(name, ["unsubscribe"])
                assert message.unsubscribe_url in slack
                for address in slack:
                    shown = ask(address)
                    assert (shown.status, shown.headers["cache-control"]) == (200, "no-store")
                    is_button = '<form method="post">' in shown.body
                    assert is_button is ("/read/" not in address)
        assert state(workspace) == (set(), [])


@pytest.mark.parametrize("kind", ["data_team", "programme"])
def test_every_link_of_a_digest_of_all_merchants_leads_somewhere_too(
    desk: Desk, port: int, kind: str
):
    mine = [one | {"digest": kind} for one in (OWNER, ROOM)]
    register(desk.home, entry("m001", OWNER), team={"locale": "en", "recipients": mine})
    with served(desk, port) as (workspace, links):
        people = workspace.register()
        compose = {"data_team": compose_team, "programme": compose_programmes}[kind]
        composed = compose(people, WEEK, [], [])
        rendered = record_revision(desk.home, workspace.store, composed, "b1", now()).rendered
        reader, room = people.team.recipients
        for one in (reader, room):
            message = message_for(rendered, one, links)
            slack, html, text = links_in(message)
            assert slack == html == text
            assert purposes(slack) == ["read", "unsubscribe"]
            assert [ask(address).status for address in slack] == [200, 200]
        message = message_for(rendered, reader, links)
        archived = ask(links_in(message)[0][0]).body
        assert archived == rendered.html
        assert press(message.unsubscribe_url).status == 200
        assert state(workspace)[0] == {(rendered.content.merchant_id, reader.key)}
    # Its other reader reads on, and so does the merchant at that address.
    desk.send()
    told = {path.name for path in desk.home.outbox.rglob("*.*") if "thread" not in path.name}
    assert told == {"slack__C0000011.json", "email__owner@example.com.eml"}
    (mail,) = desk.home.outbox.rglob("*.eml")
    assert mail.parts[-3] == "m001"


def test_without_an_address_there_is_no_link(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("SEEDBED_SERVE__PUBLIC_URL")
    desk.send()
    sent = [path.read_text() for path in desk.home.outbox.rglob("*.*")]
    assert sent and not any("http" in text for text in sent)
    with desk.open() as workspace:
        links = links_of(desk.home, workspace.settings.serve)
        assert links is None
        for rendered in forms(digest(workspace)).values():
            message = message_for(rendered, READERS[0], links)
            assert links_in(message) == [[], [], []]
            mail = smtp().compose(message)
            assert mail["List-Unsubscribe"] == "<mailto:digest@example.com>"
            assert mail["List-Unsubscribe-Post"] is None
    notes = [one.sentence for one in examine(desk.home) if one.level == "note"]
    assert any("serve.public_url is not set" in note for note in notes)
    assert not desk.home.links_key.exists()
    code, told = typed(desk, "serve")
    assert (code, "serve.public_url" in told) == (2, True)


def test_a_golden_digest_has_no_link():
    golden = Path(__file__).parents[2] / "golden"
    assert not [path for path in golden.iterdir() if "http" in path.read_text(encoding="utf-8")]


def test_a_link_gives_no_address_away_and_is_the_same_on_every_try(desk: Desk):
    with desk.open() as workspace:
        links = links_of(desk.home, workspace.settings.serve)
        first, again = (message_for(digest(workspace), READERS[0], links) for _ in range(2))
    assert first == again
    assert "owner" not in first.unsubscribe_url


@pytest.mark.parametrize(
    "address",
    ["digest.example.com", "http://digest.example.com", "https://a b.com", "https://a.com/?x=1",
     "javascript:alert(1)", "https://user:password@a.com"],
)  # fmt: skip
def test_what_is_no_address_for_readers_is_refused(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, address: str
):
    monkeypatch.setenv("SEEDBED_SERVE__PUBLIC_URL", address)
    with pytest.raises(SettingsError, match=r"serve\.public_url"):
        load_settings(desk.home)


def test_the_key_is_made_once_for_its_owner_only(desk: Desk, tmp_path: Path):
    settings = ServeSettings(public_url="https://d.example.com")
    links_of(desk.home, settings)
    key = desk.home.links_key
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    text = key.read_text()
    assert (len(text.strip()), links_of(desk.home, settings) is None) == (64, False)
    assert key.read_text() == text
    key.chmod(0o644)
    with pytest.raises(SettingsError, match="can be read by others"):
        links_of(desk.home, settings)
    key.unlink()
    (tmp_path / "k").write_text("a key of my own\n")
    links_of(desk.home, settings.model_copy(update={"key_file": tmp_path / "k"}))
    assert not key.exists()
