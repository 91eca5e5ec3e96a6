"""A seeded shop: its customers and paid orders, and what any correct pipeline must find in them.

Everything follows from the seed. Times are wall-clock times of Shanghai.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pandas as pd

# Name and price in yuan of what the invented shop sells.
_GOODS = (
    ("茉莉花茶 100g", "39.90"),
    ("凤凰单丛 50g", "68.00"),
    ("桂花乌龙 100g", "45.50"),
    ("白毫银针 25g", "128.00"),
    ("玻璃公道杯", "59.00"),
    ("旅行茶具礼盒", "1288.00"),
)
# Mondays are quiet and weekends busy, as in most shops.
_WEEKDAY_WEIGHTS = (8, 9, 10, 10, 12, 16, 15)
_OPENING_HOUR, _LAST_HOUR = 8, 23
_LINES_PER_ORDER = (1, 1, 1, 2, 2, 3)
_RETURNING_SHARE = 0.35
_ANONYMOUS_SHARE = 0.1
_CANCELLED_SHARE = 0.03


@dataclass(frozen=True)
class Line:
    """One SKU line of an order; `amount` is what was paid for all its pieces, in yuan."""

    item: str
    sku: str
    quantity: int
    amount: Decimal


@dataclass(frozen=True)
class Order:
    """One paid order; `buyer_number` is None for buyers that the platform does not name."""

    order_id: str
    paid_at: datetime
    buyer_number: str | None
    status: str
    lines: tuple[Line, ...]

    @property
    def gmv(self) -> Decimal:
        return sum((line.amount for line in self.lines), Decimal("0.00"))


@dataclass(frozen=True)
class World:
    """All orders of one invented shop, oldest first."""

    orders: tuple[Order, ...]

    def between(self, first: date, last: date) -> list[Order]:
        """Orders paid from the first to the last day, both included."""
        return [order for order in self.orders if first <= order.paid_at.date() <= last]

    def truth(self) -> pd.DataFrame:
        """One row per order: order_id, paid_at, paid_date, buyer_number, gmv, quantity, lines."""
        return pd.DataFrame(
            {
                "order_id": order.order_id,
                "paid_at": order.paid_at,
                "paid_date": order.paid_at.date(),
                "buyer_number": order.buyer_number,
                "gmv": order.gmv,
                "quantity": sum(line.quantity for line in order.lines),
                "lines": len(order.lines),
            }
            for order in self.orders
        )


def make_world(*, seed: int, first_day: date, weeks: int, orders_a_week: int) -> World:
    """Invent the orders of so many weeks, starting at midnight of the first day."""
    chance = random.Random(seed)
    times = sorted(
        _moment(chance, first_day + timedelta(weeks=week))
        for week in range(weeks)
        for _ in range(orders_a_week)
    )
    buyers: list[str] = []
    return World(
        tuple(
            Order(
                order_id=f"P{seed:03d}{number:09d}",
                paid_at=paid_at,
                buyer_number=_buyer(chance, buyers),
                status="已取消" if chance.random() < _CANCELLED_SHARE else "已完成",
                lines=_lines(chance),
            )
            for number, paid_at in enumerate(times, start=1)
        )
    )


def _moment(chance: random.Random, monday: date) -> datetime:
    day = monday + timedelta(days=chance.choices(range(7), _WEEKDAY_WEIGHTS)[0])
    clock = time(
        chance.randint(_OPENING_HOUR, _LAST_HOUR), chance.randrange(60), chance.randrange(60)
    )
    return datetime.combine(day, clock)


def _buyer(chance: random.Random, known: list[str]) -> str | None:
    if chance.random() < _ANONYMOUS_SHARE:
        return None
    if known and chance.random() < _RETURNING_SHARE:
        return chance.choice(known)
    known.append(f"{60000000 + len(known)}")
    return known[-1]


def _lines(chance: random.Random) -> tuple[Line, ...]:
    goods: Sequence[tuple[str, str]] = chance.sample(_GOODS, chance.choice(_LINES_PER_ORDER))
    lines = []
    for item, price in goods:
        quantity = chance.choice((1, 1, 1, 2, 3))
        sku = f"TEA-{_GOODS.index((item, price)) + 1:02d}"
        lines.append(Line(item, sku, quantity, Decimal(price) * quantity))
    return tuple(lines)
