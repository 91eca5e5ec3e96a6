"""Paid orders, and `Known`: all that is known of one merchant's orders."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property

import pandas as pd

from .compare import frame
from .coverage import Row, span
from .workbooks import business_day

CENT = Decimal("0.01")


@dataclass(frozen=True)
class Merchant:
    """What the register and the rulebook say of a merchant."""

    joined_on: date
    warmup_days: int = 365
    merchant_id: str = "m001"
    bridge_days: int = 2
    aftersales_listed: bool = False
    ads_listed: bool = False


@dataclass(frozen=True)
class Known:
    """One merchant's paid orders (one row each) and the days its order exports cover."""

    merchant: Merchant
    orders: pd.DataFrame
    covered: frozenset[date]

    @cached_property
    def first_covered(self) -> date:
        return min(self.covered)

    @cached_property
    def last_covered(self) -> date:
        return max(self.covered)

    @cached_property
    def first_dates(self) -> dict[str, date]:
        """Each customer's first paid date, over all its orders, on covered days or not."""
        dates: dict[str, date] = {}
        named = self.orders[self.orders["customer"].notna()]
        for customer, day in zip(named["customer"], named["paid_date"], strict=True):
            dates[customer] = min(day, dates.get(customer, day))
        return dates

    def covered_in(self, first: date, last: date) -> list[date]:
        """The covered days from first to last."""
        return [day for day in span(first, last) if day in self.covered]

    def is_covered(self, first: date, last: date) -> bool:
        """Whether every day from first to last is covered."""
        return len(self.covered_in(first, last)) == len(span(first, last))

    def paid_on(self, days: Collection[date]) -> pd.DataFrame:
        """The orders paid on these days."""
        return self.orders[self.orders["paid_date"].isin(set(days))]

    def is_history_complete(self, start: date) -> bool:
        """Whether what starts on `start` can tell a first order from a later one."""
        warm = self.first_covered + timedelta(days=self.merchant.warmup_days)
        return self.first_covered <= self.merchant.joined_on or start >= warm


def paid_orders(lines: pd.DataFrame) -> pd.DataFrame:
    """One row per order that has a pay time, from the lines of the latest file that has it."""
    latest = lines.sort_values(["effective_at", "file_sha256"]).groupby("order_id").tail(1)
    standing = lines.merge(latest[["order_id", "file_sha256"]], on=["order_id", "file_sha256"])
    orders: list[Row] = []
    for order_id, own in standing.groupby("order_id"):
        pay_times = own["paid_at"].dropna()
        if pay_times.empty:
            continue
        orders.append(
            {
                "order_id": order_id,
                "paid_at": min(pay_times),
                "paid_date": business_day(min(pay_times)),
                "customer": max(own["customer"].dropna(), default=None),
                "order_status": max(own["order_status"].dropna(), default=None),
                "line_count": len(own),
                "quantity": sum(own["quantity"]),
                "gmv": money(own["paid_amount"]),
                "file_sha256": own["file_sha256"].iloc[0],
            }
        )
    return frame(orders)


def money(amounts: pd.Series) -> Decimal:
    """The sum of amounts, exact; of none 0.00."""
    return sum(amounts, Decimal(0)).quantize(CENT)


def ratio(part: Decimal | int | None, whole: Decimal | int | None) -> float | None:
    """Part ÷ whole; nothing is divided by zero or by the unknown."""
    if part is None or not whole:
        return None
    return float(Decimal(part) / Decimal(whole))


def orders_table(known: Known) -> list[Row]:
    """`fct_orders`: one row per paid order."""
    ordered = known.orders.sort_values(["paid_at", "order_id"])
    seen: set[object] = set()
    rows: list[Row] = []
    for order in ordered.to_dict("records"):
        customer = order["customer"]
        rows.append(
            {
                "order_id": order["order_id"],
                "paid_at": order["paid_at"],
                "paid_date": order["paid_date"],
                "customer_key": customer,
                "order_status": order["order_status"],
                "line_count": order["line_count"],
                "quantity": order["quantity"],
                "gmv": order["gmv"],
                "is_anonymous": customer is None,
                "is_first_order": customer is not None and customer not in seen,
                "is_covered": order["paid_date"] in known.covered,
                "file_sha256": order["file_sha256"],
            }
        )
        seen.add(customer)
    return rows
