"""The rows of the lists that 千帆 exports: orders, after-sales, live sessions; and our grants."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from orchestration.samples.market.aftersales import Aftersale
from orchestration.samples.market.cells import Value, yuan
from orchestration.samples.market.exports import Record
from orchestration.samples.market.history import History
from orchestration.samples.market.live import Piece
from orchestration.samples.market.orders import Line, Order
from orchestration.samples.market.persons import person

_SHIP_WITHIN = timedelta(days=2)


def order_records(history: History, first: date, last: date, moment: datetime) -> list[Record]:
    """The lines of orders made from the first to the last day, as they stand at the moment."""
    cases = {case.order.order_id: case for case in history.aftersales}
    return [
        _order_line(order, line, place, cases.get(order.order_id), moment)
        for order in history.orders
        if first <= order.created_at.date() <= last and order.created_at <= moment
        for place, line in enumerate(order.lines)
    ]


def _order_line(
    order: Order, line: Line, place: int, case: Aftersale | None, moment: datetime
) -> Record:
    is_paid = order.paid_at is not None and order.paid_at <= moment
    is_open = not order.is_closed(moment)
    values: dict[str, Value] = {
        "order_id": order.order_id,
        "order_status": order.status(moment),
        "aftersale_status": case.status(moment) if case and case.created_at <= moment else None,
        "created_at": order.created_at,
        "paid_at": order.paid_at if is_paid else None,
        "promised_ship_at": order.paid_at + _SHIP_WITHIN if is_paid and order.paid_at else None,
        "shipped_at": order.shipped_at if is_paid and order.shipped_at <= moment else None,
        "completed_at": order.completed_at if is_paid and order.completed_at <= moment else None,
        "item_name": line.item.name,
        "sku_name": line.item.name,
        "sku_spec": "默认",
        "merchant_sku": line.item.sku,
        "xhs_sku": line.item.item_id,
        "quantity": line.quantity,
        "line_list_amount": line.list_amount,
        "buyer_payable_amount": line.payable,
        # Of an order that nobody paid, nothing is receivable.
        "paid_amount": line.amount if is_paid else None,
        "buyer_number": order.buyer_number,
        "order_type": "现货",
    }
    if not is_open:
        values |= {"shipped_at": None, "completed_at": None}
    return Record(
        key=(order.order_id,),
        values=values,
        day=order.paid_day if is_paid else None,
        line=place,
        person=person("qianfan__orders", order.order_id),
    )


def aftersale_records(history: History, first: date, last: date, moment: datetime) -> list[Record]:
    """The cases opened from the first to the last day, as they stand at the moment."""
    return [
        Record(
            key=(case.aftersale_id,),
            values={
                "aftersale_id": case.aftersale_id,
                "order_id": case.order.order_id,
                "item_name": case.item_name,
                "aftersale_type": "退货退款" if case.is_return else "仅退款",
                "aftersale_reason": case.reason,
                "aftersale_status": case.status(moment),
                "requested_refund_amount": case.amount,
                "order_paid_at": case.order.paid_at,
                "aftersale_created_at": case.created_at,
                "seller_confirmed_at": case.received_at(moment),
            },
            day=case.created_at.date(),
            person=person("qianfan__aftersales", case.order.order_id),
        )
        for case in history.aftersales
        if first <= case.created_at.date() <= last and case.created_at <= moment
    ]


def live_records(history: History, first: date, last: date, moment: datetime) -> list[Record]:
    """The pieces of broadcasts begun from the first to the last day and over at the moment."""
    return [
        _piece(piece, moment)
        for piece in history.pieces
        if first <= piece.started_at.date() <= last and piece.ended_at <= moment
    ]


def _piece(piece: Piece, moment: datetime) -> Record:
    refund_orders = piece.refunded_orders(moment)
    values: dict[str, Value] = {
        "host": piece.host,
        "started_at": piece.started_at,
        "duration_min": piece.minutes,
        "paid_gmv": yuan(piece.paid_fen),
        "refund_amount": yuan(piece.refunded_fen(moment)),
        "refund_orders": refund_orders,
        "refund_buyers": refund_orders,
        "exposure_users": piece.exposed_users,
        "exposures": piece.exposed_users * 3 // 2,
        "viewers": piece.viewers,
        "views": piece.viewers * 6 // 5,
        "avg_online": piece.viewers // 10,
        "avg_stay": yuan(90 + piece.viewers % 100),
        "interaction_users": piece.viewers // 6,
        "comment_users": piece.viewers // 9,
        "new_followers": piece.viewers // 40,
        "item_exposure_users": piece.viewers // 2,
        "item_exposures": piece.viewers,
        "item_click_users": piece.viewers // 4,
        "item_clicks": piece.viewers // 3,
        "buyers": piece.buyers,
        "orders": piece.orders,
        "units": piece.orders,
    }
    key = (piece.host, piece.started_at.isoformat())
    return Record(key, values, piece.started_at.date())


def grant_records(history: History, first: date, last: date, moment: datetime) -> Iterator[Record]:
    """The grants given from the first to the last day and before the moment."""
    for grant in history.grants:
        if first <= grant.granted_at.date() <= last and grant.granted_at <= moment:
            yield Record(
                key=(grant.grant_id,),
                values={
                    "programme_name": grant.name,
                    "grant_id": grant.grant_id,
                    "granted_at": grant.granted_at,
                    "valid_from": grant.valid_from,
                    "valid_to": grant.valid_to,
                    "grant_unit": grant.unit,
                    "granted_quantity": grant.amount,
                    "shop_id": history.merchant.shop_id,
                },
                day=grant.granted_at.date(),
                person=person("seedbed__incentive_grants", grant.grant_id),
            )
