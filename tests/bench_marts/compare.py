"""That the marts and the plain tables say the same, by sums that catch most faults."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import duckdb

from orchestration.home import Home

# By table: sums that both sides must agree on, and the plain one's own name of a column.
_SUMS = {
    "fct_coverage": ["count(*)", "sum(file_count)", "count(*) filter (where is_bridged)"],
    "fct_orders": [
        "count(*)",
        "sum(gmv)",
        "sum(line_count)",
        "sum(quantity)",
        "count(*) filter (where is_first_order)",
        "count(*) filter (where is_covered)",
        "count(*) filter (where is_cancelled_after_payment)",
        "bit_xor(hash(merchant_id, order_id, file_sha256))",
    ],
    "fct_refunds": ["count(*)", "sum(amount)", "count(*) filter (where is_derived)"],
    "fct_ad_days": [
        "count(*)",
        "sum(spend)",
        "sum(gmv_paid_7d_by_click)",
        "count(*) filter (where is_account_total)",
    ],
    "fct_merchant_days": [
        "count(*)",
        "sum(gmv)",
        "sum(active_customers)",
        "sum(refund_amount)",
        "sum(refund_amount_by_refund_date)",
        "sum(ad_spend)",
        "sum(interactions)",
    ],
    "fct_customer_cohorts": [
        "count(*)",
        "sum(cohort_size)",
        "sum(active_customers)",
        "sum(cumulative_gmv)",
        "count(*) filter (where is_complete)",
        "count(*) filter (where is_cumulative_complete)",
        "count(*) filter (where is_history_complete)",
    ],
}
_SUMS["fct_customer_cohorts_30d"] = _SUMS["fct_customer_cohorts"]
_FIGURES = ("gmv", "order_count", "active_customers", "new_customers", "ad_spend")
_PERIOD_SUMS = [
    "count(*)",
    *(f"sum({name})" for name in (*_FIGURES, "refund_amount", "clicks", "orders_days_covered")),
    "count(*) filter (where is_history_complete)",
]


def differences(home: Home, plain: Path) -> list[str]:
    """What the two sides do not agree on, one line each."""
    with closing(duckdb.connect()) as connection:
        connection.execute(f"attach '{home.marts_db}' as ours (read_only)")
        connection.execute(f"attach '{plain}' as plain (read_only)")
        checks = [(table, sums, sums) for table, sums in _SUMS.items()]
        for table, suffix in (("fct_merchant_weeks", "wow"), ("fct_merchant_months", "mom")):
            checks.append((table, *_period_sums(suffix)))
        found = []
        for table, ours, theirs in checks:
            results = [
                connection.execute(f"select {', '.join(sums)} from {side}.{table}").fetchone()
                for side, sums in (("ours.marts", ours), ("plain", theirs))
            ]
            pairs = zip(ours, *(result or () for result in results), strict=True)
            found += [f"{table}: {what}: {a} and {b}" for what, a, b in pairs if a != b]
    return found


def _period_sums(suffix: str) -> tuple[list[str], list[str]]:
    """Sums of both sides; changes are rounded, for they are doubles that come in any order."""
    ours, theirs = list(_PERIOD_SUMS), list(_PERIOD_SUMS)
    for mine, second in ((suffix, ""), ("yoy", "_1")):
        for figure in _FIGURES:
            for ending, name in (("", "change"), ("_like_for_like", "like_for_like")):
                total = "round(sum({}), 3)"
                ours.append(total.format(f"{figure}_{mine}{ending}"))
                theirs.append(total.format(f"{figure}_{name}{second}"))
    return ours, theirs
