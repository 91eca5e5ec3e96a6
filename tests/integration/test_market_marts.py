"""The marts of a market of invented shops, against its planted truth in plain Python."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import duckdb
import pandas as pd
import pytest
from market_home import MarketHome, built_market

from orchestration.samples.market.truth_ads import SUMS
from tests.audited import critical_failures

pytestmark = pytest.mark.slow

FIGURES = (
    "order_count",
    "gmv",
    "anonymous_order_count",
    "anonymous_gmv",
    "active_customers",
    "returning_customers",
    "refund_amount",
    "refund_amount_by_refund_date",
    "ad_spend",
    "impressions",
    "clicks",
    "interactions",
    "ad_gmv_paid_7d_by_click",
)
PERIODS = {
    "fct_merchant_days": ("day", "merchant_days"),
    "fct_merchant_weeks": ("week", "merchant_weeks"),
    "fct_merchant_months": ("month", "merchant_months"),
}


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MarketHome]:
    yield built_market(tmp_path_factory.mktemp("market"))


def test_no_mart_says_what_it_may_not(market: MarketHome) -> None:
    assert critical_failures(market.home) == []


def test_every_refund_is_there_once(market: MarketHome) -> None:
    names = ["merchant_id", "order_id", "aftersale_id", "amount", "paid_date", "is_derived"]
    found = market.rows("fct_refunds", names)
    planted = [tuple(row) for row in market.truth.refunds[names].itertuples(index=False)]
    assert sorted(found, key=str) == sorted(planted, key=str)
    assert any(row[-1] for row in found) and not all(row[-1] for row in found)


@pytest.mark.parametrize("mart", sorted(PERIODS))
def test_every_figure_of_every_period(market: MarketHome, mart: str) -> None:
    key, frame = PERIODS[mart]
    names = ["merchant_id", key, *FIGURES]
    found = {row[:2]: row[2:] for row in market.rows(mart, names)}
    planted: pd.DataFrame = getattr(market.truth, frame)
    wrong = []
    for row in planted.to_dict("records"):
        here = row["merchant_id"], row["period"]
        expected = tuple(row[name] for name in FIGURES)
        # Outside the days of its exports a merchant has no row, and nothing of it is known.
        if found.get(here, (None,) * len(FIGURES)) != expected:
            wrong.append((here, expected, found.get(here)))
    assert wrong == []
    assert {key for key, values in found.items() if any(values)} <= {
        (row["merchant_id"], row["period"]) for row in planted.to_dict("records")
    }


def test_a_week_of_a_promotion_beside_its_edition_before(market: MarketHome) -> None:
    planted = {
        (row["merchant_id"], row["period"]): row
        for row in market.truth.merchant_days.to_dict("records")
    }
    # From 6 July, a Saturday, to 19 July, a Friday.
    shift = timedelta(days=13)
    names = ["merchant_id", "week", "promotion", "gmv_promo_yoy", "ad_spend_promo_yoy"]
    found = {row[:2]: row[2:] for row in market.rows("fct_merchant_weeks", names)}
    assert {week for (_, week), row in found.items() if row[0]} == {
        date(2024, 7, 1),
        date(2024, 7, 15),
        date(2024, 7, 22),
    }
    seen = 0
    for (merchant_id, week), (promotion, gmv, ad_spend) in found.items():
        if week not in (date(2024, 7, 15), date(2024, 7, 22)):
            assert (gmv, ad_spend) == (None, None)
            continue
        assert promotion == "盛夏"
        days = [week + timedelta(days=number) for number in range(7)]
        for figure, value in (("gmv", gmv), ("ad_spend", ad_spend)):
            pairs = [
                (planted[merchant_id, day][figure], planted[merchant_id, day - shift][figure])
                for day in days
                if (merchant_id, day) in planted and (merchant_id, day - shift) in planted
            ]
            known = [pair for pair in pairs if None not in pair]
            now, before = (sum(side) for side in zip(*known, strict=True)) if known else (0, 0)
            expected = float(now / before - 1) if before else None
            assert value == pytest.approx(expected), (merchant_id, week, figure)
            seen += expected is not None
    assert seen > 10


def test_segments_add_up_what_their_merchants_did(market: MarketHome) -> None:
    names = [
        "segment_level",
        "segment",
        "span_start",
        "known_merchants",
        "active_merchants",
        "active_advertisers",
        "gmv",
        "ad_spend",
        "industries_l1",
        "gmv_multiple",
    ]
    found = {
        row[:3]: row[3:]
        for row in market.rows("fct_segment_growth", names, "span_type = 'half_year'")
    }
    planted: dict[tuple[str, str, date], tuple[object, ...]] = {}
    halves = market.truth.merchant_months.to_dict("records")
    levels = {
        "all": lambda _: "all",
        "industry_l1": lambda merchant: merchant["industry_l1"],
        "industry_l2": lambda merchant: f"{merchant['industry_l1']} / {merchant['industry_l2']}",
    }
    for level, named in levels.items():
        for segment in {named(merchant) for merchant in market.merchants.values()}:
            months = [
                month
                for month in halves
                if named(market.merchants[month["merchant_id"]]) == segment
            ]
            planted[level, segment, date(2024, 7, 1)] = _segment(months, market.merchants)
    assert found == planted


def _segment(months: Sequence[Mapping[Any, Any]], merchants: dict[str, Any]) -> tuple[object, ...]:
    """The world lies within one half-year, so each merchant's months are its half-year."""
    by_merchant: dict[str, list[Mapping[Any, Any]]] = defaultdict(list)
    for month in months:
        by_merchant[month["merchant_id"]].append(month)
    sold = {
        merchant_id
        for merchant_id, own in by_merchant.items()
        if sum(month["order_count"] or 0 for month in own) > 0
    }
    known = [own for own in by_merchant.values() if any(m["orders_days_covered"] for m in own)]
    spent = {
        merchant_id: sum((month["ad_spend"] or 0 for month in own), Decimal("0.00"))
        for merchant_id, own in by_merchant.items()
        if any(month["ad_spend"] is not None for month in own)
    }
    gmv = [month["gmv"] for month in months if month["gmv"] is not None]
    return (
        len(known),
        len(sold),
        sum(amount > 0 for amount in spent.values()) if spent else None,
        sum(gmv, Decimal("0.00")) if gmv else None,
        sum(spent.values(), Decimal("0.00")) if spent else None,
        len({merchants[merchant_id]["industry_l1"] for merchant_id in sold}),
        None,
    )


