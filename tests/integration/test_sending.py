"""From export files to Slack and back: each reader told once, whatever comes late."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from homes import Done, copy_home, drop, environment, make_home, merchant, seedbed

from orchestration.samples.workbooks import export_name, order_rows, write_orders
from orchestration.samples.world import make_world
from tests.slack_peer import TOKEN, Room, SlackPeer

pytestmark = pytest.mark.slow

WORLD = make_world(seed=7, first_day=date(2024, 8, 26), weeks=2, orders_a_week=30)
FIRST_ROOM, SECOND_ROOM, TEAM_ROOM = "C0000011", "C0000012", "C0000001"
MONDAY, TUESDAY_EVENING = "2024-09-09T10:00:00+08:00", "2024-09-10T18:00:00+08:00"


@pytest.fixture
def slack() -> Iterator[SlackPeer]:
    with SlackPeer(rooms={name: Room() for name in (FIRST_ROOM, SECOND_ROOM, TEAM_ROOM)}) as peer:
        yield peer


def export(folder: Path, moment: datetime, first: date, last: date) -> Path:
    path = folder / export_name(moment)
    write_orders(path, order_rows(WORLD.between(first, last)))
    return path


@pytest.fixture(scope="module")
def delivered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """m001 has delivered both weeks, m002 only half of the second."""
    folder = tmp_path_factory.mktemp("delivered")
    home = make_home(folder / "H", "m001", "m002")
    rooms = {"m001": FIRST_ROOM, "m002": SECOND_ROOM}
    register = {
        "merchants": [
            merchant(name, recipients=[{"channel": "slack", "address": room, "digest": "merchant"}])
            for name, room in rooms.items()
        ],
        "team": {"recipients": [{"channel": "slack", "address": TEAM_ROOM, "digest": "data_team"}]},
    }
    (home / "merchants.yml").write_text(yaml.safe_dump(register), encoding="utf-8")
    whole = export(folder, datetime(2024, 9, 9, 9, 30), date(2024, 8, 26), date(2024, 9, 8))  # noqa: DTZ001
    half = export(folder, datetime(2024, 9, 5, 9, 30), date(2024, 8, 26), date(2024, 9, 4))  # noqa: DTZ001
    drop(home, "m001", [whole])
    drop(home, "m002", [half])
    return home


@pytest.fixture(scope="module")
def composed(delivered: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its digests of Monday are composed, and nobody has been told."""
    home = copy_home(delivered, tmp_path_factory.mktemp("composed") / "H")
    done = seedbed("run", home=home, SEEDBED_NOW=MONDAY, SEEDBED_DELIVERY__SLACK__TOKEN=TOKEN)
    assert done.code == 0, done.out + done.err
    return home


@pytest.fixture
def home(delivered: Path, tmp_path: Path) -> Path:
    return copy_home(delivered, tmp_path / "H")


@pytest.fixture
def untold(composed: Path, tmp_path: Path) -> Path:
    return copy_home(composed, tmp_path / "H")


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


def test_at_the_cut_off_it_goes_as_it_is(untold: Path, slack: SlackPeer) -> None:
    by_slack(slack, "digest", "send", home=untold)
    assert told(slack) == {FIRST_ROOM: 1, SECOND_ROOM: 0, TEAM_ROOM: 1}
    done = by_slack(slack, "digest", "send", "--json", home=untold, moment=TUESDAY_EVENING)
    assert states(done) == {"m001": "sent", "m002": "sent", "data team": "sent"}
    assert told(slack) == {FIRST_ROOM: 1, SECOND_ROOM: 1, TEAM_ROOM: 1}


def test_what_a_newer_export_changes_is_corrected_by_order(
    untold: Path, slack: SlackPeer, tmp_path: Path
) -> None:
    by_slack(slack, "digest", "send", home=untold)
    unchanged = by_slack(slack, "digest", "reissue", "m001", "--reason", "x", home=untold)
    assert (unchanged.code, "Nothing that was told" in unchanged.err) == (1, True)

    # The same orders again, at other prices.
    newer = tmp_path / export_name(datetime(2024, 9, 9, 12, 0))  # noqa: DTZ001
    rows = order_rows(WORLD.between(date(2024, 8, 26), date(2024, 9, 8)))
    for row in rows:
        row |= dict.fromkeys((name for name in row if "金额" in name or "总价" in name), "1.00")
    write_orders(newer, rows)
    drop(untold, "m001", [newer])
    by_slack(slack, "run", "--send", home=untold)
    assert told(slack)[FIRST_ROOM] == 1
    words = ("digest", "reissue", "m001", "--reason", "A newer export.", "--json")
    shown = by_slack(slack, *words, home=untold)
    assert (shown.code, told(slack)[FIRST_ROOM]) == (0, 1)
    sent = by_slack(slack, *words, "--confirm", home=untold)
    assert sent.code == 0, sent.out + sent.err
    assert json.loads(sent.out)["changes"] == json.loads(shown.out)["changes"]
    first, note = slack.digests(FIRST_ROOM)
    assert note["thread_ts"] == first["ts"]
    assert "更正 1" in first["text"]


def test_a_broken_line_is_settled_by_looking(untold: Path, slack: SlackPeer) -> None:
    slack.fail("chat.postMessage", "drop_after", "drop_before")
    by_slack(slack, "digest", "send", home=untold)
    by_slack(slack, "digest", "send", "--anyway", home=untold)
    by_slack(slack, "digest", "send", "--anyway", home=untold)
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


def test_a_copy_to_oneself_settles_nobodys(untold: Path, slack: SlackPeer) -> None:
    slack.rooms["C0000099"] = Room()
    done = by_slack(slack, "digest", "send", "--to", "C0000099", "--merchant", "m001", home=untold)
    assert done.code == 0, done.out + done.err
    assert told(slack)["C0000099"] == 1
    assert told(slack)[FIRST_ROOM] == 0
    by_slack(slack, "digest", "send", home=untold)
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
