"""Figures of merchants by day, week or month, added up from what stands on covered days."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Any

import pandas as pd

from orchestration.samples.market.frames import frame
from orchestration.samples.market.history import History
from orchestration.samples.market.sources import ADS

_ZERO = Decimal("0.00")
_ORDERS, _AFTERSALES = "qianfan__orders", "qianfan__aftersales"
_AD_FIGURES = {
    "ad_spend": "spend",
    "impressions": "impressions",
    "clicks": "clicks",
    "interactions": "interactions",
    "ad_orders_paid_7d_by_click": "orders_paid_7d_by_click",
    "ad_gmv_paid_7d_by_click": "gmv_paid_7d_by_click",
}

_AD_MONEY = ("ad_spend", "ad_gmv_paid_7d_by_click")

MerchantDay = tuple[str, date]
Rows = Mapping[MerchantDay, Sequence[Any]]


@dataclass(frozen=True)
class DayFacts:
    """What stands, by merchant and day: covered days, and the rows of each frame as tuples.

    `first_days`: the day of the first paid order of each merchant's customers, covered or not.
    """

    orders_covered: set[MerchantDay]
    aftersales_covered: set[MerchantDay]
    ads_covered: set[MerchantDay]
    orders: Rows
    refunds_by_pay_day: Rows
    refunds_by_refund_day: Rows
    ads: Rows
    first_days: Mapping[tuple[str, str], date]

    @classmethod
    def of(
        cls,
        coverage: pd.DataFrame,
        orders: pd.DataFrame,
        refunds: pd.DataFrame,
        account_days: pd.DataFrame,
    ) -> DayFacts:
        """Facts from the frames of the truth."""

        def covered(*sources: str) -> set[MerchantDay]:
            rows = coverage[coverage["source"].isin(sources)]
            return set(zip(rows["merchant_id"], rows["day"], strict=True))

        first_days: dict[tuple[str, str], date] = {}
        for order in orders.sort_values("paid_at").itertuples():
            if order.buyer_number is not None:
                customer = str(order.merchant_id), str(order.buyer_number)
                first_days.setdefault(customer, _as_date(order.paid_date))
        return cls(
            orders_covered=covered(_ORDERS),
            aftersales_covered=covered(_AFTERSALES),
            # What an account spent is known from its finer reports too.
            ads_covered=covered(*ADS),
            orders=_by_day(orders, "paid_date"),
            refunds_by_pay_day=_by_day(refunds, "paid_date"),
            refunds_by_refund_day=_by_day(refunds, "refund_date"),
            ads=_by_day(account_days, "day"),
            first_days=first_days,
        )


def _as_date(value: Any) -> date:
    assert isinstance(value, date)
    return value


def _by_day(frame: pd.DataFrame, column: str) -> Rows:
    found: dict[MerchantDay, list[Any]] = defaultdict(list)
    for row in frame.itertuples():
        found[row.merchant_id, getattr(row, column)].append(row)  # pyright: ignore[reportArgumentType]
    return found


def merchant_periods(
    histories: Iterable[History],
    facts: DayFacts,
    begins: Callable[[date], date],
    ends: Callable[[date], date],
) -> pd.DataFrame:
    """One row per merchant and period of the world: merchant_id, period (its first day), figures.

    `begins` and `ends` give the first and the last day of the period of a day. Figures are the
    sums over covered days, and None where no day is covered. A refund counts by pay date where
    both the order's day and the cases of that day are covered. New customers are those whose first
    order of all is of a covered day of the period. *_days_covered and days_in_period tell how
    much of the period is known.
    """
    return frame(
        {
            "merchant_id": history.merchant.merchant_id,
            "period": first,
            "days_in_period": (ends(first) - first).days + 1,
            **_figures(history.merchant.merchant_id, list(days), facts),
        }
        for history in histories
        for first, days in groupby(_days(history), key=begins)
    )


def _days(history: History) -> Iterable[date]:
    return (
        history.first_day + timedelta(days=day)
        for day in range((history.last_day - history.first_day).days + 1)
    )


def _figures(merchant_id: str, days: Sequence[date], facts: DayFacts) -> dict[str, Any]:
    keys = [(merchant_id, day) for day in days]
    sold = [key for key in keys if key in facts.orders_covered]
    settled = [key for key in keys if key in facts.aftersales_covered]
    advertised = [key for key in keys if key in facts.ads_covered]
    both = [key for key in sold if key in facts.aftersales_covered]
    orders = _known(sold, _order_figures(merchant_id, sold, facts))
    back = _known(both, {"refund_amount": _refunds(facts.refunds_by_pay_day, both)})
    told = {"refund_amount_by_refund_date": _refunds(facts.refunds_by_refund_day, settled)}
    return {
        "orders_days_covered": len(sold),
        "aftersales_days_covered": len(settled),
        "ads_days_covered": len(advertised),
        **orders,
        **back,
        "net_gmv": orders["gmv"] - back["refund_amount"] if both else None,
        **_known(settled, told),
        **_known(advertised, _ad_figures(advertised, facts)),
    }


def _known(days: Sequence[MerchantDay], figures: dict[str, Any]) -> dict[str, Any]:
    return figures if days else dict.fromkeys(figures)


def _order_figures(
    merchant_id: str, days: Sequence[MerchantDay], facts: DayFacts
) -> dict[str, Any]:
    orders = [order for day in days for order in facts.orders.get(day, ())]
    anonymous = [order for order in orders if order.buyer_number is None]
    active = {order.buyer_number for order in orders} - {None}
    known_days = {day for _, day in days}
    new = {number for number in active if facts.first_days[merchant_id, number] in known_days}
    return {
        "order_count": len(orders),
        "gmv": sum((order.gmv for order in orders), _ZERO),
        "anonymous_order_count": len(anonymous),
        "anonymous_gmv": sum((order.gmv for order in anonymous), _ZERO),
        "active_customers": len(active),
        "new_customers": len(new),
        "returning_customers": len(active - new),
    }


def _refunds(rows: Rows, days: Sequence[MerchantDay]) -> Decimal:
    return sum((refund.amount for day in days for refund in rows.get(day, ())), _ZERO)


def _ad_figures(days: Sequence[MerchantDay], facts: DayFacts) -> dict[str, Any]:
    rows = [row for day in days for row in facts.ads.get(day, ())]
    nothing = {name: _ZERO if name in _AD_MONEY else 0 for name in _AD_FIGURES}
    return {
        name: sum((getattr(row, column) for row in rows), nothing[name])
        for name, column in _AD_FIGURES.items()
    }
