"""docs/runbook.md, typed: bad files, wrong digests, a full disk, a new machine, damage."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from homes import MARTS, published, query
from monday_home import (
    BAD_FILE,
    FIRST_ROOM,
    SECOND_ROOM,
    TEAM_ROOM,
    WORLD,
)
from runbook_page import here, rehearsing

from orchestration.home import Home
from tests.parsed_models import give_parsed_models
from tests.slack_peer import TOKEN, SlackPeer

pytestmark = pytest.mark.slow

TOKEN_VARIABLE = "SEEDBED_DELIVERY__SLACK__TOKEN"
ORDERS = WORLD.between(date(2024, 9, 2), date(2024, 9, 8))
# By the orders themselves, without the other shop's.
TRUE_GMV = sum((order.gmv for order in ORDERS), Decimal(0))


@pytest.fixture(autouse=True)
def _by_slack(slack: SlackPeer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(TOKEN_VARIABLE, TOKEN)
    monkeypatch.setenv("SEEDBED_DELIVERY__SLACK__API_URL", slack.url)


def gmv(home: Path) -> Decimal:
    """Of m001 in the week."""
    found = "select gmv from marts.fct_merchant_weeks where merchant_id = 'm001' "
    return query(home, f"{found} and week = date '2024-09-02'")[1][0][0]


def told(peer: SlackPeer) -> dict[str, int]:
    return {name: len(peer.digests(name)) for name in peer.rooms}


def sha_of(home: Path, name: str) -> str:
    files = json.loads(here("ingest", "--json", "--home", str(home)).out)["files"]
    (found,) = [file["file_sha256"] for file in files if file["file_name"] == name]
    return found[:8]


def test_a_bad_file(monday: Path, slack: SlackPeer, monkeypatch: pytest.MonkeyPatch) -> None:
    sha = sha_of(monday, BAD_FILE)
    with rehearsing("A bad file", monday, monkeypatch, SHA=sha) as page:
        changed = page.types("changes")
        assert f"{BAD_FILE} [{sha}]" in changed.out
        assert page.types("changes --file").out == changed.out
        assert sha in page.types("ingest --json").out
        assert gmv(monday) > TRUE_GMV

        assert page.types("ingest --withdraw").code == 0
        rebuilt = page.types("backfill")
        assert (rebuilt.code, "m001 is held: " in rebuilt.err) == (0, True)
        assert gmv(monday) == TRUE_GMV
        assert f"and has {TRUE_GMV} in {len(ORDERS)}" in page.types("digest status").out
        here("digest", "send")
        assert told(slack)[FIRST_ROOM] == 0
        assert page.types("digest release").code == 0
        assert page.types("digest send").code == 3
        assert told(slack) == {FIRST_ROOM: 1, SECOND_ROOM: 0, TEAM_ROOM: 1}
        assert f"¥{TRUE_GMV:,.2f}" in slack.digests(FIRST_ROOM)[0]["text"]

        over = page.types("changes --file")
        assert (over.code, "changed anything" in over.out) == (0, True)
        assert page.types("ingest --reinstate").code == 0
        assert here("changes").out == changed.out


def test_a_wrong_digest_sent(
    monday: Path, slack: SlackPeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    sha = sha_of(monday, BAD_FILE)
    with rehearsing("A wrong digest sent", monday, monkeypatch) as page:
        assert here("digest", "send").code == 3
        (wrong,) = slack.digests(FIRST_ROOM)
        wrong_text = wrong["text"]
        reissue = ("digest", "reissue", "m001", "--reason", "x")
        unchanged = here(*reissue)
        assert (unchanged.code, "Nothing that was told" in unchanged.err) == (1, True)
        assert BAD_FILE in page.types("explain").out

        # The cause is mended, and the tables do not know it yet: nothing is corrected with them.
        assert here("ingest", "--withdraw", sha).code == 0
        too_early = here(*reissue, "--confirm")
        assert (too_early.code, "seedbed run --week 2024-09-02" in too_early.err) == (1, True)
        page.types("run")
        assert told(slack)[FIRST_ROOM] == 1

        shown = page.types("digest reissue")
        assert (shown.code, f"¥{TRUE_GMV:,.2f}" in shown.out) == (0, True), shown
        assert told(slack)[FIRST_ROOM] == 1
        assert slack.digests(FIRST_ROOM)[0]["text"] == wrong_text
        listed = json.loads(here(*reissue, "--json").out)["changes"]
        sent = page.types("digest reissue")
        assert sent.code == 0, sent.out + sent.err
        first, note = slack.digests(FIRST_ROOM)
        assert note["thread_ts"] == first["ts"]
        assert "更正 1" in first["text"]
        assert f"¥{TRUE_GMV:,.2f}" in note["text"]
        assert all(figure in sent.out for figure, _, _ in listed)
        here(*reissue, "--confirm")
        assert told(slack)[FIRST_ROOM] == 2

        over = page.types("digest status")
        assert "r2        sent" in over.out


def test_the_disk_is_full(run_on_monday: Path, tmp_path: Path) -> None:
    script = Path(__file__).with_name("on_a_full_disk.py")
    done = subprocess.run(
        [sys.executable, script, run_on_monday, tmp_path / "disk"],
        capture_output=True,
        text=True,
        check=False,
    )
    print(done.stdout)
    if "no disk of its own" in done.stdout:
        pytest.skip(done.stdout.strip())
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_new_machine(
    monday: Path, slack: SlackPeer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    backups, new = tmp_path / "backups", tmp_path / "another" / "H"
    backups.mkdir()
    with rehearsing("A new machine", monday, monkeypatch, DIR=str(backups)) as page:
        assert here("digest", "send").code == 3
        before = here("digest", "status", "--json").out
        assert page.types("backup").code == 0
        (backup,) = backups.iterdir()

        monkeypatch.setenv("SEEDBED_HOME", str(new))
        monkeypatch.delenv(TOKEN_VARIABLE)
        restored = page.types("restore", FILE=str(backup))
        assert (restored.code, "seedbed home adopt" in restored.out) == (0, True)
        lacking = page.types("doctor").out
        assert "No slack channel is configured" in lacking
        assert "`seedbed home adopt`" in lacking

        monkeypatch.setenv(TOKEN_VARIABLE, TOKEN)
        give_parsed_models(Home(new))
        assert page.types("run").code == 0
        tables = (*MARTS, "fct_incentive_eligibility", "fct_incentive_criteria")
        assert published(new, tables) == published(monday, tables)
        refused = here("digest", "send")
        assert (refused.code, "seedbed home adopt" in refused.err) == (1, True)
        assert page.types("home adopt").code == 0
        # Who was told before the backup is not told again.
        assert page.types("digest send").code == 3
        assert told(slack) == {FIRST_ROOM: 1, SECOND_ROOM: 0, TEAM_ROOM: 1}

        page.types("digest status")
        assert here("digest", "status", "--json").out == before
        assert page.types("doctor").code == 0


def test_a_damaged_file(
    monday: Path, slack: SlackPeer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    backup = tmp_path / "backup.tar"
    raw = next((monday / "raw" / "qianfan__orders").glob("m001*.parquet"))
    state = monday / "state.db"
    with rehearsing("A damaged file", monday, monkeypatch) as page:
        assert here("backup", str(backup)).code == 0
        rows = pq.read_table(raw)
        # What is cut off is read again by itself; this looks whole.
        size = raw.stat().st_size
        with raw.open("r+b") as file:
            file.seek(size // 3)
            file.write(b"\xff" * (size // 3))
        named = here("ingest")
        assert (named.code, raw.name in named.err) == (1, True), named
        raw.unlink()
        assert page.types("ingest").code == 0
        assert pq.read_table(raw).equals(rows)

        state.write_bytes(state.read_bytes()[: state.stat().st_size // 2])
        refused = here("digest", "send")
        assert (refused.code, "state.db" in refused.err) == (1, True), refused
        assert told(slack)[FIRST_ROOM] == 0
        with state.open("wb") as file:
            subprocess.run(["tar", "-xOf", backup, "state.db"], stdout=file, check=True)
        over = page.types("doctor")
        assert (over.code, "bad " in over.out) == (0, False)
        assert here("digest", "send").code == 3
        assert told(slack) == {FIRST_ROOM: 1, SECOND_ROOM: 0, TEAM_ROOM: 1}


def test_a_run_was_killed(monday: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with rehearsing("A run was killed", monday, monkeypatch) as page:
        page.is_tried_elsewhere("run", "tests/integration/test_killed.py")
        page.is_tried_elsewhere("ingest", "tests/chaos/points.py")
        page.is_tried_elsewhere("backfill", "tests/integration/test_backfill.py")
        assert page.types("backfill --log").code == 0
