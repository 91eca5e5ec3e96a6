"""A week of fifty merchants under seeded faults: each told once, or shown as ambiguous; none held.

The clock is simulated; ledger, endings, pauses and decisions are the real ones. Half of the
merchants read mail, which goes to a mail server on this machine that fails before and after DATA.
The others' side is a list. What counts is what lies there, whatever was answered.
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
from pydantic import SecretStr
from sending_kit import WEEK, content
from sqlalchemy import Engine, create_engine, delete
from sqlalchemy.pool import StaticPool

from orchestration.delivery.channel import (
    AmbiguousDeliveryError,
    Channel,
    DeliveryError,
    Message,
    Receipt,
    UnreachableError,
)
from orchestration.delivery.ledger import settle_unsure, unsure
from orchestration.delivery.smtp import Smtp
from orchestration.digest.render import RenderedDigest, render_digest
from orchestration.flow.digests.delivering import tell
from orchestration.flow.digests.planning import known, plan
from orchestration.flow.digests.settling import what_ends_it
from orchestration.flow.digests.waiting import HOLD, RELEASE, Waiting, Window
from orchestration.incentives.rulebook import DEFAULT_RULEBOOK
from orchestration.incentives.sendable import load_sendable
from orchestration.register import LocalName, Merchant, Recipient
from orchestration.state.endings import endings_of, rule
from orchestration.state.models import Base, Delivery
from orchestration.state.pauses import paused, resume
from orchestration.state.store import Store
from tests.unit.delivery.smtp_peer import Fault, Peer, running

MERCHANTS = [f"m{number:03d}" for number in range(50)]
SHIPPED = load_sendable(DEFAULT_RULEBOOK, DEFAULT_RULEBOOK)
WINDOW = Window.of(WEEK, 9, 42)
FIRST_TICK = datetime(2024, 9, 16, 0, 30, tzinfo=UTC)  # half an hour before the window opens
MISSING = {"whole": (), "partial": (5, 6), "nothing": tuple(range(7))}
FAULTS = ("lost", "taken", "unsure_lost", "unsure_taken", "gone", "killed_lost", "killed_taken")
# What a mail server does before it has the mail, and after.
MAIL_FAULTS = (
    Fault(drop="ehlo"),
    Fault(drop="rcpt"),
    Fault(mail="450 4.7.1 Greylisted"),
    Fault(rcpt="450 4.2.1 Busy"),
    Fault(rcpt="550 5.1.1 No such user"),
    Fault(drop="data"),
    Fault(data="451 4.3.0 Later"),
    Fault(drop="in body"),
    Fault(body="451 4.3.0 Local error"),
    Fault(body="554 5.7.1 Looks like spam"),
    Fault(drop="after body"),
    Fault(body="What?"),
    Fault(drop="quit"),
)


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


@dataclass
class Mail:
    """The real channel, to a server that fails, in a process that is killed now and then."""

    dice: random.Random
    way: Smtp
    server: Peer
    share: float
    name: str = "email"
    is_idempotent: bool = False

    def send(self, message: Message) -> Receipt:
        is_bad = self.dice.random() < self.share
        self.server.fault = self.dice.choice(MAIL_FAULTS) if is_bad else Fault()
        self._may_die()
        receipt = self.way.send(message)
        self._may_die()
        return receipt

    def find(self, message: Message) -> Receipt | None:
        return self.way.find(message)

    def _may_die(self) -> None:
        if self.dice.random() < self.share / 10:
            raise Killed


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


@dataclass
class WeekOfAll:
    """Fifty merchants, half of whom read mail, and what reaches them."""

    store: Store
    other: OtherSide
    mail: Mail
    shops: Sequence[Shop]

    def channel_of(self, one: Recipient) -> Channel:
        return self.mail if one.channel == "email" else self.other

    def there(self, part: str) -> Counter[str]:
        """How many messages lie at each merchant's reader."""
        posted = Counter(one.merchant_id for one in self.other.lies_there if one.part == part)
        mailed = [to.partition("@")[0] for (to,) in self.mail.server.recipients]
        return posted + Counter(mailed if part == "message" else [])


@pytest.fixture(scope="module")
def database() -> Iterator[Store]:
    store = Store(_in_memory())
    yield store
    store.close()


@pytest.fixture(scope="module")
def server() -> Iterator[Peer]:
    with running() as found:
        yield found


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
    if int(merchant_id[1:]) % 2:
        return Recipient(channel="email", address=f"{merchant_id}@x.example", digest="merchant")
    return Recipient(channel="slack", address=f"C{merchant_id}", digest="merchant")


