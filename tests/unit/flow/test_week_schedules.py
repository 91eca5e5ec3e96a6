"""A week of fifty merchants under seeded faults: each told once, or shown as ambiguous; none held.

The clock is simulated; ledger, endings, pauses and decisions are the real ones. The other side is
a list: what counts is what lies there, whatever was answered.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest
from sending_kit import WEEK, content
from sqlalchemy import Engine, create_engine, delete
from sqlalchemy.pool import StaticPool

from orchestration.delivery.channel import (
    AmbiguousDeliveryError,
    DeliveryError,
    Message,
    Receipt,
    UnreachableError,
)
from orchestration.digest.render import RenderedDigest, render_digest
from orchestration.flow.digests.delivering import tell
from orchestration.flow.digests.planning import known, plan
from orchestration.flow.digests.waiting import HOLD, RELEASE, Waiting, Window
from orchestration.incentives.rulebook import DEFAULT_RULEBOOK
from orchestration.incentives.sendable import load_sendable
from orchestration.register import LocalName, Merchant, Recipient
from orchestration.state.endings import endings_of, rule
from orchestration.state.models import Base, Delivery
from orchestration.state.pauses import paused
from orchestration.state.store import Store

MERCHANTS = [f"m{number:03d}" for number in range(50)]
SHIPPED = load_sendable(DEFAULT_RULEBOOK, DEFAULT_RULEBOOK)
WINDOW = Window.of(WEEK, 9, 42)
FIRST_TICK = datetime(2024, 9, 16, 0, 30, tzinfo=UTC)  # half an hour before the window opens
MISSING = {"whole": (), "partial": (5, 6), "nothing": tuple(range(7))}
FAULTS = ("lost", "taken", "unsure_lost", "unsure_taken", "gone", "killed_lost", "killed_taken")


class Killed(BaseException):
    """The process ends here."""


@dataclass
class OtherSide:
    """A channel of which it is known what lies there. It can be asked, or it cannot."""

    dice: random.Random
    can_look: bool
    share: float
    name: str = "other"
    is_idempotent: bool = False
    lies_there: list[Message] = field(default_factory=list)

    def send(self, message: Message) -> Receipt:
        fault = self.dice.choice(FAULTS) if self.dice.random() < self.share else "taken"
        if fault.endswith("taken"):
            self.lies_there.append(message)
        if fault.startswith("killed"):
            raise Killed
        if fault.startswith("unsure"):
            raise AmbiguousDeliveryError("no answer")
        if fault == "gone":
            raise UnreachableError("archived")
        if fault == "lost":
            raise DeliveryError("refused")
        return Receipt(message.key)

    def find(self, message: Message) -> Receipt | None:
        if not self.can_look or self.dice.random() < self.share:
            raise AmbiguousDeliveryError("cannot look")
        found = any(one.key == message.key for one in self.lies_there)
        return Receipt(message.key) if found else None


@cache
def digest(merchant_id: str, state: str, revision: int) -> RenderedDigest:
    merchant = Merchant(
        merchant_id=merchant_id, name=LocalName(en=merchant_id), joined_on=WEEK.monday, locale="en"
    )
    said = content(merchant, missing=MISSING[state])
    return render_digest(said, build_id="b1", revision=revision)


@dataclass
class Shop:
    """A merchant's week: what it has delivered so far, and what is composed of it."""

    merchant_id: str
    arrives: dict[int, str]
    state: str = "nothing"
    revision: int = 1
    known: dict[int, str] = field(default_factory=dict)

    def at(self, tick: int) -> RenderedDigest:
        state = self.arrives.get(tick, self.state)
        if state != self.state:
            self.state, self.revision = state, self.revision + 1
        self.known[self.revision] = self.state
        return digest(self.merchant_id, self.state, self.revision)

    def earlier(self, revision: int) -> RenderedDigest:
        return digest(self.merchant_id, self.known[revision], revision)


@pytest.fixture(scope="module")
def database() -> Iterator[Store]:
    store = Store(_in_memory())
    yield store
    store.close()


