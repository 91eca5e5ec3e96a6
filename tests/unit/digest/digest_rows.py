"""Rows of the reporting tables, as a published build gives them; invented."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from orchestration.periods import Week

WEEK = Week(date(2024, 9, 9))
SOURCE = "qianfan__orders"
Row = dict[str, Any]


def fact_row(figure: str, value: str | None, base: str | None = None, **changes: Any) -> Row:
    """A row of rpt_digest_facts; the change follows from value and base."""
    unit = "CNY"
    if figure.endswith("order_count"):
        unit = "orders"
    elif figure.endswith("customers"):
        unit = "customers"
    change = None
    if value is not None and base is not None and Decimal(base):
        change = float((Decimal(value) - Decimal(base)) / Decimal(base))
    period = changes.get("period", "week")
    is_week = period == "week"
    values = {
        "figure_id": f"m001/2024-W37/{period}/{figure}",
        "merchant_id": "m001",
        "week": WEEK.monday,
        "period": period,
        "figure": figure,
        "period_start": WEEK.monday if is_week else date(2024, 9, 1),
        "period_end": WEEK.as_of,
        "value": None if value is None else Decimal(value),
        "unit": unit,
        "comparison": "previous_week" if is_week else "previous_month_to_date_same_days",
        "base_period_start": date(2024, 9, 2) if is_week else date(2024, 8, 1),
        "base_value": None if base is None else Decimal(base),
        "change": change,
        "like_for_like_change": change,
        "days_covered": 7 if is_week else 15,
        "days_in_period": 7 if is_week else 15,
        "is_known": value is not None,
        "is_complete": value is not None,
        "is_history_complete": True,
        "has_base": change is not None,
    }
    return {**values, **changes}


def source_row(**changes: Any) -> Row:
    values = {
        "merchant_id": "m001",
        "week": WEEK.monday,
        "source": SOURCE,
        "days_covered": 7,
        "missing_days": None,
        "bridged_days": None,
        "latest_effective_at": datetime(2024, 9, 16, 1, 30, tzinfo=UTC).replace(tzinfo=None),
        "file_count": 1,
        "rows_loaded": 8412,
        "rows_quarantined": 0,
        "rows_held": 0,
        "due_hours": 9,
        "is_required": True,
    }
    return {**values, **changes}


def week_rows(
    orders: list[int | None], gmv: str | None, partial: tuple[int, ...] = ()
) -> list[Row]:
    """Trailing weeks up to the reported one, oldest first; `gmv` is that of the last."""
    amounts = [None if count is None else count * Decimal("482.12") for count in orders[:-1]]
    amounts.append(None if gmv is None else Decimal(gmv))
    first = WEEK.monday - timedelta(weeks=len(orders) - 1)
    return [
        {
            "merchant_id": "m001",
            "week": WEEK.monday,
            "trailing_week": first + timedelta(weeks=n),
            "gmv": amounts[n],
            "order_count": count,
            "is_complete": count is not None and n not in partial,
            "promotion": None,
            "promotion_base_start": None,
            "gmv_promo_yoy": None,
            "order_count_promo_yoy": None,
        }
        for n, count in enumerate(orders)
    ]


def cohort_rows(
    sizes: list[tuple[date, int]], rates: list[float], last: int, known: bool
) -> list[Row]:
    """Dense cells from each cohort's month to the month of the reported week."""
    rows = []
    for month, size in sizes:
        for number in range(9 - month.month + 1):
            active = size if number == 0 else round(size * rates[number - 1])
            rows.append(
                {
                    "merchant_id": "m001",
                    "week": WEEK.monday,
                    "cohort_month": month,
                    "month_number": number,
                    "cohort_size": size,
                    "active_customers": active,
                    "retention_rate": active / size,
                    "is_complete": month.month + number < last,
                    "is_history_complete": known,
                }
            )
    return rows


def ad_row(role: str, spend: str | None, base: str | None, **changes: Any) -> Row:
    """A row of rpt_digest_ads."""
    values = {
        "merchant_id": "m001",
        "week": WEEK.monday,
        "kfs_role": role,
        "currency": "CNY",
        "spend": None if spend is None else Decimal(spend),
        "clicks": 0,
        "orders_paid_7d_by_click": 0,
        "gmv_paid_7d_by_click": Decimal(0),
        "base_spend": None if base is None else Decimal(base),
    }
    return {**values, **changes}


