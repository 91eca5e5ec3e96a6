"""All that happened to one merchant, and what its shop's own pages make of it."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from orchestration.samples.market.ads import LeafDay, invent_leaf_days
from orchestration.samples.market.aftersales import Aftersale, invent_aftersales
from orchestration.samples.market.grants import Grant, invent_grants
from orchestration.samples.market.live import Broadcast, Piece, invent_broadcasts
from orchestration.samples.market.merchants import Merchant
from orchestration.samples.market.orders import Order, invent_orders

# A shop's page tells an order that was paid late at night under the next day, and takes out
# some days after the payment what was cancelled (of every second merchant), or what the platform
# holds to be no real purchase.
_LATE_EVERY_WEEKS, _TAKEN_OUT_EVERY_WEEKS = 2, 3
_TAKEN_OUT_AFTER = timedelta(days=3)


@dataclass(frozen=True)
class Refund:
    """Money that went back, as the platform knows it; `aftersale` is None if no case was made."""

    order: Order
    aftersale: Aftersale | None
    amount: Decimal
    refunded_at: datetime

    def by_item(self) -> Mapping[str, Decimal]:
        """The amount by name of the item."""
        if self.aftersale is not None and self.order.closed_at is None:
            return {self.aftersale.item_name: self.amount}
        amounts: dict[str, Decimal] = {}
        for line in self.order.lines:
            amounts[line.item.name] = amounts.get(line.item.name, Decimal(0)) + line.amount
        return amounts


@dataclass(frozen=True)
class History:
    """One merchant's past.

    `leaf_days` by account. `late_ids` and `taken_out_ids` are orders that the shop's own page
    tells under the next day, or takes out after a while; the order export shows both.
    """

    merchant: Merchant
    seed: int
    first_day: date
    weeks: int
    orders: tuple[Order, ...]
    aftersales: tuple[Aftersale, ...]
    broadcasts: tuple[Broadcast, ...]
    leaf_days: Mapping[str, tuple[LeafDay, ...]]
    grants: tuple[Grant, ...]
    late_ids: frozenset[str]
    taken_out_ids: frozenset[str]

    @property
    def last_day(self) -> date:
        return self.first_day + timedelta(days=self.weeks * 7 - 1)

    @property
    def pieces(self) -> list[Piece]:
        return [piece for broadcast in self.broadcasts for piece in broadcast.pieces]

    def platform_day(self, order: Order) -> date | None:
        """The day under which the shop's own page tells a paid order."""
        if order.paid_day is None or order.order_id not in self.late_ids:
            return order.paid_day
        return order.paid_day + timedelta(days=1)

    def is_taken_out(self, order: Order, moment: datetime) -> bool:
        return (
            order.order_id in self.taken_out_ids
            and order.paid_at is not None
            and order.paid_at + _TAKEN_OUT_AFTER <= moment
        )

    def refunds(self, moment: datetime) -> Iterator[Refund]:
        """What had gone back by this time: cases that succeeded, and closed orders without one."""
        with_case = {case.order.order_id for case in self.aftersales}
        for case in self.aftersales:
            if case.has_succeeded(moment) and case.settled_at is not None:
                yield Refund(case.order, case, case.amount, case.settled_at)
        for order in self.orders:
            is_paid_and_closed = order.paid_at is not None and order.is_closed(moment)
            if is_paid_and_closed and order.closed_at and order.order_id not in with_case:
                yield Refund(order, None, order.gmv, order.closed_at)


def invent_history(
    merchant: Merchant, *, seed: int, first_day: date, weeks: int, orders_a_week: int
) -> History:
    """Invent the past of a merchant; each part depends on the seed and the merchant only."""
    orders = invent_orders(
        merchant, seed=seed, first_day=first_day, weeks=weeks, orders_a_week=orders_a_week
    )
    mondays = [first_day + timedelta(weeks=week) for week in range(weeks)]
    late_ids, taken_out_ids = _told_otherwise(merchant, orders, seed, weeks)
    return History(
        merchant=merchant,
        seed=seed,
        first_day=first_day,
        weeks=weeks,
        orders=orders,
        aftersales=invent_aftersales(merchant.merchant_id, orders, mondays, seed),
        broadcasts=invent_broadcasts(merchant, seed=seed, first_day=first_day, weeks=weeks),
        leaf_days={
            account_id: tuple(
                one
                for one in invent_leaf_days(
                    merchant.merchant_id, account_id, seed=seed, first_day=first_day, weeks=weeks
                )
                if one.day >= merchant.joined_on
            )
            for account_id in merchant.account_ids
        },
        grants=invent_grants(merchant, seed=seed, first_day=first_day, weeks=weeks),
        late_ids=late_ids,
        taken_out_ids=taken_out_ids,
    )


def _told_otherwise(
    merchant: Merchant, orders: tuple[Order, ...], seed: int, weeks: int
) -> tuple[frozenset[str], frozenset[str]]:
    chance = random.Random(f"{seed}/page/{merchant.merchant_id}")
    paid = [order for order in orders if order.paid_at is not None and order.gmv > 0]
    stays = [order for order in paid if order.closed_at is None]
    late = _chosen(stays, max(1, weeks // _LATE_EVERY_WEEKS), chance)
    is_for_cancellation = merchant.number % 2 == 0
    may_go = [
        order
        for order in paid
        if (order.closed_at is not None) == is_for_cancellation and order.order_id not in late
    ]
    return late, _chosen(may_go, max(1, weeks // _TAKEN_OUT_EVERY_WEEKS), chance)


def _chosen(orders: Sequence[Order], count: int, chance: random.Random) -> frozenset[str]:
    return frozenset(one.order_id for one in chance.sample(orders, min(len(orders), count)))
