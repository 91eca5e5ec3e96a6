"""From export files to Slack and back: each reader told once, whatever comes late."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from homes import Done, drop, environment, seedbed
from monday_home import (
    FIRST_ROOM,
    MONDAY,
    SECOND_ROOM,
    TEAM_ROOM,
    TUESDAY_EVENING,
    export,
    with_exports,
)

from tests.slack_peer import TOKEN, Room, SlackPeer

pytestmark = pytest.mark.slow


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """m001 has delivered both weeks, m002 only half of the second; nothing is read yet."""
    return with_exports(tmp_path)


def by_slack(
    peer: SlackPeer, *words: str, home: Path, moment: str = MONDAY, **settings: str
) -> Done:
    return seedbed(
        *words,
        home=home,
        SEEDBED_NOW=moment,
        SEEDBED_DELIVERY__SLACK__TOKEN=TOKEN,
        SEEDBED_DELIVERY__SLACK__API_URL=peer.url,
        **settings,
    )


def told(peer: SlackPeer) -> dict[str, int]:
    return {name: len(peer.digests(name)) for name in peer.rooms}


def states(done: Done) -> dict[str, str]:
    rows: list[dict[str, Any]] = json.loads(done.out)
    return {row["merchant_id"]: row["state"] for row in rows}


def test_a_week_from_files_to_readers(home: Path, slack: SlackPeer, tmp_path: Path) -> None:
    done = by_slack(slack, "run", "--send", home=home)
    assert done.code == 3, done.out + done.err
    assert "2 messages sent by slack" in done.out
    assert "m002 waits for qianfan__orders of 2024-09-05 to 2024-09-08" in done.out
    assert told(slack) == {FIRST_ROOM: 1, SECOND_ROOM: 0, TEAM_ROOM: 1}

    # Nothing new: nobody is told again.
    again = by_slack(slack, "run", "--send", home=home)
    assert again.code == 3
    assert "0 messages sent by slack, 2 readers were told before" in again.out
    status = by_slack(slack, "digest", "status", "--json", home=home)
    assert states(status) == {"m001": "sent", "m002": "waiting", "data team": "sent"}
    assert told(slack) == {FIRST_ROOM: 1, SECOND_ROOM: 0, TEAM_ROOM: 1}

    # What was missing arrives: its digest goes, and the team's change is no second message.
    rest = export(tmp_path, datetime(2024, 9, 9, 11, 0), date(2024, 9, 4), date(2024, 9, 8))  # noqa: DTZ001
    drop(home, "m002", [rest])
    done = by_slack(slack, "run", "--send", home=home, moment="2024-09-09T11:30:00+08:00")
    assert told(slack) == {FIRST_ROOM: 1, SECOND_ROOM: 1, TEAM_ROOM: 1}, done.out + done.err
    status = by_slack(slack, "digest", "status", "--json", home=home)
    assert set(states(status).values()) == {"sent"}
    assert status.code == 0


def test_at_the_cut_off_it_goes_as_it_is(monday: Path, slack: SlackPeer) -> None:
    assert by_slack(slack, "digest", "send", home=monday).code == 3
    assert told(slack) == {FIRST_ROOM: 1, SECOND_ROOM: 0, TEAM_ROOM: 1}
    done = by_slack(slack, "digest", "send", "--json", home=monday, moment=TUESDAY_EVENING)
    assert states(done) == {"m001": "sent", "m002": "sent", "data team": "sent"}
    assert told(slack) == {FIRST_ROOM: 1, SECOND_ROOM: 1, TEAM_ROOM: 1}


def test_a_broken_line_is_settled_by_looking(monday: Path, slack: SlackPeer) -> None:
    slack.fail("chat.postMessage", "drop_after", "drop_before")
    by_slack(slack, "digest", "send", home=monday)
    by_slack(slack, "digest", "send", "--anyway", home=monday)
    by_slack(slack, "digest", "send", "--anyway", home=monday)
    assert told(slack) == {FIRST_ROOM: 1, SECOND_ROOM: 1, TEAM_ROOM: 1}


def test_the_token_is_nowhere(home: Path, slack: SlackPeer) -> None:
    slack.fail("chat.postMessage", "invalid_auth")
    key = "planted-key-that-signs-links"
    done = by_slack(
        slack,
        "run",
        "--send",
        "--debug",
        home=home,
        SEEDBED_SERVE__KEY=key,
        SEEDBED_SERVE__PUBLIC_URL="https://digest.example.com",
    )
    assert not any(secret in done.out + done.err for secret in (TOKEN, key))
    for path in home.rglob("*"):
        if path.is_file() and not path.is_symlink():
            raw = path.read_bytes()
            assert not any(secret.encode() in raw for secret in (TOKEN, key)), path


def test_only_the_last_closed_week_is_sent_by_itself(home: Path, slack: SlackPeer) -> None:
    refused = by_slack(slack, "run", "--week", "2024-08-26", "--send", home=home)
    assert (refused.code, "Only the last closed week" in refused.err) == (2, True)
    assert by_slack(slack, "run", "--week", "2024-08-26", home=home).code == 0
    assert told(slack) == {FIRST_ROOM: 0, SECOND_ROOM: 0, TEAM_ROOM: 0}
    refused = by_slack(slack, "digest", "send", "--week", "2024-08-26", home=home)
    assert (refused.code, "--confirm" in refused.err) == (2, True)
    done = by_slack(slack, "digest", "send", "--week", "2024-08-26", "--confirm", home=home)
    assert done.code == 0, done.out + done.err
    assert told(slack) == {FIRST_ROOM: 1, SECOND_ROOM: 1, TEAM_ROOM: 1}


def test_a_copy_to_oneself_settles_nobodys(monday: Path, slack: SlackPeer) -> None:
    slack.rooms["C0000099"] = Room()
    done = by_slack(slack, "digest", "send", "--to", "C0000099", "--merchant", "m001", home=monday)
    assert done.code == 0, done.out + done.err
    assert told(slack)["C0000099"] == 1
    assert told(slack)[FIRST_ROOM] == 0
    by_slack(slack, "digest", "send", home=monday)
    assert told(slack)[FIRST_ROOM] == 1


def tick(peer: SlackPeer, home: Path, schedule: str, moment: str, **settings: str) -> str:
    done = subprocess.run(
        [sys.executable, Path(__file__).with_name("tick_the_schedule.py"), schedule, moment],
        env=environment(
            SEEDBED_HOME=str(home),
            SEEDBED_NOW=moment,
            SEEDBED_DELIVERY__SLACK__TOKEN=TOKEN,
            SEEDBED_DELIVERY__SLACK__API_URL=peer.url,
            **{"SEEDBED_DELIVERY__AUTO_SEND": "true", **settings},
        ),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def test_an_unattended_monday(home: Path, slack: SlackPeer) -> None:
    """The schedule's ticks from Monday morning to Tuesday evening, with nobody there."""
    told_now = tick(slack, home, "monday_schedule", "2024-09-09T09:30:00+08:00")
    assert "delivery_job succeeded" in told_now
    assert told(slack) == {FIRST_ROOM: 1, SECOND_ROOM: 0, TEAM_ROOM: 1}

    tick(slack, home, "late_exports_schedule", "2024-09-09T14:00:00+08:00")
    assert told(slack) == {FIRST_ROOM: 1, SECOND_ROOM: 0, TEAM_ROOM: 1}

    tick(slack, home, "late_exports_schedule", "2024-09-10T18:00:00+08:00")
    assert told(slack) == {FIRST_ROOM: 1, SECOND_ROOM: 1, TEAM_ROOM: 1}

    assert "skipped: Everybody was told 2024-W36" in tick(
        slack, home, "late_exports_schedule", "2024-09-10T18:00:00+08:00"
    )


def test_without_auto_send_the_schedule_fills_the_outbox(home: Path, slack: SlackPeer) -> None:
    words = ("monday_schedule", "2024-09-09T09:30:00+08:00")
    tick(slack, home, *words, SEEDBED_DELIVERY__AUTO_SEND="false")
    assert told(slack) == {FIRST_ROOM: 0, SECOND_ROOM: 0, TEAM_ROOM: 0}
    names = [path.name for path in (home / "outbox").rglob("*.json")]
    # Each message and its reply.
    assert len([name for name in names if not name.endswith(".thread.json")]) == 3
    assert len(names) == 6
    skipped = tick(
        slack,
        home,
        "late_exports_schedule",
        "2024-09-09T14:00:00+08:00",
        SEEDBED_DELIVERY__AUTO_SEND="false",
    )
    assert "auto_send is off" in skipped
