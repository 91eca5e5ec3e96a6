"""`seedbed digest hold|release|status`, as they are typed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sending_kit import CUT_OFF, WEEK, Desk, by_slack, entry, make_home, slack, texts
from typer.testing import CliRunner

from orchestration.cli import app
from tests.slack_peer import SlackPeer

ROOM = "C0000011"


@pytest.fixture
def peer() -> Iterator[SlackPeer]:
    with slack(ROOM) as found:
        yield found


@pytest.fixture
def desk(tmp_path: Path, peer: SlackPeer, monkeypatch: pytest.MonkeyPatch) -> Desk:
    home = make_home(tmp_path / "H", entry("m001", by_slack(ROOM)))
    return Desk(home, monkeypatch).by(peer)


def typed(desk: Desk, *words: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, [*words, "--home", str(desk.home.root)], catch_exceptions=False)
    return done.exit_code, done.stdout, done.stderr


def test_hold_then_release(desk: Desk, peer: SlackPeer):
    desk.compose("m001")
    code, out, _ = typed(desk, "digest", "hold", "m001", "--reason", "Refunds [look] wrong.")
    assert (code, "m001 is held until somebody releases it" in out) == (0, True)
    code, out, _ = typed(desk, "digest", "status")
    assert (code, "Refunds [look] wrong." in out) == (3, True)
    assert typed(desk, "digest", "send")[0] == 3
    assert texts(peer, ROOM) == []
    code, out, _ = typed(desk, "digest", "release", "m001", "--reason", "All right.", "--json")
    told = json.loads(out)
    assert (code, told["ruling"], told["reason"]) == (0, "release", "All right.")
    assert told["told_by"]
    assert typed(desk, "digest", "send")[0] == 0
    code, out, _ = typed(desk, "digest", "status", "--json")
    assert (code, json.loads(out)[0]["ending"]) == (0, "released")


def test_what_was_previewed_is_sent_or_the_change_is_told(desk: Desk, peer: SlackPeer):
    desk.compose("m001")
    assert typed(desk, "digest", "preview")[0] == 0
    desk.compose("m001", gmv="120.00")
    code, _, _ = typed(desk, "digest", "send", "--json")
    _, out, _ = typed(desk, "digest", "send")
    assert code == 3
    assert "otherwise than what was previewed: GMV CN¥100.00 → CN¥120.00." in out
    assert texts(peer, ROOM) == []
    typed(desk, "digest", "preview")
    assert typed(desk, "digest", "send")[0] == 0
    assert len(texts(peer, ROOM)) == 1


def test_a_preview_keeps_no_unattended_week(desk: Desk, peer: SlackPeer):
    desk.compose("m001")
    typed(desk, "digest", "preview")
    desk.compose("m001", gmv="120.00")
    desk.send()
    assert len(texts(peer, ROOM)) == 1


def test_a_hold_at_the_cut_off_says_what_follows(desk: Desk):
    desk.compose("m001")
    _, out, _ = typed(desk.at(CUT_OFF), "digest", "hold", "m001", "--reason", "x")
    assert "cut-off of Tuesday 2024-09-17 18:00 is over" in out


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("hold", "m001"), 2, "--reason is missing"),
        (("hold", "m001", "--reason", "  "), 2, "--reason is missing"),
        (("release", "m009", "--reason", "x"), 1, "No merchant m009 in merchants.yml"),
        (("release", "team", "--reason", "x"), 1, "No merchant team in merchants.yml"),
        (("hold", "m001", "--reason", "x", "--week", "2024-09-10"), 2, "is a Tuesday"),
        (("hold",), 2, "Missing argument"),
        (("reissue", "m001"), 2, "--reason is missing"),
        (("reissue", "m009", "--reason", "x"), 1, "No merchant m009"),
    ],
)
def test_what_cannot_be_is_refused(desk: Desk, words: tuple[str, ...], code: int, told: str):
    found, _, err = typed(desk, "digest", *words)
    assert (found, told in err) == (code, True), err


def test_status_says_what_waits_for_what(desk: Desk):
    desk.compose("m001", missing=(6,))
    code, out, _ = typed(desk, "digest", "status", "--week", WEEK.key)
    assert code == 3
    assert "qianfan__orders of 2024-09-15 (gmv, order_count, active_customers, new" in out
    assert "Tuesday 2024-09-17 18:00" in out
