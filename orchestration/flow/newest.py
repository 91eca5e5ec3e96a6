"""How new the published data is: the newest business day of each merchant, and the newest week."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from orchestration.flow.workspace import Workspace
from orchestration.periods import Week, last_closed_week
from orchestration.settings import now
from orchestration.warehouse.read import open_published

# What every other figure rests on.
_ORDERS = "qianfan__orders"


@dataclass(frozen=True)
class Newest:
    """`expected` is the Sunday of the last closed week; `late` are merchants behind it.

    `late` names the newest covered order day of each, None where none is.
    """

    expected: date
    days: dict[str, date]
    late: dict[str, date | None]


def newest_days(workspace: Workspace) -> Newest:
    """The newest day that each registered merchant's orders are covered for, as published."""
    expected = last_closed_week(now()).as_of
    with open_published(workspace.home, workspace.settings.duckdb) as build:
        rows = build.rows(
            "select merchant_id, max(day) as day from marts.fct_coverage where source = $1 "
            "group by merchant_id",
            [_ORDERS],
        )
    days = {row["merchant_id"]: row["day"] for row in rows}
    ids = sorted(merchant.merchant_id for merchant in workspace.register().merchants)
    late = {one: days.get(one) for one in ids if days.get(one, date.min) < expected}
    return Newest(expected, days, late)


def newest_week(workspace: Workspace) -> tuple[Week | None, Week]:
    """The newest decided week that is published, and the one that should be."""
    with open_published(workspace.home, workspace.settings.duckdb) as build:
        rows = build.rows("select max(week) as week from reporting.rpt_digest_sources")
    newest = rows[0]["week"]
    return Week(newest) if newest else None, last_closed_week(now())
