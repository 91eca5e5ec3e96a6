"""Usage: python -m tests.bench_marts.cohorts HOME: the cohort table by pandas, from the orders.

Ends with 1 if it has other figures than the mart in any cell.
"""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path

import duckdb
import pandas as pd

from orchestration.home import Home

_KEYS = ["merchant_id", "cohort_month", "month_number"]
_COLUMNS = [*_KEYS, "cohort_size", "active_customers", "order_count", "gmv"]


def cohorts(orders: pd.DataFrame) -> pd.DataFrame:
    """One row per merchant, cohort month and month in which any of its customers bought."""
    known = orders.dropna(subset="customer_key")
    month = known["paid_date"].dt.year * 12 + known["paid_date"].dt.month
    known = known.assign(month=month)
    by_customer = known.groupby(["merchant_id", "customer_key"], observed=True)["month"]
    known["cohort_month"] = by_customer.transform("min")
    known["month_number"] = known["month"] - known["cohort_month"]
    cells = known.groupby(_KEYS, observed=True).agg(
        active_customers=("customer_key", "nunique"),
        order_count=("customer_key", "size"),
        gmv=("gmv", "sum"),
    )
    sizes = cells["active_customers"].xs(0, level="month_number").rename("cohort_size")
    return cells.join(sizes).reset_index()[_COLUMNS]


def main() -> None:
    """Make the table from the published orders, and compare it with the mart."""
    published = Home(Path(sys.argv[1])).published / "parquet"
    columns = ["merchant_id", "customer_key", "paid_date", "gmv"]
    orders = pd.read_parquet(published / "fct_orders/data.parquet", columns=columns)
    # Exact decimals are Python objects in pandas, so cents.
    orders["gmv"] = (orders["gmv"].astype("float64") * 100).round().astype("int64")
    orders["paid_date"] = pd.to_datetime(orders["paid_date"])
    made = cohorts(orders)
    totals = tuple(int(made[name].sum()) for name in ("active_customers", "order_count", "gmv"))
    with closing(duckdb.connect()) as connection:
        found = connection.execute(
            "select sum(active_customers), sum(order_count), cast(sum(gmv) * 100 as bigint) "
            f"from '{published / 'fct_customer_cohorts/data.parquet'}'"
        ).fetchone()
    if totals != found:
        raise SystemExit(f"pandas has {totals}, the mart {found}")


if __name__ == "__main__":
    main()
