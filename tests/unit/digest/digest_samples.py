"""Invented merchants and weeks: the cases of the golden files."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from digest_rows import (
    WEEK,
    Row,
    ad_row,
    cohort_rows,
    fact_row,
    incentive_row,
    live_row,
    merchant_cohort_row,
    peers_row,
    programme_row,
    reconciliation_row,
    restatement_row,
    segment_row,
    source_row,
    team_row,
    week_rows,
)

from orchestration.digest.compose_merchant import MerchantRows, compose_merchant
from orchestration.digest.compose_programmes import compose_programmes
from orchestration.digest.compose_team import compose_team
from orchestration.digest.content import DigestContent, Insight
from orchestration.digest.growth import growth_of
from orchestration.digest.team_values import AsComposed, Deliveries
from orchestration.register import Locale, LocalName, Merchant, Recipient, Register, Shop, Team


def merchant(**changes: Any) -> Merchant:
    values: dict[str, Any] = {
        "merchant_id": "m001",
        "name": LocalName(zh="云朵家居", en="Cloud Home", it="Casa Nuvola"),
        "joined_on": date(2024, 3, 1),
        "shops": (Shop(shop_id="s-1", name="云朵家居旗舰店"),),
        "recipients": (
            Recipient(channel="slack", address="C0123456", digest="merchant"),
            Recipient(channel="email", address="owner@example.com", digest="merchant"),
        ),
    }
    return Merchant(**{**values, **changes})


MONTHS = [
    (date(2024, 4, 1), 611),
    (date(2024, 5, 1), 702),
    (date(2024, 6, 1), 530),
    (date(2024, 7, 1), 648),
    (date(2024, 8, 1), 690),
    (date(2024, 9, 1), 318),
]
RATES = [0.212, 0.148, 0.117, 0.096, 0.081]
STEADY: list[int | None] = [421, 405, 438, 399, 442, 417, 409, 430, 448]


def insight(message: str, **params: int) -> Insight:
    return Insight(
        block="weekly_change", verdict="ok", message=f"weekly_change.{message}", params=dict(params)
    )


def complete_rows() -> MerchantRows:
    """A whole, steady week with every section."""
    facts = [
        fact_row("gmv", "219120.43", "207311.60"),
        fact_row("order_count", "448", "430"),
        fact_row("aov", "489.11", "482.12"),
        fact_row("active_customers", "372", "361"),
        fact_row("new_customers", "131", "140"),
        fact_row("returning_customers", "241", "221"),
        fact_row("anonymous_order_count", "46", "40"),
        fact_row("anonymous_gmv", "40518.20", "38100.00"),
        fact_row("refund_amount", None),
        fact_row("net_gmv", None),
        fact_row("gmv", "452003.18", "431990.00", period="month_to_date"),
        fact_row("order_count", "921", "880", period="month_to_date"),
        fact_row("active_customers", "702", "688", period="month_to_date"),
        fact_row("new_customers", "318", "322", period="month_to_date"),
    ]
    return MerchantRows(
        facts=facts,
        cohorts=cohort_rows(MONTHS, RATES, 9, True),
        sources=[source_row()],
        weeks=week_rows(STEADY, "219120.43"),
        reconciliation=[reconciliation_row("219120.43", "219120.43")],
        peers=[peers_row()],
        ads=[
            ad_row(
                "search",
                "1210.00",
                "980.00",
                clicks=402,
                orders_paid_7d_by_click=29,
                gmv_paid_7d_by_click=Decimal("14210.00"),
            ),
            ad_row(
                "feeds",
                "3405.55",
                "3390.10",
                clicks=1530,
                orders_paid_7d_by_click=51,
                gmv_paid_7d_by_click=Decimal("24480.40"),
            ),
            ad_row("unattributed", "0.00", "0.00"),
        ],
        live=[
            live_row(date(2024, 9, 14), orders=34, paid_gmv=Decimal("15300.50")),
            live_row(date(2024, 9, 11)),
        ],
        incentives=[
            incentive_row("store_live_cold_start", "in_progress"),
            incentive_row(
                "live_growth",
                "in_progress",
                name_zh="周增长流量包",
                window_end=date(2024, 9, 21),
                days_left=5,
                cap=Decimal(10000),
                next_metric="live_gmv",
                next_unit="yuan",
                next_gap=Decimal("5579.50"),
                is_next_step=True,
            ),
            incentive_row(
                "week_of_orders",
                "achieved",
                name_zh="周订单激励",
                earned=Decimal(3000),
                cap=Decimal(3000),
                window_end=date(2024, 9, 16),
                days_left=0,
                is_assumption=False,
            ),
            incentive_row("private_domain", "not_eligible"),
        ],
    )


def complete_zh() -> DigestContent:
    """A whole, steady week."""
    found = insight("within_swing", orders=448, base=424, low=382, high=469, weeks=8)
    return compose_merchant(merchant(), WEEK, complete_rows(), [found])


def partial_en() -> DigestContent:
    """Five days of seven, rows set aside, history unknown before the first export."""
    days: Row = {"is_complete": False, "days_covered": 5, "is_history_complete": False}
    month: Row = {**days, "days_covered": 13, "period": "month_to_date"}
    facts = [
        fact_row("gmv", "152340.10", "207311.60", **days, like_for_like_change=0.0321),
        fact_row("order_count", "312", "430", **days, like_for_like_change=0.0164),
        fact_row("aov", "488.27", "482.12", **days, like_for_like_change=0.0155),
        fact_row("active_customers", "270", "361", **days, like_for_like_change=-0.0147),
        fact_row("new_customers", "95", "140", **days, like_for_like_change=None),
        fact_row("returning_customers", "175", "221", **days, like_for_like_change=0.0234),
        fact_row("anonymous_order_count", "3", "0", **days),
        fact_row("anonymous_gmv", "1402.00", "0.00", **days),
        fact_row("refund_amount", None),
        fact_row("net_gmv", None),
        fact_row("gmv", "385222.85", "431990.00", **month, like_for_like_change=0.041),
        fact_row("order_count", "785", "880", **month, like_for_like_change=0.029),
        fact_row("active_customers", "611", "688", **month, like_for_like_change=0.011),
        fact_row("new_customers", "282", "322", **month, like_for_like_change=-0.034),
    ]
    rows = MerchantRows(
        facts=facts,
        cohorts=cohort_rows([(date(2024, 7, 1), 21), *MONTHS[4:]], RATES, 9, False),
        sources=[
            source_row(
                days_covered=5,
                missing_days="2024-09-14, 2024-09-15",
                latest_effective_at=datetime(2024, 9, 14, 1, 5, tzinfo=UTC).replace(tzinfo=None),
                rows_loaded=5630,
                rows_quarantined=12,
            )
        ],
        weeks=week_rows([*STEADY[4:8], 312], "152340.10", partial=(4,)),
        restatements=[
            restatement_row("order_count", "428", "430"),
            restatement_row("gmv", "206105.20", "207311.60"),
        ],
        reconciliation=[
            reconciliation_row(
                "209870.10",
                "152340.10",
                uncovered_days="58730.00",
                cancelled_after_payment="-1200.00",
            )
        ],
        incentives=[
            incentive_row(
                "live_growth",
                "undecidable",
                name_en="Weekly growth",
                missing="qianfan__live_sessions",
                is_assumption=False,
            )
        ],
    )
    found = insight("week_partial")
    return compose_merchant(merchant(locale="en"), WEEK, rows, [found])


def uncovered_zh() -> DigestContent:
    """Nothing was delivered for the week; the month is known in part."""
    month: Row = {
        "is_complete": False,
        "days_covered": 8,
        "is_history_complete": False,
        "period": "month_to_date",
    }
    nothing: Row = {"days_covered": 0, "is_history_complete": False}
    figures = ("gmv", "order_count", "aov", "active_customers", "new_customers")
    facts = [
        *(fact_row(figure, None, "430", **nothing) for figure in figures),
        fact_row("gmv", "232882.75", **month),
        fact_row("order_count", "473", **month),
        fact_row("active_customers", "402", **month),
        fact_row("new_customers", "187", **month),
    ]
    rows = MerchantRows(facts=facts, weeks=week_rows([None, None, None, 43, 430, None], None))
    return compose_merchant(merchant(), WEEK, rows, [insight("week_missing")])


def first_week_it() -> DigestContent:
    """The first whole week that was ever delivered."""
    first: Row = {"is_history_complete": False}
    facts = [
        fact_row("gmv", "8120.50", **first),
        fact_row("order_count", "19", **first),
        fact_row("aov", "427.39", **first),
        fact_row("active_customers", "17", **first),
        fact_row("new_customers", "17", **first),
        fact_row("returning_customers", "0", **first),
        fact_row("anonymous_order_count", "0", **first),
        fact_row("anonymous_gmv", "0.00", **first),
    ]
    rows = MerchantRows(
        facts=facts,
        sources=[source_row()],
        weeks=week_rows([None, None, 19], "8120.50"),
        incentives=[
            incentive_row(
                "store_live_cold_start",
                "eligible",
                window_key="next",
                window_end=None,
                days_left=None,
            )
        ],
    )
    return compose_merchant(merchant(locale="it"), WEEK, rows, [insight("no_base", needed=8)])


MERCHANT_COHORTS = [
    merchant_cohort_row(date(2023, 11, 1), 2, 2, 1),
    merchant_cohort_row(date(2024, 3, 1), 1, 0, None),
]
SEGMENTS = [
    segment_row("家居", "820400.00", 0.318),
    segment_row("食品", "310000.50", None, active_merchants=1, is_complete=False),
    segment_row("all", "1130400.50", 0.412, segment_level="all", is_base_complete=False),
]


def team_en() -> DigestContent:
    """Three merchants: one whole, one with a gap, one silent."""
    counts = {"": "3", "_complete": "1", "_partial": "1", "_missing": "1"}
    rows = {"read": "14120", "loaded": "14042", "quarantined": "12", "held": "0", "skipped": "66"}
    facts = [
        *(team_row(f"merchants{name}", value, "merchants") for name, value in counts.items()),
        team_row("gmv_CNY", "371460.53", "CNY", is_complete=False),
        team_row("order_count", "760", "orders", is_complete=False),
        *(team_row(f"rows_{name}", value, "rows") for name, value in rows.items()),
        team_row("files_loaded", "2", "files"),
        team_row("files_held", "0", "files"),
    ]
    sources = [
        source_row(),
        source_row(
            merchant_id="m002",
            days_covered=5,
            missing_days="2024-09-14, 2024-09-15",
            rows_quarantined=12,
        ),
    ]
    programmes = [
        programme_row(
            "store_live_cold_start", windows_open=1, windows_lapsing=1, windows_undecidable=1
        ),
        programme_row(
            "week_of_orders",
            name_en="Week of orders",
            windows_achieved=1,
            windows_gained=1,
            earned=Decimal(3000),
            is_assumption=False,
        ),
    ]
    findings = {
        "m001": [insight("unusual_rise", orders=512, base=424, low=382, high=469, weeks=8)],
    }
    return compose_team(
        three_merchants("en"),
        WEEK,
        facts,
        sources,
        programmes,
        findings,
        growth=growth_of(MERCHANT_COHORTS, SEGMENTS),
        as_composed=AsComposed(
            drifted=2,
            unclaimed=3,
            deliveries=Deliveries(
                week=date(2024, 9, 2), sent=4, failed=1, ambiguous=0, withheld=1, paused=1
            ),
        ),
    )


def three_merchants(locale: Locale) -> Register:
    """A register whose second and third merchant have a name in one language only."""
    others = [
        merchant(merchant_id="m002", name=LocalName(en="Lantern Tea"), shops=()),
        merchant(merchant_id="m003", name=LocalName(zh="山野茶铺"), shops=()),
    ]
    return Register(merchants=(merchant(), *others), team=Team(locale=locale))


def programmes_zh() -> DigestContent:
    """One merchant about to miss a window, one with time, one that has it, one unknown."""
    live = "store_live_cold_start"
    near = {
        "days_left": 5,
        "window_end": date(2024, 9, 21),
        "next_metric": "live_gmv",
        "next_unit": "CNY",
        "next_gap": Decimal("5579.50"),
        "is_lapsing": True,
    }
    orders = {"name_zh": "周订单激励", "cap": Decimal(3000), "is_assumption": False}
    incentives = [
        incentive_row("live_growth", "in_progress", name_zh="周增长流量包", **near),
        incentive_row(
            live,
            "in_progress",
            merchant_id="m003",
            next_metric="broadcast_days",
            next_unit="days",
            next_gap=Decimal(3),
        ),
        incentive_row(live, "undecidable", merchant_id="m002", missing="qianfan__live_sessions"),
        incentive_row("orders", "achieved", earned=Decimal(3000), **orders),
        incentive_row("orders", "not_eligible", merchant_id="m002", **orders),
        incentive_row(
            "orders",
            "exhausted",
            merchant_id="m003",
            earned=Decimal(3000),
            granted=Decimal(2500),
            **orders,
        ),
    ]
    programmes = [
        programme_row(
            "live_growth", name_zh="周增长流量包", certainty="B", windows_open=1, windows_lapsing=1
        ),
        programme_row(live, windows_open=1, windows_undecidable=1, can_be_earned=Decimal(60000)),
        programme_row(
            "orders",
            name_zh="周订单激励",
            windows_achieved=2,
            earned=Decimal(6000),
            can_be_earned=Decimal(0),
            budget=Decimal(20000),
            committed=Decimal(18000),
            is_assumption=False,
        ),
    ]
    return compose_programmes(three_merchants("zh-CN"), WEEK, programmes, incentives)


CASES = {
    "complete_week_zh": complete_zh,
    "partial_week_en": partial_en,
    "uncovered_week_zh": uncovered_zh,
    "first_week_it": first_week_it,
    "data_team_en": team_en,
    "programmes_zh": programmes_zh,
}
