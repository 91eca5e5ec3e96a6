"""docs/runbook.md, typed: late exports, drifted headers, a wrong rulebook, a revoked token."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest
from homes import drop, query
from monday_home import (
    FIRST_ROOM,
    PROGRAMME,
    SECOND_ROOM,
    TEAM_ROOM,
    THRESHOLD,
    export,
    rule,
)
from openpyxl import load_workbook
from runbook_page import here, rehearsing

from tests.slack_peer import TOKEN, SlackPeer

pytestmark = pytest.mark.slow

TOKEN_VARIABLE = "SEEDBED_DELIVERY__SLACK__TOKEN"


@pytest.fixture(autouse=True)
def _by_slack(slack: SlackPeer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(TOKEN_VARIABLE, TOKEN)
    monkeypatch.setenv("SEEDBED_DELIVERY__SLACK__API_URL", slack.url)


def told(peer: SlackPeer) -> dict[str, int]:
    return {name: len(peer.digests(name)) for name in peer.rooms}


def days_covered(home: Path, merchant_id: str) -> int:
    found = query(
        home,
        "select orders_days_covered from marts.fct_merchant_weeks "
        f"where merchant_id = '{merchant_id}' and week = date '2024-09-02'",
    )[1]
    return found[0][0]


def test_a_late_export(
    monday: Path, slack: SlackPeer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with rehearsing("A late export", monday, monkeypatch, m001="m002") as page:
        waiting = page.types("digest status")
        assert waiting.code == 3
        assert "m002 waits for qianfan__orders of 2024-09-05 to 2024-09-08" in waiting.out

        # It comes, and it is not whole.
        part = export(tmp_path, datetime(2024, 9, 9, 9, 55), date(2024, 9, 4), date(2024, 9, 7))  # noqa: DTZ001
        folder = monday / "inbox" / "m002" / "2024-09-04_2024-09-07"
        folder.mkdir()
        part.rename(folder / part.name)
        run = page.types("run --send")
        assert run.code == 3
        assert "m002 waits for qianfan__orders of 2024-09-08" in run.out
        assert days_covered(monday, "m002") == 6
        assert told(slack) == {FIRST_ROOM: 1, SECOND_ROOM: 0, TEAM_ROOM: 1}

        assert page.types("digest release").code == 0
        assert page.types("digest send").code == 0
        assert told(slack) == {FIRST_ROOM: 1, SECOND_ROOM: 1, TEAM_ROOM: 1}
        assert "缺 9月8日 的订单" in slack.digests(SECOND_ROOM)[0]["text"]

        over = page.types("digest status")
        assert (over.code, over.out.count(" sent ")) == (0, 5)


def _renamed(file: Path, before: str, after: str) -> None:
    """The same export with another header."""
    book = load_workbook(file)
    sheet = book.worksheets[0]
    (place,) = [number for number, cell in enumerate(sheet[1], start=1) if cell.value == before]
    sheet.cell(1, place, after)
    book.save(file)


def test_a_drifted_header(monday: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    rest = export(tmp_path, datetime(2024, 9, 9, 9, 55), date(2024, 9, 4), date(2024, 9, 8))  # noqa: DTZ001
    _renamed(rest, "SKU件数", "购买件数")
    drop(monday, "m002", [rest])
    file = str(monday / "inbox" / "m002" / rest.name)
    with rehearsing("A drifted header", monday, monkeypatch, FILE=file) as page:
        held = page.types("ingest")
        assert (held.code, "Held m002: " in held.out) == (3, True)
        assert "expected and not there: 'SKU件数' (quantity)" in held.out
        doctor = page.types("doctor")
        assert "`seedbed layout learn`" in doctor.out

        dry = page.types("layout learn")
        assert (dry.code, "Would be written: 1 row" in dry.out) == (0, True)
        assert here("ingest").code == 3
        learnt = page.types("layout learn", answers="y\n")
        assert (learnt.code, "Written: 1 row" in learnt.out) == (0, True), learnt.err

        read = page.types("ingest")
        assert (read.code, "Held" in read.out) == (0, False)
        again = page.types("ingest --reparse")
        assert (again.code, "4 read" in again.out) == (0, True)
        assert page.types("run --week last").code == 0
        assert days_covered(monday, "m002") == 7

        over = page.types("ingest")
        assert (over.code, "Held" in over.out) == (0, False)


def _standing(home: Path, merchant_id: str) -> tuple[str, int | None]:
    found = query(
        home,
        "select status, earned from marts.fct_incentive_eligibility where "
        f"programme = '{PROGRAMME}' and merchant_id = '{merchant_id}' "
        "and week = date '2024-09-02' order by window_start limit 1",
    )[1]
    return found[0]


def test_a_wrong_rulebook_published(
    monday: Path, slack: SlackPeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with rehearsing("A wrong rulebook published", monday, monkeypatch, DIR="elsewhere") as page:
        page.types("eligibility list")
        assert _standing(monday, "m001") == ("expired", 0)
        assert page.types("digest hold").code == 0
        kept = here("digest", "send")
        assert (kept.code, told(slack)[FIRST_ROOM]) == (3, 0)

        rule(monday, THRESHOLD)
        assert page.types("rulebook check").code == 0
        differs = page.types("rulebook diff")
        assert (differs.code, "200,000" in differs.out, "20,000" in differs.out) == (0, True, True)
        done = page.types("backfill")
        assert (done.code, "Nothing was sent" in done.out) == (0, True)
        assert _standing(monday, "m001") == ("achieved", 3000)
        assert told(slack)[FIRST_ROOM] == 0
        assert page.types("digest release").code == 0
        assert page.types("digest send").code == 3
        assert told(slack) == {FIRST_ROOM: 1, SECOND_ROOM: 0, TEAM_ROOM: 1}

        expected = page.types("eligibility list")
        assert PROGRAMME in expected.out
        over = page.types("digest status")
        assert "held" not in over.out
        page.is_tried_elsewhere(
            "eligibility simulate", "tests/integration/test_eligibility_commands.py"
        )
    assert "3,000" in str(slack.digests(FIRST_ROOM)) + str(slack.threads(FIRST_ROOM))


@pytest.mark.parametrize("fault", ["token_revoked", "invalid_auth", "account_inactive"])
def test_the_slack_token_revoked(
    monday: Path, slack: SlackPeer, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    if fault == "invalid_auth":
        monkeypatch.setenv(TOKEN_VARIABLE, "xoxb-the-one-before")
    else:
        # Once for each digest that is sendable.
        slack.fail("chat.postMessage", fault, fault)
    title = "The Slack token revoked"
    with rehearsing(title, monday, monkeypatch, C0123456=TEAM_ROOM) as page:
        failed = page.types("digest send")
        said = {
            "token_revoked": "the token was revoked",
            "invalid_auth": "Slack does not know the token",
            "account_inactive": "the app was removed",
        }
        assert (failed.code, said[fault] in failed.out) == (1, True)
        assert told(slack) == dict.fromkeys(told(slack), 0)
        is_given_up = fault == "account_inactive"
        whose = "slack:C0000011 is paused" if is_given_up else "for slack:C0000011: It has not"
        assert whose in here("doctor").out

        monkeypatch.setenv(TOKEN_VARIABLE, TOKEN)
        tried = page.types("channel test")
        assert (tried.code, tried.out.count("ok ")) == (0, 5)
        slack.rooms[TEAM_ROOM].messages.clear()
        resumed = page.types("merchants resume")
        assert resumed.code == 0
        assert ("Nobody is paused." in resumed.out) is not is_given_up
        # m002 waits for its export still, as before.
        assert page.types("digest send").code == 3
        assert told(slack) == {FIRST_ROOM: 1, SECOND_ROOM: 0, TEAM_ROOM: 1}
        assert page.types("digest send --week").code == 3
        assert told(slack) == {FIRST_ROOM: 1, SECOND_ROOM: 0, TEAM_ROOM: 1}
        assert "failed" not in page.types("digest status").out
