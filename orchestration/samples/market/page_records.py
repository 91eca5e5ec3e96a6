"""The rows of the shop's own pages on 千帆: its days and its items, added up from the orders.

They agree with the order export but for what is planted: an order told under the next day, one
taken out as no real purchase, and an item that is no longer for sale and so is not listed.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from orchestration.samples.market.ads import LeafDay
from orchestration.samples.market.cells import Value, share, yuan
from orchestration.samples.market.exports import Record
from orchestration.samples.market.history import History, Refund
from orchestration.samples.market.merchants import Item
from orchestration.samples.market.orders import Line, Order

_ZERO = Decimal("0.00")
_ALL = "全部"
_CARRIERS = ("商卡", "笔记", "直播")
_UNLISTED_EVERY = 5


def unlisted_item(history: History) -> Item | None:
    """The item that the merchant took from its shop: orders have it, the list of items has not."""
    merchant = history.merchant
    return merchant.items[-1] if merchant.number % _UNLISTED_EVERY == 2 else None


def shop_day_records(history: History, first: date, last: date, moment: datetime) -> list[Record]:
    """One row for each day, with zeros on quiet ones, as the page tells it at the moment."""
    orders: dict[date | None, list[Order]] = defaultdict(list)
    for order in history.orders:
        if order.paid_at is not None:
            orders[history.platform_day(order)].append(order)
    refunds: dict[date, Decimal] = defaultdict(lambda: _ZERO)
    for refund in history.refunds(moment):
        refunds[refund.refunded_at.date()] += refund.amount
    first_days = _first_days(history)
    begin = max(first, history.merchant.joined_on)
    days = [begin + timedelta(days=day) for day in range((last - begin).days + 1)]
    ads = _ads_by_day(history, days)
    return [
        _shop_day(
            history,
            day,
            [order for order in orders[day] if not history.is_taken_out(order, moment)],
            # What is taken out had its visitors all the same.
            len(orders[day]),
            refunds[day],
            first_days,
            ads[day],
        )
        for day in days
    ]


def _first_days(history: History) -> dict[str | None, date | None]:
    """The first day of each buyer on which the page tells an order."""
    found: dict[str | None, date | None] = {}
    for order in history.orders:
        if order.paid_at is not None:
            found.setdefault(order.buyer_number, history.platform_day(order))
    return found


def _ads_by_day(history: History, days: Sequence[date]) -> dict[date, list[LeafDay]]:
    found: dict[date, list[LeafDay]] = {day: [] for day in days}
    for leaf_days in history.leaf_days.values():
        for one in leaf_days:
            if one.day in found:
                found[one.day].append(one)
    return found


def _shop_day(
    history: History,
    day: date,
    orders: Sequence[Order],
    order_count: int,
    refund: Decimal,
    first_days: dict[str | None, date | None],
    ads: Iterable[LeafDay],
) -> Record:
    chance = random.Random(f"{history.seed}/visitors/{history.merchant.merchant_id}/{day}")
    # The platform knows the buyers that its export does not name.
    buyers = {order.buyer_number or order.order_id: order.buyer_number for order in orders}
    new_buyers = sum(number is not None and first_days[number] == day for number in buyers.values())
    visitors = order_count * chance.randint(8, 20) + chance.randrange(20)
    new_visitors = visitors * chance.randint(40, 80) // 100
    clicks = min(sum(one.figures["clicks"] for one in ads), visitors)
    return Record(
        key=(day.isoformat(),),
        values={
            "stat_date": day,
            "visitors": visitors,
            "page_views": visitors * chance.randint(2, 5),
            "add_to_cart_users": visitors // 8,
            "add_to_cart_units": visitors // 6,
            "ad_visitors": clicks,
            "ad_page_views": clicks * 2,
            "returning_visitors": visitors - new_visitors,
            "new_visitors": new_visitors,
            "paid_gmv": _sum(line.amount for order in orders for line in order.lines),
            "buyer_paid_amount": _sum(line.payable for order in orders for line in order.lines),
            "refund_amount": refund,
            "buyers": len(buyers),
            "units": sum(line.quantity for order in orders for line in order.lines),
            "returning_buyers": len(buyers) - new_buyers,
            "new_buyers": new_buyers,
            "ad_buyers": 0,
            "ad_gmv": _ZERO,
            "ad_spend": yuan(sum(one.figures["spend"] for one in ads)),
        },
        day=day,
    )


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, _ZERO)


class _Sale(NamedTuple):
    order: Order
    line: Line


class _Cut(NamedTuple):
    mode: str
    carrier: str

    def has(self, order: Order) -> bool:
        own = _Cut(*_sold_through(order))
        return self.mode in (_ALL, own.mode) and self.carrier in (_ALL, own.carrier)


_CUTS = (
    _Cut(_ALL, _ALL),
    _Cut("自营", _ALL),
    _Cut("带货", _ALL),
    *(_Cut(_ALL, carrier) for carrier in _CARRIERS),
)


def _sold_through(order: Order) -> tuple[str, str]:
    """The way of selling and the carrier of an order, from the digits of its number."""
    last = int(order.order_id[-2:])
    return "带货" if last % 5 == 0 else "自营", _CARRIERS[last % len(_CARRIERS)]


def item_records(history: History, first: date, last: date, moment: datetime) -> list[Record]:
    """One row for each item, way of selling and carrier over the days from first to last.

    The rows over everything stand for every item that is listed; the others only where the item
    was sold so.
    """
    sales: dict[str, list[_Sale]] = defaultdict(list)
    for order in history.orders:
        if order.paid_day is not None and first <= order.paid_day <= last:
            for line in order.lines:
                sales[line.item.name].append(_Sale(order, line))
    refunds = list(history.refunds(moment))
    return [
        _item(history, item, cut, (first, last), own, refunds)
        for item in history.merchant.items
        if item != unlisted_item(history)
        for cut in _CUTS
        if (own := [sale for sale in sales[item.name] if cut.has(sale.order)])
        or cut == (_ALL, _ALL)
    ]


def _item(
    history: History,
    item: Item,
    cut: _Cut,
    days: tuple[date, date],
    sales: Sequence[_Sale],
    refunds: Sequence[Refund],
) -> Record:
    first, last = days
    own = [refund for refund in refunds if cut.has(refund.order) and item.name in refund.by_item()]
    told = [refund for refund in own if first <= refund.refunded_at.date() <= last]
    of_paid = [
        refund for refund in own if refund.order.paid_day and first <= refund.order.paid_day <= last
    ]
    early = [refund for refund in of_paid if refund.refunded_at < refund.order.shipped_at]
    paid = _sum(sale.line.amount for sale in sales)
    back = _refunded(of_paid, item)
    buyers = {sale.order.buyer_number or sale.order.order_id for sale in sales}
    visitors = len(buyers) * 12 + int(item.price) % 7
    values: dict[str, Value] = {
        "period_from": first,
        "period_to": last,
        "item_id": item.item_id,
        "item_name": item.name,
        "operation_mode": cut.mode,
        "carrier": cut.carrier,
        "category_l1": history.merchant.industry_l1,
        "category_l2": history.merchant.industry_l2,
        "item_visitors": visitors,
        "item_page_views": visitors * 2,
        "add_to_cart_users": visitors // 5,
        "add_to_cart_units": visitors // 4,
        "wishlist_users": visitors // 10,
        "paid_gmv": paid,
        "buyers": len(buyers),
        "orders": len({sale.order.order_id for sale in sales}),
        "units": sum(sale.line.quantity for sale in sales),
        "refund_amount_by_refund_time": _refunded(told, item),
        "refund_buyers_by_refund_time": len(_buyers(told)),
        "refund_orders_by_refund_time": len({refund.order.order_id for refund in told}),
        "refund_amount_by_pay_time": back,
        "refund_orders_by_pay_time": len({refund.order.order_id for refund in of_paid}),
        "refund_rate_before_shipping_by_pay_time": share(_refunded(early, item), paid),
        "refund_rate_after_shipping_by_pay_time": share(back - _refunded(early, item), paid),
        "net_paid_gmv_by_pay_time": paid - back,
    }
    key = (item.item_id, cut.mode, cut.carrier, first.isoformat(), last.isoformat())
    return Record(key, values, day=None)


def _refunded(refunds: Iterable[Refund], item: Item) -> Decimal:
    return _sum(refund.by_item()[item.name] for refund in refunds)


def _buyers(refunds: Iterable[Refund]) -> set[str]:
    return {refund.order.buyer_number or refund.order.order_id for refund in refunds}
