"""Hundreds of random schedules of faults: each recipient has each digest once, or is shown."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from types import SimpleNamespace

import pytest
from delivery_samples import now, rendered
from pydantic import SecretStr
from slack_sdk.http_retry import builtin_handlers

from orchestration.delivery.channel import Message, Receipt, message_for
from orchestration.delivery.deliver import Outcome, deliver
from orchestration.delivery.slack import Slack
from orchestration.delivery.slack_api import SlackApi
from orchestration.digest.render import RenderedDigest
from orchestration.register import Recipient
from orchestration.state.store import Store
from tests.slack_peer import ACCEPTED, LOST, REFUSED, TOKEN, Room, SlackPeer, manifest_scopes

RUNS = 4
POST = "chat.postMessage"
# A slow answer costs the test as long as the client waits: one fault in thirty.
_QUICK = [f for f in ACCEPTED if f not in ("slow", "late")]
_FAULTS = ["", "", *_QUICK, *LOST, *REFUSED, "ratelimited"] * 3 + ["slow", "late"]
_LOOKING = ["", "", *LOST, "drop_after", "ratelimited", "missing_scope", "not_in_channel"]


class Crash(BaseException):
    """The process dies here."""


@dataclass(frozen=True)
class Crashing(Slack):
    """Slack in a process that dies now and then, before or after its request."""

    chance: random.Random = field(default_factory=random.Random)

    def send(self, message: Message) -> Receipt:
        self._die()
        receipt = super().send(message)
        self._die()
        return receipt

    def find(self, message: Message) -> Receipt | None:
        found = super().find(message)
        self._die()
        return found

    def _die(self) -> None:
        if self.chance.random() < 0.05:
            raise Crash


@dataclass(frozen=True)
class Week:
    """The digests of a week, each with who reads it."""

    digests: Sequence[tuple[RenderedDigest, list[Recipient]]]

    def send(self, channel: Slack, store: Store) -> list[Outcome]:
        return [
            outcome
            for digest, readers in self.digests
            for outcome in deliver(digest, readers, lambda _: channel, store, now)
        ]

    def wanted(self) -> dict[str, list[str]]:
        return {
            reader.address: [message_for(digest, reader).key]
            for digest, readers in self.digests
            for reader in readers
        }


def _week(number: int, revision: int) -> Week:
    """Two merchants with two channels each; no two schedules share any."""
    digests = []
    for merchant in ("a", "b"):
        merchant_id = f"m{number}{merchant}"
        sample = rendered(revision=revision)
        content = sample.content.model_copy(update={"merchant_id": merchant_id})
        readers = [
            Recipient(channel="slack", address=f"C{merchant_id}{n}", digest="merchant")
            for n in range(2)
        ]
        digests.append((replace(sample, content=content), readers))
    return Week(digests)


def _plan_faults(peer: SlackPeer, chance: random.Random) -> None:
    peer.faults.clear()
    peer.fail(POST, *chance.choices(_FAULTS, k=6))
    for method in ("conversations.history", "conversations.replies"):
        peer.fail(method, *chance.choices(_LOOKING, k=8))
    peer.scopes = manifest_scopes()
    if chance.random() < 0.2:
        peer.scopes -= {"channels:history"}


@pytest.mark.slow
@pytest.mark.parametrize(("revision", "schedules"), [(1, 200), (2, 100)])
def test_whatever_goes_wrong_each_recipient_has_it_once(
    store: Store, monkeypatch: pytest.MonkeyPatch, revision: int, schedules: int
):
    # The SDK waits as long as Slack says; here nobody does.
    monkeypatch.setattr(builtin_handlers, "time", SimpleNamespace(sleep=lambda _: None))
    chance = random.Random(f"slack {revision}")
    seen: Counter[str] = Counter()
    with SlackPeer(seconds=0.2) as peer:
        channel = Crashing(
            SlackApi(SecretStr(TOKEN), peer.url, timeout_seconds=0.1),
            pause_seconds=0.2,
            chance=chance,
        )
        # Another look after the last one costs nobody anything here.
        hasty = replace(channel, pause_seconds=0)
        # Where no fault is planned, a busy machine's slowness must not become one.
        patient = Slack(replace(channel.api, timeout_seconds=30), pause_seconds=0)
        for number in range(schedules):
            week, first = _week(number, revision), _week(number, 1)
            peer.rooms = {address: Room() for address in week.wanted()}
            peer.faults.clear()
            peer.scopes = manifest_scopes()
            before: dict[str, list[str]] = {}
            if revision == 2:
                first.send(patient, store)
                before = first.wanted()
            for _ in range(RUNS):
                _plan_faults(peer, chance)
                is_late = "late" in peer.faults[POST] or "slow" in peer.faults[POST]
                try:
                    outcomes = week.send(channel if is_late else hasty, store)
                except Crash:
                    seen["crash"] += 1
                    continue
                seen.update(outcome.delivery.status for outcome in outcomes)
                for outcome in outcomes:
                    assert (outcome.problem is None) is (outcome.delivery.status == "sent")
                for address, keys in peer.keys(week.wanted()).items():
                    own = [key for key in keys if key not in before.get(address, [])]
                    assert len(own) <= 1, (number, address)
                    assert len(peer.threads(address)) <= revision, (number, address)
            peer.faults.clear()
            peer.scopes = manifest_scopes()
            last = week.send(patient, store)
            assert {outcome.delivery.status for outcome in last} == {"sent"}, number
            for address in week.wanted():
                rests = [message["metadata"]["event_payload"] for message in peer.threads(address)]
                assert sorted(rest["revision"] for rest in rests) == [*range(1, revision + 1)]
            arrived = peer.keys(week.wanted())
            wanted = {name: before.get(name, []) + keys for name, keys in week.wanted().items()}
            assert arrived == wanted, number
            for outcome in last:
                address = outcome.delivery.recipient.removeprefix("slack:")
                told = peer.threads if outcome.delivery.part == "thread" else peer.digests
                ts = told(address)[-1]["ts"]
                assert outcome.delivery.provider_id == f"{address}:{ts}"
            seen["digests"] += len(last)
    assert seen["digests"] == schedules * 4
    assert all(seen[kind] > 20 for kind in ("sent", "failed", "ambiguous", "crash"))
