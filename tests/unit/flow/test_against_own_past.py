"""A published week against its past, read from the marts."""

from __future__ import annotations

from datetime import date, timedelta

import duckdb
import pytest

from orchestration.flow.own_past import against_own_past
from orchestration.flow.workspace import open_workspace
from orchestration.home import Home
from orchestration.periods import Week
from orchestration.warehouse.errors import WarehouseError

WEEK = Week(date(2024, 9, 9))


def _publish(home: Home, spend: int) -> None:
    """A shop of ten orders and 15 lines a day for 14 weeks, and its ads of the last week."""
    path = home.published / "b1.duckdb"
    with duckdb.connect(path) as build:
        build.execute("create schema marts")
        build.execute(
            "create table marts.fct_merchant_days as select 'm001' as merchant_id, "
            "cast(day as date) as day, 10 as order_count, 1 as anonymous_order_count, "
            "cast(if(day >= $2, $3, 100) as decimal(18, 2)) as ad_spend "
            "from generate_series($1::timestamp, $4::timestamp, interval 1 day) as days(day)",
            [WEEK.monday - timedelta(weeks=13), WEEK.monday, spend, WEEK.as_of],
        )
        build.execute(
            "create table marts.fct_orders as select merchant_id, day as paid_date, 15 as "
            "line_count from marts.fct_merchant_days"
        )
    home.current_build.symlink_to(path.name)


@pytest.mark.parametrize(("spend", "figures"), [(100, []), (1_000, ["spend"])])
def test_figures_of_a_published_week(home: Home, spend: int, figures: list[str]) -> None:
    _publish(home, spend)
    with open_workspace(home) as workspace:
        past = against_own_past(workspace, WEEK)
    assert (past.merchants, past.asked, past.judged) == (1, 5, 5)
    assert [one.figure for one in past.anomalies] == figures
    assert past.share == len(figures) / 5
    if figures:
        assert past.anomalies[0].sentence.startswith("m001: 7,000 spend, where 700 are usual")


def test_before_the_first_build_there_is_nothing_to_look_at(home: Home) -> None:
    with open_workspace(home) as workspace, pytest.raises(WarehouseError, match="published"):
        against_own_past(workspace, WEEK)
