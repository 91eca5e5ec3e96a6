"""A reader follows a link: unsubscribing, answering, reading; and who else asks the server."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from link_kit import ask, free_port, press
from linked_desk import READERS, assert_guarded, digest, linked_desk, served, smtp, state, typed
from sending_kit import WEEK, Desk

from orchestration.delivery.channel import message_for
from orchestration.delivery.links import links_of
from orchestration.flow.doctor.examine import examine
from orchestration.serve.limits import RateLimit
from orchestration.settings import now
from orchestration.state.readers import unsubscribed


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def desk(tmp_path: Path, port: int, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return linked_desk(tmp_path / "H", port, monkeypatch)


def test_a_mail_program_unsubscribes_by_its_own_button(desk: Desk, port: int):
    with served(desk, port) as (workspace, links):
        message = message_for(digest(workspace), READERS[0], links)
        mail = smtp().compose(message)
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


def test_nothing_else_is_answered(desk: Desk, port: int):
    with served(desk, port):
        assert ask(f"http://127.0.0.1:{port}/healthz").body == "ok\n"
        for path in ("", "/docs", "/state.db", "/read", "/read/", "/read/x/y", "/../state.db"):
            answer = ask(f"http://127.0.0.1:{port}{path}")
            assert answer.status == 404, path
            assert_guarded(answer)
        assert ask(f"http://127.0.0.1:{port}/healthz", "DELETE").status == 405


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
