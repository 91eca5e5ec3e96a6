"""The special weeks: each has its own form, read as a shop owner reads it. Invented."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from digest_rows import (
    WEEK,
    Row,
    cohort_rows,
    fact_row,
    restatement_row,
    source_row,
    week_rows,
)
from digest_samples import MONTHS, RATES, STEADY, complete_zh, insight, merchant, partial_en

from orchestration.digest.compose_merchant import MerchantRows, compose_merchant
from orchestration.digest.content import DigestContent

# What a shop's week is, figure by figure: its value and the week before.
_WEEK = {
    "gmv": ("219120.43", "207311.60"),
    "order_count": ("448", "430"),
    "aov": ("489.11", "482.12"),
    "active_customers": ("372", "361"),
    "new_customers": ("131", "140"),
    "returning_customers": ("241", "221"),
    "anonymous_order_count": ("0", "0"),
    "anonymous_gmv": ("0.00", "0.00"),
    "refund_amount": ("3120.00", None),
    "net_gmv": ("216000.43", None),
}
_SMALL_WEEK = {
    **_WEEK,
    "gmv": ("9120.40", "8204.10"),
    "order_count": ("20", "18"),
    "aov": ("456.02", "455.78"),
    "active_customers": ("19", "18"),
    "new_customers": ("12", "9"),
    "returning_customers": ("7", "9"),
    "refund_amount": ("0.00", None),
    "net_gmv": ("9120.40", None),
}
_PROMOTION_WEEK = {
    **_WEEK,
    "gmv": ("702114.90", "207311.60"),
    "order_count": ("1420", "430"),
    "aov": ("494.45", "482.12"),
    "active_customers": ("1204", "361"),
    "new_customers": ("655", "140"),
    "returning_customers": ("549", "221"),
    "net_gmv": ("698994.90", None),
}


def facts(figures: Mapping[str, tuple[str, str | None]]) -> list[Row]:
    week = [fact_row(name, value, base) for name, (value, base) in figures.items()]
    month = [
        fact_row(name, figures[name][0], figures[name][1], period="month_to_date")
        for name in ("gmv", "order_count", "active_customers", "new_customers")
    ]
    return [*week, *month]


def quiet_zh() -> DigestContent:
    """Nothing has changed, nothing is missing, no incentive is open."""
    rows = MerchantRows(
        facts=facts(_WEEK),
        cohorts=cohort_rows(MONTHS, RATES, 9, True),
        sources=[source_row()],
        weeks=week_rows(STEADY, "219120.43"),
    )
    found = insight("within_swing", orders=448, base=424, low=382, high=469, weeks=8)
    return compose_merchant(merchant(), WEEK, rows, [found])


def small_zh() -> DigestContent:
    """A shop of twenty orders a week: counts instead of shares, a wide range."""
    sizes = [(date(2024, 7, 1), 21), (date(2024, 8, 1), 28), (date(2024, 9, 1), 14)]
    rows = MerchantRows(
        facts=facts(_SMALL_WEEK),
        cohorts=cohort_rows(sizes, RATES, 9, True),
        sources=[source_row(rows_loaded=20)],
        weeks=week_rows([17, 22, 19, 24, 16, 21, 20, 18, 20], "9120.40"),
    )
    found = insight("within_swing", orders=20, base=19, low=11, high=29, weeks=8)
    return compose_merchant(merchant(), WEEK, rows, [found])


def promotion_weeks(of_promotion: Sequence[int], **newest: object) -> list[Row]:
    """The last weeks; those at these places, counted from the newest, are of a promotion."""
    rows = week_rows([*STEADY[:-1], 1420], "702114.90")
    for back in of_promotion:
        rows[-1 - back]["promotion"] = "双11"
    rows[-1].update(newest)
    return rows


def promotion_zh() -> DigestContent:
    """A week of a promotion whose edition before we do not know: the usual weeks are its base."""
    rows = MerchantRows(
        facts=facts(_PROMOTION_WEEK),
        sources=[source_row(rows_loaded=1420)],
        weeks=promotion_weeks([0]),
    )
    return compose_merchant(merchant(), WEEK, rows, [insight("promotion")])


def promotion_again_zh() -> DigestContent:
    """A week of a promotion beside the same days of its edition before."""
    start = WEEK.monday - timedelta(days=365)
    weeks = promotion_weeks(
        [0, 1], promotion_base_start=start, gmv_promo_yoy=0.083, order_count_promo_yoy=0.123
    )
    rows = MerchantRows(facts=facts(_PROMOTION_WEEK), sources=[source_row()], weeks=weeks)
    return compose_merchant(merchant(), WEEK, rows, [insight("promotion")])


def restated_zh() -> DigestContent:
    """A quiet week in which last week's figures are corrected."""
    rows = MerchantRows(
        facts=facts(_WEEK),
        sources=[source_row()],
        weeks=week_rows(STEADY, "219120.43"),
        restatements=[
            restatement_row("order_count", "428", "430"),
            restatement_row("gmv", "206105.20", "207311.60"),
        ],
    )
    found = insight("within_swing", orders=448, base=424, low=382, high=469, weeks=8)
    return compose_merchant(merchant(), WEEK, rows, [found])


def fallen_zh() -> DigestContent:
    """Clearly fewer orders than usual."""
    figures = {
        **_WEEK,
        "gmv": ("140210.00", "207311.60"),
        "order_count": ("288", "430"),
        "active_customers": ("241", "361"),
        "new_customers": ("72", "140"),
    }
    rows = MerchantRows(
        facts=facts(figures),
        sources=[source_row()],
        weeks=week_rows([*STEADY[:-1], 288], "140210.00"),
    )
    found = insight("unusual_fall", orders=288, base=424, low=382, high=469, weeks=8)
    return compose_merchant(merchant(), WEEK, rows, [found])


def first_zh() -> DigestContent:
    """The first digest of a new merchant."""
    first: Row = {"is_history_complete": False}
    new = {name: (value, None) for name, (value, _) in _SMALL_WEEK.items()}
    rows = MerchantRows(
        facts=[row | first for row in facts(new)],
        sources=[source_row(rows_loaded=20)],
        weeks=week_rows([None, None, 20], "9120.40"),
    )
    return compose_merchant(merchant(), WEEK, rows, [insight("no_base", needed=8)])


def partial_zh() -> DigestContent:
    """The week with a missing export, in Chinese."""
    return partial_en().model_copy(update={"locale": "zh-CN", "name": complete_zh().name})


FORMS = {
    "quiet_week_zh": quiet_zh,
    "small_shop_zh": small_zh,
    "promotion_week_zh": promotion_zh,
    "promotion_again_zh": promotion_again_zh,
    "restated_week_zh": restated_zh,
    "fallen_week_zh": fallen_zh,
    "first_week_zh": first_zh,
    "partial_week_zh": partial_zh,
}
