"""The second opinion: every cell of the order marts, worked out again from the workbooks.

Here live the definitions of the marts as plain Python on small frames, one module per theme.
Add a mart as a function that returns plain rows, and its name in `from_lines`.
Keep out the pipeline: nothing of `orchestration`, no SQL, or the two opinions are one.
Read `orders.py` first: it holds what every other module asks, `Known`.
"""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pandas as pd

from .cohorts import by_age, by_month
from .compare import compare, frame
from .coverage import Run, coverage, covered_days
from .orders import Known, Merchant, orders_table, paid_orders
from .periods import MONTHS, WEEKS, days_table, periods_table
from .workbooks import Workbook, read

__all__ = [
    "Known",
    "Merchant",
    "Run",
    "Workbook",
    "accounting",
    "compare",
    "frame",
    "from_lines",
    "read",
    "tables",
]


def tables(
    workbooks: Sequence[Path],
    joined_on: date,
    warmup_days: int = 365,
    *,
    merchant_id: str = "m001",
    aftersales_listed: bool = False,
    ads_listed: bool = False,
) -> dict[str, pd.DataFrame]:
    """Every order mart of one merchant, from its order workbooks; cells are plain Python values.

    `*_listed`: whether the register lists such a source (it brings no file here).
    `fct_orders.customer_key` holds the plain buyer number.
    """
    merchant = Merchant(
        joined_on,
        warmup_days,
        merchant_id,
        aftersales_listed=aftersales_listed,
        ads_listed=ads_listed,
    )
    return from_workbooks([read(path) for path in workbooks], merchant)


def from_workbooks(books: Sequence[Workbook], merchant: Merchant) -> dict[str, pd.DataFrame]:
    """The marts of workbooks already read; the same bytes given twice count once."""
    distinct = {book.file_sha256: book for book in books}.values()
    lines = pd.concat([book.lines for book in distinct], ignore_index=True)
    runs = [run for book in distinct for run in book.runs]
    return from_lines(lines, runs, merchant)


def from_lines(
    lines: pd.DataFrame, runs: Sequence[Run], merchant: Merchant
) -> dict[str, pd.DataFrame]:
    """The marts of valid order lines (`workbooks.LINE_COLUMNS`) and runs of covered days."""
    known = Known(merchant, paid_orders(lines), covered_days(runs, merchant.bridge_days))
    rows = {
        "fct_orders": orders_table(known),
        "fct_coverage": coverage(runs, merchant.bridge_days),
        "fct_merchant_days": days_table(known),
        "fct_merchant_weeks": periods_table(known, WEEKS),
        "fct_merchant_months": periods_table(known, MONTHS),
        "fct_customer_cohorts": by_month(known),
        "fct_customer_cohorts_30d": by_age(known),
    }
    return {
        name: frame([{"merchant_id": merchant.merchant_id} | row for row in table])
        for name, table in rows.items()
    }


def accounting(workbooks: Sequence[Path]) -> pd.DataFrame:
    """Rows per file, outcome (loaded, skipped, quarantined) and reason; their sum is all rows."""
    return pd.concat([read(path).accounting() for path in workbooks], ignore_index=True)