def _in_memory() -> Engine:
    engine = create_engine("sqlite://", poolclass=StaticPool)
    Base.metadata.create_all(engine)
    return engine


def emptied(store: Store) -> Store:
    with store.session() as session:
        for table in reversed(Base.metadata.sorted_tables):
            session.execute(delete(table))
    return store


def reader(merchant_id: str) -> Recipient:
    return Recipient(channel="slack", address=f"C{merchant_id}", digest="merchant")


def run_week(seed: int, store: Store) -> OtherSide:
    """Hourly ticks from before the window to after the cut-off, with whatever the seed breaks."""
    dice = random.Random(seed)
    other = OtherSide(dice, can_look=dice.random() < 0.5, share=dice.choice((0, 0.1, 0.4)))
    shops = [
        Shop(name, {dice.randrange(36): dice.choice(("partial", "whole")) for _ in range(3)})
        for name in MERCHANTS
    ]
    for tick in sorted({0, *dice.sample(range(1, 40), 4), 42, 43, 45}):
        moment = FIRST_TICK + timedelta(hours=tick)
        _somebody_rules(dice, store, moment)
        # A killed process is started again, and finds what it wrote down.
        for _ in range(30):
            try:
                _send(shops, tick, moment, store, other)
                break
            except Killed:
                continue
    return other


def _somebody_rules(dice: random.Random, store: Store, moment: datetime) -> None:
    if dice.random() < 0.3:
        word, whose = dice.choice((HOLD, RELEASE)), dice.choice(MERCHANTS)
        rule(store, whose, WEEK.monday, word, reason="?", told_by="x", moment=moment)


def _send(
    shops: Sequence[Shop], tick: int, moment: datetime, store: Store, other: OtherSide
) -> None:
    facts = known(store, WEEK, SHIPPED, WINDOW)
    for shop in shops:
        found = plan(shop.at(tick), [reader(shop.merchant_id)], facts, moment)
        if not isinstance(found.fate, Waiting):
            tell(
                found,
                found.fate,
                lambda _: other,
                store,
                lambda: moment,
                earlier=shop.earlier,
                before_send=lambda: None,
            )


def judge(store: Store, other: OtherSide) -> None:
    lies_there = Counter((message.merchant_id, message.part) for message in other.lies_there)
    there = {name: lies_there[name, "message"] for name in MERCHANTS}
    endings, given_up = endings_of(store, WEEK.monday), paused(store)
    with store.session() as session:
        rows = session.query(Delivery).all()
    parents = [row for row in rows if row.part == "message"]
    status = {row.merchant_id: row.status for row in parents if row.status != "failed"}
    for name in MERCHANTS:
        # Nobody is told twice, and nobody's week is open.
        assert there[name] <= 1, name
        assert lies_there[name, "thread"] <= there[name], name
        assert name in endings, name
        told, is_paused = status.get(name), reader(name).key in given_up
        if told == "sent":
            assert there[name] == 1, name
        elif is_paused:
            assert (told, there[name]) == (None, 0), name
            assert endings[name].ending != "sent" or told is None
        elif told is None:
            # Refused to the last; it is shown as failed, and tried again.
            assert there[name] == 0, name
        else:
            assert told in ("ambiguous", "claimed"), (name, told)
    early = [one for one in rows if one.claimed_at < WINDOW.opens]
    assert early == []


def test_weeks_of_fifty_merchants_under_faults(database: Store) -> None:
    for seed in range(8):
        judge(database, run_week(seed, emptied(database)))


def look_at(weeks: int, first: int = 1000) -> Counter[str]:
    """Judge many weeks; gives how their digests ended, and what the ledger says of them."""
    seen: Counter[str] = Counter()
    store = Store(_in_memory())
    for seed in range(first, first + weeks):
        judge(store, run_week(seed, emptied(store)))
        seen.update(row.ending for row in endings_of(store, WEEK.monday).values())
        with store.session() as session:
            seen.update(f"({row.status})" for row in session.query(Delivery))
    return seen


if __name__ == "__main__":
    # A long look: PYTHONPATH=. python tests/unit/flow/test_week_schedules.py 1000
    print(look_at(int(sys.argv[1])))
