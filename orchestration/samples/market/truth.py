"""The planted truth: every figure that follows from the world and the files that were delivered.

It is computed from the histories and the plan, never from a file that was written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from orchestration.samples.market import truth_ads, truth_shop
from orchestration.samples.market.coverage import covered_days
from orchestration.samples.market.exports import Plan
from orchestration.samples.market.periods import DayFacts, merchant_periods
from orchestration.samples.market.standing import changes, standing
from orchestration.samples.market.world import World


@dataclass(frozen=True)
class Truth:
    """Frames, the grain of each in the function that makes it; money is Decimal, unknown is None.

    `merchant_days`, `merchant_weeks` and `merchant_months` are of `merchant_periods`. `shop_days`,
    `items` and `grants` are the rows that stand; `changes` is what newer exports say otherwise.
    """

    orders: pd.DataFrame
    refunds: pd.DataFrame
    coverage: pd.DataFrame
    merchant_days: pd.DataFrame
    merchant_weeks: pd.DataFrame
    merchant_months: pd.DataFrame
    ad_rows: pd.DataFrame
    ad_account_days: pd.DataFrame
    ad_unattributed: pd.DataFrame
    live_sessions: pd.DataFrame
    shop_days: pd.DataFrame
    items: pd.DataFrame
    grants: pd.DataFrame
    reconciliation: pd.DataFrame
    changes: pd.DataFrame


def truth_of(world: World, plans: Iterable[Plan] | None = None) -> Truth:
    """What must be found when these files (all of the world, if none are named) were delivered."""
    delivered = list(world.plans if plans is None else plans)
    stands = standing(delivered)
    coverage = covered_days(delivered)
    orders = truth_shop.paid_orders(stands)
    refunds = truth_shop.refunds(stands, orders)
    ad_totals = truth_ads.totals(stands)
    account_days = truth_ads.account_days(ad_totals)

    facts = DayFacts.of(coverage, orders, refunds, account_days)

    def periods(begins: Callable[[date], date], ends: Callable[[date], date]) -> pd.DataFrame:
        return merchant_periods(world.histories, facts, begins, ends)

    return Truth(
        orders=orders,
        refunds=refunds,
        coverage=coverage,
        merchant_days=periods(lambda day: day, lambda day: day),
        merchant_weeks=periods(_monday, lambda day: _monday(day) + timedelta(days=6)),
        merchant_months=periods(_first_of_month, _last_of_month),
        ad_rows=truth_ads.ad_rows(stands),
        ad_account_days=account_days,
        ad_unattributed=truth_ads.unattributed(ad_totals),
        live_sessions=truth_shop.live_sessions(world.histories, stands),
        shop_days=truth_shop.rows_of(stands, "qianfan__shop_days"),
        items=truth_shop.rows_of(stands, "qianfan__items"),
        grants=truth_shop.rows_of(stands, "seedbed__incentive_grants"),
        reconciliation=truth_shop.reconciliation(world.histories, stands),
        changes=changes(delivered),
    )


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _first_of_month(day: date) -> date:
    return day.replace(day=1)


def _last_of_month(day: date) -> date:
    # Four days after the 28th is always in the next month.
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
