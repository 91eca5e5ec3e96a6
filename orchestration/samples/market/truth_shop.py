"""What must be found of orders, refunds, broadcasts, grants and the shop's own pages."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

import pandas as pd

from orchestration.samples.market.cells import Value
from orchestration.samples.market.frames import frame
from orchestration.samples.market.history import History
from orchestration.samples.market.live import Broadcast
from orchestration.samples.market.standing import Showing, Standing

_ZERO = Decimal("0.00")
_CLOSED = ("已取消", "已关闭")
_SUCCESS = ("完成", "成功")

ORDER_NAMES = [
    "merchant_id",
    "order_id",
    "paid_at",
    "paid_date",
    "buyer_number",
    "order_status",
    "is_cancelled_after_payment",
    "line_count",
    "quantity",
    "gmv",
]
REFUND_NAMES = [
    "merchant_id",
    "order_id",
    "aftersale_id",
    "amount",
    "paid_date",
    "refund_date",
    "is_derived",
]


def paid_orders(standing: Standing) -> pd.DataFrame:
    """One row per paid order: see ORDER_NAMES. Lines in quarantine are not part of it."""
    rows = [
        {
            "merchant_id": one.merchant_id,
            "order_id": first["order_id"],
            "paid_at": first["paid_at"],
            "paid_date": one.record.day,
            "buyer_number": first["buyer_number"],
            "order_status": first["order_status"],
            "is_cancelled_after_payment": first["order_status"] in _CLOSED,
            "line_count": len(one.records),
            "quantity": sum(_int(record.values["quantity"]) for record in one.records),
            "gmv": sum((_money(record.values["paid_amount"]) for record in one.records), _ZERO),
        }
        for one in standing["qianfan__orders"]
        if (first := one.record.values)["paid_at"] is not None
    ]
    return frame(rows, ORDER_NAMES)


def _money(value: Value) -> Decimal:
    assert isinstance(value, Decimal)
    return value


def _int(value: Value) -> int:
    assert isinstance(value, int)
    return value


def refunds(standing: Standing, orders: pd.DataFrame) -> pd.DataFrame:
    """One row per refund: see REFUND_NAMES.

    Successful cases first; then one refund of the whole amount for each order closed after
    payment that has none, marked derived, whose refund date nobody knows.
    """
    cases = [
        (one.merchant_id, one.record.values)
        for one in standing["qianfan__aftersales"]
        if any(word in str(one.record.values["aftersale_status"]) for word in _SUCCESS)
    ]
    rows = [
        {
            "merchant_id": merchant_id,
            "order_id": values["order_id"],
            "aftersale_id": values["aftersale_id"],
            "amount": values["requested_refund_amount"],
            "paid_date": _date(values["order_paid_at"]),
            "refund_date": _date(values["seller_confirmed_at"] or values["aftersale_created_at"]),
            "is_derived": False,
        }
        for merchant_id, values in cases
    ]
    told = {(merchant_id, values["order_id"]) for merchant_id, values in cases}
    rows += [
        {
            "merchant_id": order.merchant_id,
            "order_id": order.order_id,
            "aftersale_id": None,
            "amount": order.gmv,
            "paid_date": order.paid_date,
            "refund_date": None,
            "is_derived": True,
        }
        for order in orders[orders["is_cancelled_after_payment"].astype(bool)].itertuples()
        if (order.merchant_id, order.order_id) not in told
    ]
    return frame(rows, REFUND_NAMES)


def _date(value: Value) -> date:
    assert isinstance(value, datetime)
    return value.date()


def live_sessions(histories: Iterable[History], standing: Standing) -> pd.DataFrame:
    """One row per broadcast of which a piece is known, its pieces put together.

    Columns: merchant_id, host, started_at, ended_at, pieces, minutes_on_air (each minute once),
    and the sums paid_gmv, refund_amount, orders, viewers.
    """
    known = {(one.merchant_id, one.record.key): one for one in standing["qianfan__live_sessions"]}
    rows = []
    for history in histories:
        for broadcast in history.broadcasts:
            keys = [
                (history.merchant.merchant_id, (piece.host, piece.started_at.isoformat()))
                for piece in broadcast.pieces
            ]
            pieces = [known[key] for key in keys if key in known]
            if pieces:
                rows.append(_session(broadcast, pieces))
    return frame(rows)


def _session(broadcast: Broadcast, pieces: list[Showing]) -> dict[str, Value]:
    seen = {one.record.values["started_at"] for one in pieces}
    whole = Broadcast(tuple(piece for piece in broadcast.pieces if piece.started_at in seen))
    values = [one.record.values for one in pieces]
    return {
        "merchant_id": pieces[0].merchant_id,
        "host": whole.pieces[0].host,
        "started_at": whole.started_at,
        "ended_at": whole.ended_at,
        "pieces": len(whole.pieces),
        "minutes_on_air": whole.minutes_on_air,
        "paid_gmv": sum((_money(one["paid_gmv"]) for one in values), _ZERO),
        "refund_amount": sum((_money(one["refund_amount"]) for one in values), _ZERO),
        "orders": sum(_int(one["orders"]) for one in values),
        "viewers": sum(_int(one["viewers"]) for one in values),
    }


def rows_of(standing: Standing, source: str) -> pd.DataFrame:
    """The rows that stand, with all their values by canonical name, of a source without lines."""
    return frame(
        {"merchant_id": one.merchant_id, "exported_at": one.plan.exported_at, **one.record.values}
        for one in standing[source]
    )


def reconciliation(histories: Iterable[History], standing: Standing) -> pd.DataFrame:
    """One row per merchant and day that the shop's own page tells: merchant_id, day, and in yuan
    gmv (ours), platform_gmv, difference (platform_gmv - gmv) and its causes, which make it up:
    told_under_next_day, taken_out and not_loaded (in the world, not in the delivered files).
    """
    ours = paid_orders(standing).groupby(["merchant_id", "paid_date"])["gmv"].sum().to_dict()
    by_id = {history.merchant.merchant_id: history for history in histories}
    rows = []
    for one in standing["qianfan__shop_days"]:
        day = one.record.day
        assert day is not None
        gmv = ours.get((one.merchant_id, day), _ZERO)
        platform_gmv = _money(one.record.values["paid_gmv"])
        causes = _causes(by_id[one.merchant_id], day, one.plan.exported_at, gmv)
        rows.append(
            {
                "merchant_id": one.merchant_id,
                "day": day,
                "gmv": gmv,
                "platform_gmv": platform_gmv,
                "difference": platform_gmv - gmv,
                **causes,
            }
        )
    return frame(rows)


def _causes(history: History, day: date, moment: datetime, gmv: Decimal) -> dict[str, Decimal]:
    late = taken_out = paid = _ZERO
    for order in history.orders:
        if order.paid_day is None:
            continue
        if order.paid_day == day:
            paid += order.gmv
            if history.is_taken_out(order, moment):
                taken_out -= order.gmv
        if order.order_id in history.late_ids:
            late += order.gmv * ((history.platform_day(order) == day) - (order.paid_day == day))
    return {"told_under_next_day": late, "taken_out": taken_out, "not_loaded": paid - gmv}