def live_row(day: date, **changes: Any) -> Row:
    """A row of rpt_digest_live."""
    values = {
        "merchant_id": "m001",
        "week": WEEK.monday,
        "shop_id": "s-1",
        "day": day,
        "currency": "CNY",
        "minutes_on_air": Decimal("95.5000"),
        "viewers": 1840,
        "orders": 21,
        "paid_gmv": Decimal("9120.00"),
        "is_first_ever": False,
    }
    return {**values, **changes}


def restatement_row(figure: str, told: str | None, now: str | None, **changes: Any) -> Row:
    """A row of rpt_digest_restatements."""
    values = {
        "merchant_id": "m001",
        "week": WEEK.monday,
        "figure_id": f"m001/2024-W36/week/{figure}",
        "restated_week": date(2024, 9, 2),
        "figure": figure,
        "unit": "CNY" if figure == "gmv" else "orders",
        "value_told": None if told is None else Decimal(told),
        "value_now": None if now is None else Decimal(now),
        "cause_file_count": 1,
        "withdrawn_file_count": 0,
    }
    return {**values, **changes}


def reconciliation_row(platform: str, ours: str | None, **causes: str) -> Row:
    """A row of rpt_digest_reconciliation."""
    names = ("uncovered_days", "quarantined", "cancelled_after_payment", "other")
    return {
        "merchant_id": "m001",
        "week": WEEK.monday,
        "days_compared": 7,
        "currency": "CNY",
        "platform_gmv": Decimal(platform),
        "gmv": None if ours is None else Decimal(ours),
        **{f"gmv_{name}": Decimal(causes.get(name, "0")) for name in names},
    }


def incentive_row(programme: str, status: str, **changes: Any) -> Row:
    """A row of rpt_digest_incentives."""
    values = {
        "merchant_id": "m001",
        "week": WEEK.monday,
        "programme": programme,
        "window_key": "2024-09-09",
        "name_zh": "店播首播冷启",
        "name_en": "First store broadcast",
        "name_it": "Prima diretta del negozio",
        "status": status,
        "cap_unit": "exposures",
        "earned": None,
        "granted": None,
        "told_before": None,
        "cap": Decimal(60000),
        "window_end": date(2024, 10, 9),
        "days_left": 23,
        "is_assumption": True,
        "missing": None,
        "next_metric": None,
        "next_unit": None,
        "next_gap": None,
        "is_next_step": False,
        "is_lapsing": False,
    }
    return {**values, **changes}


def peers_row(level: str = "industry_l2", **changes: Any) -> Row:
    """A row of rpt_digest_peers."""
    values = {
        "merchant_id": "m001",
        "week": WEEK.monday,
        "level": level,
        "group_name": "" if level == "all" else "家居饰品",
        "shops": 14,
        "median_change": Decimal("0.03"),
    }
    return {**values, **changes}


def programme_row(programme: str, **changes: Any) -> Row:
    """A row of rpt_digest_programmes."""
    values = {
        "week": WEEK.monday,
        "programme": programme,
        "rule_version": 1,
        "name_zh": "店播首播冷启",
        "name_en": "First store broadcast",
        "name_it": "Prima diretta del negozio",
        "unit": "exposures",
        "certainty": "C",
        "is_assumption": True,
        "windows_open": 0,
        "windows_gained": 0,
        "windows_lapsing": 0,
        "windows_achieved": 0,
        "windows_undecidable": 0,
        "earned": Decimal("0.00"),
        "can_be_earned": None,
        "budget": None,
        "committed": None,
    }
    return {**values, **changes}


def merchant_cohort_row(joined: date, merchants: int, known: int, active: int | None) -> Row:
    """Merchants who joined in a month, as the data team's digest counts them."""
    return {
        "month": date(2024, 8, 1),
        "joined_month": joined,
        "merchants": merchants,
        "known_merchants": known,
        "active_merchants": active,
    }


def segment_row(segment: str, gmv: str | None, change: float | None, **changes: Any) -> Row:
    """A row of rpt_team_segments, of the columns that a digest tells."""
    values = {
        "month": date(2024, 8, 1),
        "segment_level": "industry_l1",
        "segment": segment,
        "currency": "CNY",
        "active_merchants": 2,
        "gmv": None if gmv is None else Decimal(gmv),
        "gmv_pct_change": change,
        "is_complete": True,
        "is_base_complete": change is not None,
    }
    return {**values, **changes}


def team_row(figure: str, value: str, unit: str, **changes: Any) -> Row:
    values = {
        "figure_id": f"team/2024-W37/{figure}",
        "week": WEEK.monday,
        "figure": figure,
        "value": Decimal(value),
        "unit": unit,
        "is_known": True,
        "is_complete": True,
    }
    return {**values, **changes}
