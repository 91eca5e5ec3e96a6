"""What is fair to a week of a promotion: the edition before, else the usual weeks before it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from orchestration.digest.rows import Row, amount, ratio
from orchestration.digest.values import PromotionWeek
from orchestration.periods import Week

# A month of weeks levels out pay days, and lies near enough to be the same shop.
_NORMAL_WEEKS = 4


def touches_promotion(week: Week, rows: Sequence[Row]) -> bool:
    """Whether the week or the one before it is of a promotion, so that they cannot be compared."""
    both = {week.monday, week.monday - timedelta(days=7)}
    return any(row["promotion"] for row in rows if row["trailing_week"] in both)


def base_monday(week: Week, rows: Sequence[Row]) -> date:
    """Monday of the newest week before this one that is of no promotion."""
    earlier = [
        row["trailing_week"]
        for row in rows
        if row["trailing_week"] < week.monday and not row["promotion"]
    ]
    return max(earlier, default=week.monday - timedelta(days=7))


def promotion_week(week: Week, rows: Sequence[Row]) -> PromotionWeek | None:
    """The promotion of a week and its fair base; None outside promotions.

    Args:
        week: the reported week.
        rows: rows of rpt_digest_weeks, in any order.
    """
    this = next((row for row in rows if row["trailing_week"] == week.monday), None)
    if this is None or not this["promotion"]:
        return None
    if this["order_count_promo_yoy"] is not None:
        return PromotionWeek(
            promotion=this["promotion"],
            base_start=this["promotion_base_start"],
            order_change=ratio(this["order_count_promo_yoy"]),
            gmv_change=ratio(this["gmv_promo_yoy"]),
        )
    normal = _normal_weeks(week, rows)
    return PromotionWeek(
        promotion=this["promotion"],
        normal_weeks=len(normal),
        order_base=_mean([row["order_count"] for row in normal]),
        gmv_base=_mean([row["gmv"] for row in normal]),
    )


def _normal_weeks(week: Week, rows: Sequence[Row]) -> list[Row]:
    earlier = [
        row
        for row in sorted(rows, key=lambda row: row["trailing_week"])
        if row["trailing_week"] < week.monday and row["is_complete"] and not row["promotion"]
    ]
    return earlier[-_NORMAL_WEEKS:]


def _mean(values: Sequence[int | Decimal]) -> Decimal | None:
    return amount(sum(map(Decimal, values)) / len(values)) if values else None
