"""The after-sales cases of one merchant, and how each of them stood at any time."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Literal

from orchestration.samples.market.orders import Order

Outcome = Literal["succeeded", "refused", "open"]

_SHARE, _SHARE_OF_CLOSED, _PARTIAL_SHARE, _RETURN_SHARE = 0.1, 0.5, 0.35, 0.5
_OUTCOMES: tuple[Outcome, ...] = ("succeeded", "refused", "open")
_OUTCOME_WEIGHTS = (65, 20, 15)
# Refunds come up to four weeks after the payment, so many belong to weeks that were told already.
_LATEST_DAYS = 27
_RETURN_DAYS = 9
_REASONS = ("七天无理由", "商品破损", "发错货", "不想要了")
_WAITING = "待商家处理"
_ENDINGS = {"succeeded": ("售后完成", "退款成功"), "refused": ("商家拒绝", "售后关闭")}
_FIRST_HOUR = 10
_CENT = Decimal("0.01")


@dataclass(frozen=True)
class Aftersale:
    """One case: what the buyer asks for, in yuan, and what becomes of it.

    `settled_at` is when it succeeds or is refused, None while it is open. A refund without a
    return is settled on the day of the request; `is_return` cases when the goods are back.
    """

    aftersale_id: str
    order: Order
    item_name: str
    is_return: bool
    reason: str
    amount: Decimal
    created_at: datetime
    settled_at: datetime | None
    outcome: Outcome
    ending: str

    def is_settled(self, moment: datetime) -> bool:
        return self.settled_at is not None and self.settled_at <= moment

    def status(self, moment: datetime) -> str:
        """The status that an export of this time shows."""
        return self.ending if self.is_settled(moment) else _WAITING

    def has_succeeded(self, moment: datetime) -> bool:
        return self.outcome == "succeeded" and self.is_settled(moment)

    def received_at(self, moment: datetime) -> datetime | None:
        """When the merchant had the goods back, as far as it is known at this time."""
        return self.settled_at if self.is_return and self.has_succeeded(moment) else None


def invent_aftersales(
    merchant_id: str, orders: Sequence[Order], mondays: Iterable[date], seed: int
) -> tuple[Aftersale, ...]:
    """Cases of these orders, oldest first.

    On every Monday since the first order at least one case is opened, so that an export proves
    its days. An order has one case at most; half of those closed after payment have one.
    """
    chance = random.Random(f"{seed}/aftersales/{merchant_id}")
    paid = [order for order in orders if order.paid_at is not None and order.gmv > 0]
    cases = {
        order.order_id: _case(order, _later(order, chance), chance)
        for order in paid
        if chance.random() < (_SHARE_OF_CLOSED if order.closed_at else _SHARE)
    }
    for monday in mondays:
        if all(case.created_at.date() != monday for case in cases.values()):
            order = _without_case(paid, cases, monday)
            if order is not None:
                cases[order.order_id] = _case(order, _on(monday, order, chance), chance)
    return tuple(sorted(cases.values(), key=lambda case: (case.created_at, case.aftersale_id)))


def _without_case(paid: Sequence[Order], cases: dict[str, Aftersale], monday: date) -> Order | None:
    """The newest order of the time before that has no case, rather one that was not closed."""
    known = [
        order
        for order in paid
        if order.paid_at and order.paid_at.date() <= monday and order.order_id not in cases
    ]
    return max(known, key=lambda order: (order.closed_at is None, order.created_at), default=None)


def _later(order: Order, chance: random.Random) -> datetime:
    days = chance.randrange(_LATEST_DAYS)
    begins = order.closed_at or order.paid_at or order.created_at
    return _within_day(begins + timedelta(days=days), chance)


def _on(monday: date, order: Order, chance: random.Random) -> datetime:
    begins = datetime.combine(monday, time(_FIRST_HOUR))
    return _within_day(max(begins, order.paid_at or begins), chance)


def _within_day(moment: datetime, chance: random.Random) -> datetime:
    """Up to two hours later, on the same day."""
    last = datetime.combine(moment.date(), time(23, 59, 59))
    return min(moment + timedelta(seconds=chance.randrange(60, 7200)), last)


def _case(order: Order, created_at: datetime, chance: random.Random) -> Aftersale:
    line = chance.choice([line for line in order.lines if line.amount > 0])
    amount = order.gmv if order.closed_at else line.amount
    if not order.closed_at and chance.random() < _PARTIAL_SHARE:
        amount = max((amount * chance.randrange(10, 90) / 100).quantize(_CENT), _CENT)
    outcome = (
        "succeeded" if order.closed_at else chance.choices(_OUTCOMES, weights=_OUTCOME_WEIGHTS)[0]
    )
    is_return = chance.random() < _RETURN_SHARE
    return Aftersale(
        aftersale_id=f"{20_000_000_000 + int(order.order_id[1:9]):011d}{order.order_id[9:]}",
        order=order,
        item_name=line.item.name,
        is_return=is_return,
        reason=chance.choice(_REASONS),
        amount=amount,
        created_at=created_at,
        settled_at=None if outcome == "open" else _settled(created_at, is_return, chance),
        outcome=outcome,
        ending=chance.choice(_ENDINGS[outcome]) if outcome != "open" else _WAITING,
    )


def _settled(created_at: datetime, is_return: bool, chance: random.Random) -> datetime:
    if not is_return:
        return _within_day(created_at, chance)
    return created_at + timedelta(days=chance.randint(1, _RETURN_DAYS))
