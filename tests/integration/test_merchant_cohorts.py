"""Cohorts of merchants and the sums of their cells, against the planted truth in plain Python."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from market_home import MarketHome, built_market

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MarketHome]:
    yield built_market(tmp_path_factory.mktemp("market"))


def months_since(joined_on: date, month: date) -> int:
    return (month.year - joined_on.year) * 12 + month.month - joined_on.month


def total(rows: Sequence[Mapping[Any, Any]], name: str) -> Decimal | None:
    known = [row[name] for row in rows if row[name] is not None]
    return sum(known, Decimal("0.00")) if known else None


def test_every_cohort_that_a_merchant_is_of(market: MarketHome) -> None:
    months = market.truth.merchant_months.to_dict("records")
    joined = {name: one["joined_on"] for name, one in market.merchants.items()}
    industries = {name: one.get("industry_l1") for name, one in market.merchants.items()}
    names = [
        "joined_month",
        "industry",
        "currency",
        "month_number",
        "merchants",
        "active_merchants",
        "gmv",
        "ad_spend",
        "retention_rate",
    ]
    found = market.rows("fct_merchant_cohorts", names)
    assert {row[1] for row in found} > {"all"}
    for joined_month, industry, currency, number, size, active, gmv, ad_spend, retention in found:
        assert currency == "CNY"
        members = {
            name
            for name, day in joined.items()
            if day.replace(day=1) == joined_month and industry in ("all", industries[name])
        }
        own = [
            row
            for row in months
            if row["merchant_id"] in members and months_since(joined_month, row["period"]) == number
        ]
        known = [row for row in own if row["orders_days_covered"]]
        assert size == len(members)
        assert active == (sum(row["order_count"] > 0 for row in known) if known else None)
        assert gmv == total(own, "gmv")
        assert ad_spend == total(own, "ad_spend")
        assert retention == (None if active is None else pytest.approx(active / size))


def test_cohorts_of_all_industries_add_up_to_the_months(market: MarketHome) -> None:
    sums = dict(
        market.rows(
            "fct_merchant_cohorts",
            ["case industry when 'all' then 'all' else 'each' end", "sum(gmv)"],
            "true group by 1",
        )
    )
    [(months,)] = market.rows("fct_merchant_months", ["sum(gmv)"])
    assert sums == {"all": months, "each": months}
