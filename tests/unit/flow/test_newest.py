"""How new the published data is, by merchant and by week."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb

from orchestration.flow.newest import newest_days, newest_week
from orchestration.flow.workspace import open_workspace
from orchestration.home import Home
from orchestration.periods import Week

SUNDAY = date(2024, 9, 15)


def _publish(home: Home, coverage: list[tuple[str, str, str]], *weeks: str) -> None:
    path: Path = home.published / "b1.duckdb"
    with duckdb.connect(path) as build:
        build.execute("create schema marts")
        build.execute("create schema reporting")
        build.execute("create table marts.fct_coverage (merchant_id text, source text, day date)")
        build.execute("create table reporting.rpt_digest_sources (week date)")
        for row in coverage:
            build.execute("insert into marts.fct_coverage values ($1, $2, $3)", row)
        for week in weeks:
            build.execute("insert into reporting.rpt_digest_sources values ($1)", [week])
    home.current_build.symlink_to(path.name)


def test_a_merchant_is_late_whose_orders_end_before_sunday_or_never_began(home: Home) -> None:
    orders, ads = "qianfan__orders", "juguang__accounts"
    coverage = [("m001", orders, "2024-09-14"), ("m001", ads, "2024-09-15")]
    _publish(home, [*coverage, ("gone", orders, "2024-09-01")])
    with open_workspace(home) as workspace:
        found = newest_days(workspace)
    assert found.expected == SUNDAY
    assert found.late == {"m001": date(2024, 9, 14), "m002": None}


def test_who_is_covered_to_sunday_or_beyond_is_not(home: Home) -> None:
    orders = "qianfan__orders"
    _publish(home, [("m001", orders, "2024-09-15"), ("m002", orders, "2024-09-16")])
    with open_workspace(home) as workspace:
        assert newest_days(workspace).late == {}


def test_the_newest_decided_week_is_held_against_the_last_closed_one(home: Home) -> None:
    _publish(home, [], "2024-08-26", "2024-09-02")
    with open_workspace(home) as workspace:
        assert newest_week(workspace) == (Week(date(2024, 9, 2)), Week(date(2024, 9, 9)))


def test_without_a_decided_week_there_is_none(home: Home) -> None:
    _publish(home, [])
    with open_workspace(home) as workspace:
        assert newest_week(workspace)[0] is None
