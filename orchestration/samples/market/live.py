"""Live sessions of one merchant: the pieces that the platform lists, and the whole broadcasts."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from orchestration.samples.market.merchants import Merchant

# Every fourth merchant never broadcasts; one more begins in the second week.
_NEVER_EVERY, _LATE_EVERY = 4, 5
_DAYS_A_WEEK = (1, 2, 3)
_CUT_SHARE, _SHORT_SHARE, _LATE_SHOW_SHARE = 0.35, 0.15, 0.15
# What is resumed follows within minutes; what is another broadcast, on another day.
_OVERLAP_MINUTES, _PAUSE_MINUTES = 3, 4
_STARTS, _LATE_START = (14, 19, 20), 23
# Refunds of a broadcast grow for two weeks.
_REFUND_DAYS = 14


@dataclass(frozen=True)
class Piece:
    """What was on air without a break; counts of persons, and money in fen."""

    host: str
    started_at: datetime
    minutes: int
    exposed_users: int
    viewers: int
    buyers: int
    orders: int
    paid_fen: int
    refund_fen: int

    @property
    def ended_at(self) -> datetime:
        return self.started_at + timedelta(minutes=self.minutes)

    def refunded_fen(self, moment: datetime) -> int:
        """What had been paid back by this time."""
        days = min(max((moment - self.started_at).days, 0), _REFUND_DAYS)
        return self.refund_fen * days // _REFUND_DAYS

    def refunded_orders(self, moment: datetime) -> int:
        return min(self.orders, 1) if self.refunded_fen(moment) else 0


@dataclass(frozen=True)
class Broadcast:
    """One live session as a viewer sees it, of one piece or of several."""

    pieces: tuple[Piece, ...]

    @property
    def started_at(self) -> datetime:
        return self.pieces[0].started_at

    @property
    def ended_at(self) -> datetime:
        return max(piece.ended_at for piece in self.pieces)

    @property
    def minutes_on_air(self) -> int:
        """Minutes in which at least one piece was on air."""
        return len(
            {
                piece.started_at + timedelta(minutes=minute)
                for piece in self.pieces
                for minute in range(piece.minutes)
            }
        )


def invent_broadcasts(
    merchant: Merchant, *, seed: int, first_day: date, weeks: int
) -> tuple[Broadcast, ...]:
    """All broadcasts of so many weeks, at most one a day, oldest first."""
    if merchant.number % _NEVER_EVERY == 3:
        return ()
    chance = random.Random(f"{seed}/live/{merchant.merchant_id}")
    begins = 1 if merchant.number % _LATE_EVERY == 2 else 0
    days = [
        first_day + timedelta(days=week * 7 + day)
        for week in range(begins, weeks)
        for day in sorted(chance.sample(range(7), chance.choice(_DAYS_A_WEEK)))
    ]
    return tuple(_broadcast(merchant, day, chance) for day in days if day >= merchant.joined_on)


def _broadcast(merchant: Merchant, day: date, chance: random.Random) -> Broadcast:
    host = f"主播{merchant.number:02d}{chance.choice('甲乙')}"
    if chance.random() < _LATE_SHOW_SHARE:
        # It ends after midnight and belongs to the day on which it began.
        return Broadcast((_piece(host, datetime.combine(day, time(_LATE_START)), 90, chance),))
    clock = time(chance.choice(_STARTS), chance.randrange(0, 60, 5))
    minutes = (
        chance.randint(1, 4) if chance.random() < _SHORT_SHARE else chance.randrange(40, 90, 5)
    )
    pieces = [_piece(host, datetime.combine(day, clock), minutes, chance)]
    while len(pieces) < 3 and chance.random() < _CUT_SHARE:
        pause = chance.randint(-_OVERLAP_MINUTES, _PAUSE_MINUTES)
        # A piece of a minute cannot be overlapped by three.
        begins = max(
            pieces[-1].ended_at + timedelta(minutes=pause), pieces[-1].started_at + _MINUTE
        )
        pieces.append(_piece(host, begins, chance.randrange(20, 60, 5), chance))
    return Broadcast(tuple(pieces))


_MINUTE = timedelta(minutes=1)


def _piece(host: str, started_at: datetime, minutes: int, chance: random.Random) -> Piece:
    viewers = chance.randrange(5, 60) * minutes
    orders = chance.randrange(0, 2 + minutes // 5)
    paid_fen = sum(chance.randrange(990, 30_000) for _ in range(orders))
    return Piece(
        host=host,
        started_at=started_at,
        minutes=minutes,
        exposed_users=viewers * chance.randint(3, 8),
        viewers=viewers,
        buyers=max(orders - 1, 1) if orders else 0,
        orders=orders,
        paid_fen=paid_fen,
        refund_fen=paid_fen * chance.choice((0, 0, 10, 30)) // 100,
    )
