"""The orders of one merchant, paid and unpaid, and how each of them stood at any time."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from orchestration.samples.market.merchants import Item, Merchant

# Mondays are quiet and weekends busy, as in most shops.
_WEEKDAY_WEIGHTS = (8, 9, 10, 10, 12, 16, 15)
_OPENS, _CLOSES = 8, 23
_LINES_PER_ORDER = (1, 1, 1, 1, 2, 3)
_QUANTITIES = (1, 1, 1, 2, 3)
_RETURNING_SHARE, _ANONYMOUS_SHARE = 0.35, 0.1
_UNPAID_SHARE, _CLOSED_SHARE, _FREE_SHARE, _TWIN_LINE_SHARE = 0.05, 0.05, 0.03, 0.03
# Week by week a shop sells between a little less and a little more.
_WEEKLY_SCALE = (0.8, 1.25)
# A tenth off by the merchant, and five yuan off that the platform pays for.
_DISCOUNTED_SHARE, _SUBSIDISED_SHARE, _SUBSIDY = 0.25, 0.1, Decimal("5.00")
_UNPAID_FOR = timedelta(hours=24)
_PACKED_AFTER, _SHIPPED_AFTER, _DONE_AFTER = (
    timedelta(hours=12),
    timedelta(days=2),
    timedelta(days=7),
)
# One merchant in ten shuts for its third week, another for the first two days of it.
_SHUT_WEEK = 2
_SHUT_FOR_A_WEEK, _SHUT_FOR_TWO_DAYS, _SHUT_EVERY = 9, 7, 10
_ZERO, _CENT = Decimal("0.00"), Decimal("0.01")


@dataclass(frozen=True)
class Line:
    """One SKU line: amounts in yuan for all its pieces.

    `amount` is what the merchant receives; `payable` what the buyer pays, the platform the rest.
    """

    item: Item
    quantity: int
    list_amount: Decimal
    payable: Decimal
    amount: Decimal


@dataclass(frozen=True)
class Order:
    """One order; times are wall-clock times of Shanghai.

    `buyer_number` is None for buyers that the platform does not name; `closed_as` is the status
    that it ends with if it is closed, else None.
    """

    order_id: str
    created_at: datetime
    paid_at: datetime | None
    closed_at: datetime | None
    closed_as: str | None
    buyer_number: str | None
    lines: tuple[Line, ...]

    @property
    def gmv(self) -> Decimal:
        return sum((line.amount for line in self.lines), _ZERO)

    @property
    def paid_day(self) -> date | None:
        return self.paid_at.date() if self.paid_at else None

    def is_closed(self, moment: datetime) -> bool:
        return self.closed_at is not None and self.closed_at <= moment

    def status(self, moment: datetime) -> str:
        """The status that an export of this time shows."""
        if self.closed_as is not None and self.is_closed(moment):
            return self.closed_as
        if self.paid_at is None:
            return "待付款"
        if moment < self.paid_at + _PACKED_AFTER:
            return "待配货"
        return "配货中" if moment < self.completed_at else "已完成"

    @property
    def shipped_at(self) -> datetime:
        return (self.paid_at or self.created_at) + _SHIPPED_AFTER

    @property
    def completed_at(self) -> datetime:
        return (self.paid_at or self.created_at) + _DONE_AFTER


def shut_days(merchant: Merchant, first_day: date) -> set[date]:
    """The days on which the merchant sells nothing."""
    monday = first_day + timedelta(weeks=_SHUT_WEEK)
    days = {_SHUT_FOR_A_WEEK: 7, _SHUT_FOR_TWO_DAYS: 2}.get(merchant.number % _SHUT_EVERY, 0)
    return {monday + timedelta(days=day) for day in range(days)}


def invent_orders(
    merchant: Merchant, *, seed: int, first_day: date, weeks: int, orders_a_week: int
) -> tuple[Order, ...]:
    """All orders of so many weeks, oldest first.

    On every open day at least one order is paid, so that an export proves its days.
    """
    chance = random.Random(f"{seed}/orders/{merchant.merchant_id}")
    open_days = _open_days(merchant, first_day, weeks)
    created = sorted(_moments(open_days, orders_a_week, chance))
    seen: set[date] = set()
    buyers: list[str] = []
    orders: list[Order] = []
    for number, moment in enumerate(created, start=1):
        must_be_paid = moment.date() not in seen
        seen.add(moment.date())
        order_id = f"P{merchant.number:04d}{number:08d}{chance.randrange(10**5):05d}"
        orders.append(_order(merchant, order_id, moment, must_be_paid, buyers, chance))
    return tuple(orders)


def _open_days(merchant: Merchant, first_day: date, weeks: int) -> list[list[date]]:
    shut = shut_days(merchant, first_day)
    days = [first_day + timedelta(days=day) for day in range(weeks * 7)]
    is_open = [day >= merchant.joined_on and day not in shut for day in days]
    return [
        [day for day, kept in zip(days[start : start + 7], is_open[start:], strict=False) if kept]
        for start in range(0, len(days), 7)
    ]


def _moments(
    weeks: list[list[date]], orders_a_week: int, chance: random.Random
) -> Iterator[datetime]:
    for days in weeks:
        count = round(orders_a_week * chance.uniform(*_WEEKLY_SCALE)) if days else 0
        weights = [_WEEKDAY_WEIGHTS[day.weekday()] for day in days]
        more = chance.choices(days, weights, k=max(count - len(days), 0)) if days else []
        for day in [*days, *more]:
            yield _moment(day, chance)


def _moment(day: date, chance: random.Random) -> datetime:
    clock = time(chance.randint(_OPENS, _CLOSES), chance.randrange(60), chance.randrange(60))
    return datetime.combine(day, clock)


def _order(
    merchant: Merchant,
    order_id: str,
    created_at: datetime,
    must_be_paid: bool,
    buyers: list[str],
    chance: random.Random,
) -> Order:
    is_paid = must_be_paid or chance.random() >= _UNPAID_SHARE
    lines = _lines(merchant, chance)
    # What cost nothing has nothing to give back, so nobody closes it.
    is_closed = not is_paid or (chance.random() < _CLOSED_SHARE and any(n.amount for n in lines))
    open_for = timedelta(hours=chance.randrange(2, 240)) if is_paid else _UNPAID_FOR
    return Order(
        order_id=order_id,
        created_at=created_at,
        paid_at=_soon_after(created_at, chance) if is_paid else None,
        closed_at=created_at + open_for if is_closed else None,
        closed_as=chance.choice(("已取消", "已关闭")) if is_closed else None,
        buyer_number=_buyer(merchant, buyers, chance),
        lines=lines,
    )


def _soon_after(moment: datetime, chance: random.Random) -> datetime:
    """Up to ten minutes later, on the same day."""
    last = datetime.combine(moment.date(), time(23, 59, 59))
    return min(moment + timedelta(seconds=chance.randrange(5, 600)), last)


def _buyer(merchant: Merchant, known: list[str], chance: random.Random) -> str | None:
    if chance.random() < _ANONYMOUS_SHARE:
        return None
    if known and chance.random() < _RETURNING_SHARE:
        return chance.choice(known)
    # Two merchants may have the same buyer, who is two customers all the same.
    known.append(f"{60_000_000 + merchant.number % 2 + 2 * len(known)}")
    return known[-1]


def _lines(merchant: Merchant, chance: random.Random) -> tuple[Line, ...]:
    items = chance.sample(merchant.items, chance.choice(_LINES_PER_ORDER))
    lines = [_line(item, chance) for item in items]
    if chance.random() < _FREE_SHARE:
        lines = [Line(one.item, one.quantity, one.list_amount, _ZERO, _ZERO) for one in lines]
    if chance.random() < _TWIN_LINE_SHARE:
        lines.append(lines[0])
    return tuple(lines)


def _line(item: Item, chance: random.Random) -> Line:
    quantity = chance.choice(_QUANTITIES)
    list_amount = item.price * quantity
    amount = list_amount
    if chance.random() < _DISCOUNTED_SHARE:
        amount = (list_amount * Decimal("0.9")).quantize(_CENT)
    subsidy = _SUBSIDY if chance.random() < _SUBSIDISED_SHARE and amount > _SUBSIDY else _ZERO
    return Line(item, quantity, list_amount, amount - subsidy, amount)