def test_an_account_day_has_the_totals_of_one_cut(market: MarketHome) -> None:
    sums = list(SUMS)
    names = ["merchant_id", "account_id", "day", "level", "time_unit", "breakdown"]
    totals = [f"sum({name})" for name in sums]
    found = {
        row[:6]: tuple(map(Decimal, row[6:]))
        for row in market.rows(
            "fct_ad_days", [*names, *totals], f"is_account_total group by {', '.join(names)}"
        )
    }
    planted = {
        (
            row["merchant_id"],
            row["account_id"],
            row["day"],
            row["source"].removeprefix("juguang__"),
            row["unit"],
            row["breakdown"],
        ): tuple(Decimal(row[name]) for name in sums)
        for row in market.truth.ad_account_days.to_dict("records")
    }
    assert found == planted
    assert {key[4] for key in planted} == {"day", "hour"}


def test_every_cut_that_stands_is_there_and_spends_what_it_says(market: MarketHome) -> None:
    names = ["merchant_id", "level", "time_unit", "breakdown", "spend", "kfs_role"]
    found: dict[tuple[str, ...], Decimal] = defaultdict(Decimal)
    for merchant_id, level, unit, breakdown, spend, kfs_role in market.rows("fct_ad_days", names):
        # only rows that tell a placement have a role
        assert (kfs_role is not None) == ("placement" in breakdown)
        placed = "placement" if "placement" in breakdown else ""
        found[merchant_id, level, unit, placed] += spend
    planted: dict[tuple[str, ...], Decimal] = defaultdict(Decimal)
    for row in market.truth.ad_rows.to_dict("records"):
        level = row["source"].removeprefix("juguang__")
        planted[row["merchant_id"], level, row["unit"], row["breakdown"]] += row["spend"]
    assert found == planted


ROLES = {"信息流": "feeds", "搜索": "search", "全站智投": "full_site", "视频内流": "video_feed"}


def test_roles_are_of_one_cut_and_add_up_to_the_accounts(market: MarketHome) -> None:
    found: dict[tuple[str, date], dict[str, Decimal]] = defaultdict(dict)
    with duckdb.connect(market.home.warehouse_db, read_only=True) as warehouse:
        rows = warehouse.execute(
            "select merchant_id, day, kfs_role, spend from intermediate.int_ad_role_days"
        ).fetchall()
    for merchant_id, day, role, spend in rows:
        found[merchant_id, day][role] = spend

    whole: dict[tuple[str, date], Decimal] = defaultdict(Decimal)
    for row in market.truth.ad_account_days.to_dict("records"):
        whole[row["merchant_id"], row["day"]] += row["spend"]
    placed: dict[tuple[str, date], dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for row in market.truth.ad_rows.to_dict("records"):
        if row["breakdown"] == "placement":
            placed[row["merchant_id"], row["day"]][ROLES[row["placement"]]] += row["spend"]

    assert set(found) == set(whole)
    for merchant_day, roles in found.items():
        assert sum(roles.values()) == whole[merchant_day]
        told = {role: spend for role, spend in roles.items() if role != "unattributed"}
        assert told == placed[merchant_day]
    assert any(placed.values())
