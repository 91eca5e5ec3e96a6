"""SIGKILL at each step of sending by mail: what arrived is counted, what nobody knows is shown."""

from __future__ import annotations

import os
import shutil
import signal
import smtplib
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sending_kit import WEEK, Desk, entry, make_home

import orchestration.delivery.deliver as sending
from orchestration.flow.digests.delivering import send_week
from orchestration.flow.digests.settling import settle_by_hand
from orchestration.flow.digests.status import status_of
from orchestration.flow.workspace import open_workspace
from orchestration.home import Home
from tests.unit.delivery.smtp_peer import Fault, Peer, running

READERS = [f"reader{number}@example.com" for number in range(2)]


@pytest.fixture
def peer(monkeypatch: pytest.MonkeyPatch) -> Iterator[Peer]:
    with running() as found:
        settings = {
            "HOST": "127.0.0.1",
            "PORT": str(found.port),
            "SECURITY": "none",
            "PER_MINUTE": "60000",
        }
        for name, value in settings.items():
            monkeypatch.setenv(f"SEEDBED_DELIVERY__EMAIL__{name}", value)
        yield found


@pytest.fixture
def prepared(tmp_path: Path, peer: Peer, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A home with a composed digest, which nobody was told."""
    readers = [{"channel": "email", "address": one, "digest": "merchant"} for one in READERS]
    desk = Desk(make_home(tmp_path / "prepared", entry("m001", *readers)), monkeypatch)
    desk.compose("m001")
    return desk


def _killing(last: int) -> Callable[[Any], Any]:
    """Wraps what is a step: before and after each, the `last` of all steps ends the process."""
    seen = iter(range(last + 1))

    def step() -> None:
        if next(seen) == last:
            os.kill(os.getpid(), signal.SIGKILL)

    def wrap(real: Callable[..., Any]) -> Callable[..., Any]:
        def stepping(*args: Any, **kwargs: Any) -> Any:
            step()
            done = real(*args, **kwargs)
            step()
            return done

        return stepping

    return wrap


def _send_and_die_at(home: Home, last: int) -> bool:
    """Send in a process of its own that is killed at a step; whether it came that far."""
    child = os.fork()
    if child == 0:
        wrap = _killing(last)
        for place, name in (
            (sending, "claim"),
            (sending, "settle"),
            (smtplib.SMTP, "connect"),
            (smtplib.SMTP, "send"),
            (smtplib.SMTP, "getreply"),
        ):
            setattr(place, name, wrap(getattr(place, name)))
        try:
            with open_workspace(home) as workspace:
                send_week(workspace, WEEK)
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def _look_and_say(desk: Desk, arrived: set[str]) -> None:
    """What a person does about each mail of which nobody is sure."""
    with desk.open() as workspace:
        for one in status_of(workspace, WEEK):
            address = one.recipient.removeprefix("email:")
            if one.state == "ambiguous":
                settle_by_hand(workspace, WEEK, "m001", address, has_arrived=address in arrived)


@pytest.mark.slow
def test_a_sending_killed_at_any_step_tells_nobody_twice(
    prepared: Desk, peer: Peer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    steps, seen = 0, Counter[tuple[str, int]]()
    while True:
        root = tmp_path / "H"
        shutil.copytree(prepared.home.root, root, symlinks=True)
        desk = Desk(Home(root), monkeypatch)
        peer.recipients.clear()
        is_killed = _send_and_die_at(desk.home, steps)
        for _ in range(2):
            desk.send()
            arrived = Counter(to for (to,) in peer.recipients)
            standing = {one.recipient.removeprefix("email:"): one for one in desk.status()}
            assert set(standing) == set(READERS)
            for reader, one in standing.items():
                assert arrived[reader] <= 1, steps
                assert one.state == "sent" if not is_killed else one.state in ("sent", "ambiguous")
                assert arrived[reader] == 1 or one.state == "ambiguous", steps
                if one.state == "ambiguous":
                    command = f"`seedbed digest settle m001 {reader} --week {WEEK.key} --arrived`"
                    assert command in one.words
                seen[one.state, arrived[reader]] += 1
            # Only one can have been on the way.
            assert sum(one.state == "ambiguous" for one in standing.values()) <= 1
        _look_and_say(desk, {to for (to,) in peer.recipients})
        desk.send()
        assert {one.state for one in desk.status()} == {"sent"}, steps
        assert sorted(to for (to,) in peer.recipients) == READERS, steps
        shutil.rmtree(root)
        if not is_killed:
            break
        steps += 1
    assert steps > 40
    assert set(seen) == {("sent", 1), ("ambiguous", 0), ("ambiguous", 1)}


@pytest.mark.parametrize(
    ("fault", "state", "count"),
    [
        (Fault(drop="ehlo"), "failed", 0),
        (Fault(drop="rcpt"), "failed", 0),
        (Fault(data="451 4.3.0 Later"), "failed", 0),
        (Fault(body="554 5.3.0 Broken"), "failed", 0),
        (Fault(drop="after body"), "ambiguous", 1),
    ],
)
def test_what_a_week_by_mail_says_of_a_fault_and_how_the_next_run_ends_it(
    prepared: Desk, peer: Peer, fault: Fault, state: str, count: int
):
    peer.fault = fault
    assert {one.state for one in prepared.send()} == {state}
    assert len(peer.recipients) == count * len(READERS)
    peer.fault = Fault()
    prepared.send()
    left = {one.state for one in prepared.status()}
    assert left == {"sent" if state == "failed" else "ambiguous"}
    assert sorted(to for (to,) in peer.recipients) == READERS