def run_week(seed: int, store: Store, server: Peer) -> WeekOfAll:
    """Hourly ticks from before the window to after the cut-off, with whatever the seed breaks."""
    dice = random.Random(seed)
    server.recipients.clear()
    server.kept.clear()
    other = OtherSide(dice, can_look=dice.random() < 0.5, share=dice.choice((0, 0.1, 0.4)))
    way = Smtp(server.settings(), SecretStr(""), lambda: FIRST_TICK)
    mail = Mail(dice, way, server, share=dice.choice((0, 0.1, 0.4)))
    shops = [
        Shop(name, {dice.randrange(36): dice.choice(("partial", "whole")) for _ in range(3)})
        for name in MERCHANTS
    ]
    week = WeekOfAll(store, other, mail, shops)
    for tick in sorted({0, *dice.sample(range(1, 40), 4), 42, 43, 45}):
        moment = FIRST_TICK + timedelta(hours=tick)
        _somebody_rules(dice, store, moment)
        # A killed process is started again, and finds what it wrote down.
        for _ in range(30):
            try:
                _send(week, tick, moment)
                break
            except Killed:
                continue
    return week


def _somebody_rules(dice: random.Random, store: Store, moment: datetime) -> None:
    if dice.random() < 0.3:
        word, whose = dice.choice((HOLD, RELEASE)), dice.choice(MERCHANTS)
        rule(store, whose, WEEK.monday, word, reason="?", told_by="x", moment=moment)


def _send(week: WeekOfAll, tick: int, moment: datetime) -> None:
    facts = known(week.store, WEEK, SHIPPED, WINDOW)
    for shop in week.shops:
        found = plan(shop.at(tick), [reader(shop.merchant_id)], facts, moment)
        if not isinstance(found.fate, Waiting):
            tell(
                found,
                found.fate,
                week.channel_of,
                week.store,
                lambda: moment,
                earlier=shop.earlier,
                before_send=lambda: None,
            )


def judge(week: WeekOfAll) -> None:
    store, there, threads = week.store, week.there("message"), week.there("thread")
    endings, given_up = endings_of(store, WEEK.monday), paused(store)
    with store.session() as session:
        rows = session.query(Delivery).all()
    parents = [row for row in rows if row.part == "message"]
    status = {row.merchant_id: row.status for row in parents if row.status != "failed"}
    for name in MERCHANTS:
        # Nobody is told twice, and nobody's week is open.
        assert there[name] <= 1, name
        assert threads[name] <= there[name], name
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
    for row in unsure(store):
        command = "settle" if row.recipient.startswith("email:") else "send"
        assert f"`seedbed digest {command} " in what_ends_it(store, row)
    early = [one for one in rows if one.claimed_at < WINDOW.opens]
    assert early == []


def make_good(week: WeekOfAll) -> None:
    """A person looks at each mail of which nobody is sure, and resumes who was given up."""
    moment = FIRST_TICK + timedelta(hours=46)
    there = week.there("message")
    for row in unsure(week.store):
        if row.recipient.startswith("email:"):
            settle_unsure(week.store, row, "sent" if there[row.merchant_id] else "failed", moment)
    for key in paused(week.store):
        resume(week.store, key, "x", moment)
    week.other.share = week.mail.share = 0
    week.other.can_look = True
    _send(week, 46, moment)
    assert week.there("message") == Counter(MERCHANTS)
    assert unsure(week.store) == []


@pytest.mark.slow
def test_weeks_of_fifty_merchants_under_faults(database: Store, server: Peer) -> None:
    for seed in range(8):
        week = run_week(seed, emptied(database), server)
        judge(week)
        make_good(week)


def look_at(weeks: int, first: int = 1000) -> Counter[str]:
    """Judge many weeks; gives how their digests ended, and what the ledger says of them."""
    seen: Counter[str] = Counter()
    store = Store(_in_memory())
    with running() as server:
        for seed in range(first, first + weeks):
            week = run_week(seed, emptied(store), server)
            judge(week)
            seen.update(row.ending for row in endings_of(store, WEEK.monday).values())
            with store.session() as session:
                rows = session.query(Delivery).all()
            seen.update(f"({row.channel} {row.part} {row.status})" for row in rows)
            make_good(week)
    return seen


if __name__ == "__main__":
    # A long look: PYTHONPATH=. python tests/unit/flow/test_week_schedules.py 1000 [FIRST_SEED]
    print(dict(look_at(*map(int, sys.argv[1:]))))
