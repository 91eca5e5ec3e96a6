"""A process that is killed while it posts leaves what the next one settles."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from slack_kit import CHANNEL, POST, run, slack_of_two_rooms

from orchestration.home import Home
from orchestration.settings import Settings
from orchestration.state.models import Delivery
from orchestration.state.store import open_store
from tests.slack_peer import SlackPeer

pytestmark = pytest.mark.slow


@pytest.fixture
def peer() -> Iterator[SlackPeer]:
    with slack_of_two_rooms() as started:
        yield started


_CHILD = """
import sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from delivery_samples import SHOP_CHANNEL, now, rendered
from pydantic import SecretStr
from tests.slack_peer import TOKEN
from orchestration.delivery.deliver import deliver
from orchestration.delivery.slack import Slack
from orchestration.delivery.slack_api import SlackApi
from orchestration.home import Home
from orchestration.settings import Settings
from orchestration.state.store import open_store

channel = Slack(SlackApi(SecretStr(TOKEN), sys.argv[2]))
store = open_store(Home(Path(sys.argv[3])), Settings())
deliver(rendered(), [SHOP_CHANNEL], lambda _: channel, store, now)
"""


@pytest.mark.parametrize("is_taken", [True, False])
def test_a_process_killed_between_taking_and_settling_is_settled_by_the_next(
    peer: SlackPeer, tmp_path: Path, is_taken: bool
):
    open_store(Home(tmp_path), Settings()).close()
    started: list[subprocess.Popen[bytes]] = []

    def kill() -> None:
        os.kill(started[0].pid, signal.SIGKILL)

    if is_taken:
        peer.on_accepted = kill
    else:
        peer.fail(POST, "drop_before")
        peer.on_call = kill
    words = [sys.executable, "-c", _CHILD, str(Path(__file__).parent), peer.url, str(tmp_path)]
    started.append(subprocess.Popen(words))
    assert started[0].wait(timeout=60) == -signal.SIGKILL
    peer.on_accepted = peer.on_call = lambda: None
    assert len(peer.digests(CHANNEL)) == int(is_taken)
    store = open_store(Home(tmp_path), Settings())
    with store.session() as session:
        assert [row.status for row in session.query(Delivery)] == ["claimed"]
    outcome = run(peer, store)
    store.close()
    assert outcome.delivery.status == "sent"
    assert outcome.is_new is not is_taken
    assert (len(peer.digests(CHANNEL)), len(peer.threads(CHANNEL))) == (1, 1)


@pytest.mark.parametrize("is_taken", [True, False])
def test_a_process_killed_between_message_and_reply_leaves_only_the_reply_to_the_next(
    peer: SlackPeer, tmp_path: Path, is_taken: bool
):
    open_store(Home(tmp_path), Settings()).close()
    started: list[subprocess.Popen[bytes]] = []

    def kill() -> None:
        if len(peer.rooms[CHANNEL].messages) == 1 + is_taken:
            os.kill(started[0].pid, signal.SIGKILL)

    if is_taken:
        peer.on_accepted = kill
    else:
        peer.fail(POST, "", "drop_before")
        peer.on_call = kill
    words = [sys.executable, "-c", _CHILD, str(Path(__file__).parent), peer.url, str(tmp_path)]
    started.append(subprocess.Popen(words))
    assert started[0].wait(timeout=60) == -signal.SIGKILL
    peer.on_accepted = peer.on_call = lambda: None
    assert (len(peer.digests(CHANNEL)), len(peer.threads(CHANNEL))) == (1, int(is_taken))
    store = open_store(Home(tmp_path), Settings())
    with store.session() as session:
        found = {row.part: row.status for row in session.query(Delivery)}
    assert found == {"message": "sent", "thread": "claimed"}
    assert run(peer, store).is_new is False
    store.close()
    assert (len(peer.digests(CHANNEL)), len(peer.threads(CHANNEL))) == (1, 1)
