"""Links of digests: each leads where it says, GET changes nothing, and nobody acts for another."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from link_kit import Answer, addresses, ask, free_port, press, serving, slack_addresses
from pydantic import SecretStr
from sending_kit import WEEK, Desk, entry, make_home, register
from typer.testing import CliRunner

from orchestration.cli import app
from orchestration.delivery.channel import Message, message_for
from orchestration.delivery.links import PURPOSES, LinkError, Links, links_of
from orchestration.delivery.revisions import record_revision
from orchestration.delivery.smtp import Smtp
from orchestration.digest.compose_programmes import compose_programmes
from orchestration.digest.compose_team import compose_team
from orchestration.digest.correction import Changes, render_correction
from orchestration.digest.notice import render_notice
from orchestration.digest.render import RenderedDigest
from orchestration.flow.digests.archive import latest_digests
from orchestration.flow.digests.readers import answered
from orchestration.flow.doctor.examine import examine
from orchestration.flow.workspace import Workspace, open_beside
from orchestration.register import Recipient
from orchestration.sections import EmailSettings, ServeSettings
from orchestration.serve.app import make_app
from orchestration.serve.limits import RateLimit
from orchestration.settings import SettingsError, load_settings, now
from orchestration.state.readers import unsubscribed

OWNER = {"channel": "email", "address": "owner@example.com", "digest": "merchant"}
ROOM = {"channel": "slack", "address": "C0000011", "digest": "merchant"}
READERS = [Recipient.model_validate(OWNER), Recipient.model_validate(ROOM)]


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def desk(tmp_path: Path, port: int, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setenv("SEEDBED_SERVE__PUBLIC_URL", f"http://127.0.0.1:{port}")
    home = make_home(tmp_path / "H", entry("m001", OWNER, ROOM), entry("m002", OWNER))
    desk = Desk(home, monkeypatch)
    desk.compose("m001")
    desk.compose("m002", gmv="222.22")
    return desk


@contextmanager
def served(desk: Desk, port: int, **clock: Any) -> Iterator[tuple[Workspace, Links]]:
    with open_beside(desk.home) as workspace:
        links = links_of(desk.home, workspace.settings.serve)
        assert links is not None
        with serving(make_app(workspace, links, **clock), port):
            yield workspace, links


def digest(workspace: Workspace, merchant_id: str = "m001") -> RenderedDigest:
    found = latest_digests(workspace, WEEK)
    return next(one for one in found if one.content.merchant_id == merchant_id)


def forms(rendered: RenderedDigest) -> dict[str, RenderedDigest]:
    """A digest, the notices that go in its place, and its correction."""
    content = rendered.content
    correction = render_correction(content, Changes((), cohort_cells=2), 1, "b2", 1)
    return {
        "digest": rendered,
        "held": render_notice(content, "held", "b1", 1),
        "nothing_known": render_notice(content, "nothing_known", "b1", 1),
        "correction": correction.digest,
    }


def links_in(message: Message) -> list[list[str]]:
    """What each form of a message links to."""
    return [slack_addresses(message.slack), addresses(message.html), addresses(message.text)]


def purposes(found: list[str]) -> list[str]:
    return [address.split("/")[3] for address in found]


def typed(desk: Desk, *words: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, [*words, "--home", str(desk.home.root)], catch_exceptions=False)
    return done.exit_code, done.stdout + done.stderr


def state(workspace: Workspace) -> tuple[set[tuple[str, str]], list[str]]:
    return set(unsubscribed(workspace.store)), [x.answer for x in answered(workspace, WEEK)]


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
            mail = _smtp().compose(message)
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


def _smtp() -> Smtp:
    settings = EmailSettings(host="smtp.example.com", sender="Seedbed <digest@example.com>")
    return Smtp(settings, SecretStr(""), now)


def test_a_mail_program_unsubscribes_by_its_own_button(desk: Desk, port: int):
    with served(desk, port) as (workspace, links):
        message = message_for(digest(workspace), READERS[0], links)
        mail = _smtp().compose(message)
        assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        raw = mail.as_bytes().decode("ascii").split("\r\n")
        (line,) = [one for one in raw if one.startswith("List-Unsubscribe: ")]
        way, mailto = line.removeprefix("List-Unsubscribe: ").split(", ")
        assert (way, mailto) == (f"<{message.unsubscribe_url}>", "<mailto:digest@example.com>")
        for _ in range(2):
            assert press(way.strip("<>")).status == 200
        # This reader of this merchant, and nobody else.
        assert state(workspace) == ({("m001", "email:owner@example.com")}, [])


def test_who_has_unsubscribed_is_sent_nothing_until_resumed(desk: Desk, port: int):
    with served(desk, port) as (workspace, links):
        message = message_for(digest(workspace), READERS[0], links)
        press(message.unsubscribe_url)
    desk.send()
    sent = {path.relative_to(desk.home.outbox).as_posix() for path in desk.home.outbox.rglob("*.*")}
    week = WEEK.monday.isoformat()
    assert sent == {
        f"{week}/m001/r1/slack__C0000011.json",
        f"{week}/m001/r1/slack__C0000011.thread.json",
        f"{week}/m002/r1/email__owner@example.com.eml",
    }
    mine = [one for one in desk.status() if one.state == "unsubscribed"]
    assert [(one.merchant_id, one.recipient) for one in mine] == [
        ("m001", "email:owner@example.com")
    ]
    assert mine[0].said == ("unsubscribed (2024-09-16)",)
    assert "merchants resume owner@example.com" in mine[0].words
    assert any("has unsubscribed from the digest of m001" in f.sentence for f in examine(desk.home))
    # Everybody who could not be reached is not everybody who did not want.
    assert typed(desk, "merchants", "resume", "--all") == (0, "Nobody is paused.\n")
    assert typed(desk, "merchants", "resume", "owner@example.com")[0] == 0
    desk.send()
    assert (desk.home.outbox / week / "m001/r1/email__owner@example.com.eml").exists()


def test_where_all_have_unsubscribed_the_week_is_suppressed(desk: Desk, port: int):
    with served(desk, port) as (workspace, links):
        for reader in READERS:
            press(message_for(digest(workspace), reader, links).unsubscribe_url)
    desk.send()
    endings = {one.ending for one in desk.status() if one.merchant_id == "m001"}
    assert "sent" not in endings
    assert not (desk.home.outbox / WEEK.monday.isoformat() / "m001").exists()


def test_answers_are_kept_once_and_shown(desk: Desk, port: int):
    desk.send()
    with served(desk, port) as (workspace, links):
        _, own = links.added(digest(workspace), READERS[0])
        for purpose in ("looks_wrong", "looks_wrong", "done"):
            assert press(own[purpose]).status == 200
        assert state(workspace) == (set(), ["done", "looks_wrong"])
    (told,) = [one for one in desk.status() if one.said]
    assert (told.merchant_id, told.recipient) == ("m001", "email:owner@example.com")
    assert told.said == ("we have done it (2024-09-16)", "a number looks wrong (2024-09-16)")
    words = ("--week", WEEK.key)
    assert "a number looks wrong" in typed(desk, "digest", "status", *words)[1]
    assert "m001 email:owner@example.com: we" in typed(desk, "digest", "answers", *words)[1]
    rows = json.loads(typed(desk, "digest", "answers", "--json", *words)[1])
    assert [row["answer"] for row in rows] == ["done", "looks_wrong"]


def test_what_is_read_in_the_browser_is_that_merchants_archived_digest(desk: Desk, port: int):
    with served(desk, port) as (workspace, links):
        _, own = links.added(digest(workspace), READERS[0])
        page = ask(own["read"])
        archived = desk.home.digests / WEEK.key / "m001" / "r1" / "email.html"
        assert page.body == archived.read_text(encoding="utf-8")
        assert "222.22" not in page.body
        assert press(own["read"]).status == 405
        # What was told stays readable as it was told, whatever is composed later.
        desk.compose("m001", gmv="999.99")
        assert ask(own["read"]).body == page.body
        archived.unlink()
        assert ask(own["read"]).status == 404


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


def test_a_link_pressed_again_changes_nothing_more(desk: Desk, port: int):
    with served(desk, port) as (workspace, links):
        _, own = links.added(digest(workspace), READERS[0])
        for _ in range(3):
            assert press(own["done"]).status == press(own["unsubscribe"]).status == 200
        assert state(workspace) == ({("m001", READERS[0].key)}, ["done"])
        (row,) = unsubscribed(workspace.store).values()
        assert row.asked_at == now()
    typed(desk, "merchants", "resume", "owner@example.com")
    with desk.open() as workspace:
        assert unsubscribed(workspace.store) == {}


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


def test_a_link_gives_no_address_away_and_is_the_same_on_every_try(desk: Desk):
    with desk.open() as workspace:
        links = links_of(desk.home, workspace.settings.serve)
        first, again = (message_for(digest(workspace), READERS[0], links) for _ in range(2))
    assert first == again
    assert "owner" not in first.unsubscribe_url


def test_nothing_else_is_answered(desk: Desk, port: int):
    with served(desk, port):
        assert ask(f"http://127.0.0.1:{port}/healthz").body == "ok\n"
        for path in ("", "/docs", "/state.db", "/read", "/read/", "/read/x/y", "/../state.db"):
            answer = ask(f"http://127.0.0.1:{port}{path}")
            assert answer.status == 404, path
            assert_guarded(answer)
        assert ask(f"http://127.0.0.1:{port}/healthz", "DELETE").status == 405


def assert_guarded(answer: Answer) -> None:
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "server" not in answer.headers or "uvicorn" in answer.headers["server"]


def test_nobody_asks_too_often(desk: Desk, port: int, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SEEDBED_SERVE__REQUESTS_PER_MINUTE", "3")
    seconds = [0.0]
    with served(desk, port, clock=lambda: seconds[0]):
        health = f"http://127.0.0.1:{port}/healthz"
        assert [ask(health).status for _ in range(5)] == [200, 200, 200, 429, 429]
        assert_guarded(ask(health))
        seconds[0] = 20.0
        assert [ask(health).status for _ in range(2)] == [200, 429]


def test_one_address_takes_nothing_from_another():
    limit = RateLimit(2, lambda: 0.0)
    assert [limit.allows("a") for _ in range(3)] == [True, True, False]
    assert limit.allows("b")
    for number in range(20_000):
        limit.allows(str(number))
    assert limit.allows("b")


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


def test_the_command_serves_on_this_machine(desk: Desk, port: int):
    words = [sys.executable, "-c", "from orchestration.cli import main; main()", "serve"]
    process = subprocess.Popen(
        [*words, "--home", str(desk.home.root), "--port", str(port)],
        env=os.environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    health = f"http://127.0.0.1:{port}/healthz"
    with desk.open() as workspace:
        links = links_of(desk.home, workspace.settings.serve)
        assert links is not None
        # While a command holds the home.
        _, own = links.added(digest(workspace), READERS[0])
        try:
            while not _is_up(health):
                assert process.poll() is None
                time.sleep(0.1)
            assert press(own["done"]).status == 200
        finally:
            process.terminate()
            output = process.communicate()[0].decode()
        assert state(workspace) == (set(), ["done"])
    assert own["done"].rpartition("/")[2] not in output


def _is_up(address: str) -> bool:
    try:
        return ask(address).status == 200
    except OSError:
        return False
