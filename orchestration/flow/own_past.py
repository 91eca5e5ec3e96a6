"""The last closed week of every merchant against its own past, as published. Warnings only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from orchestration.flow.workspace import Workspace
from orchestration.home import PROJECT_ROOT
from orchestration.incentives.promotions import load_promotions
from orchestration.incentives.rulebook import DEFAULT_RULEBOOK
from orchestration.periods import Week
from orchestration.quality.own_past import FIGURES, WEEKS_BACK, Anomaly, Day, look_at
from orchestration.warehouse.read import open_published

RATES = PROJECT_ROOT / "docs" / "quality.md"
_DAYS = """
with
    lines as (
        select merchant_id, paid_date as day, sum(line_count) as lines
        from marts.fct_orders
        group by merchant_id, paid_date
    )

select
    merchant_id,
    day,
    cast(order_count as bigint) as orders,
    cast(case when order_count is not null then coalesce(lines, 0) end as bigint) as lines,
    cast(anonymous_order_count as bigint) as orders_without_buyer,
    cast(ad_spend as double) as spend
from marts.fct_merchant_days
left join lines using (merchant_id, day)
where day between $1 and $2
order by merchant_id, day
"""


@dataclass(frozen=True)
class Past:
    """What the week came to: `judged` of `asked` figures of all merchants had a past to tell."""

    week: Week
    merchants: int
    asked: int
    judged: int
    anomalies: tuple[Anomaly, ...]

    @property
    def share(self) -> float:
        """Of the judged figures, those that are unusual, 0 to 1."""
        return len(self.anomalies) / self.judged if self.judged else 0.0


def against_own_past(workspace: Workspace, week: Week) -> Past:
    """Hold each merchant's published week against the quarter before it.

    Raises:
        WarehouseError: nothing is published.
        RulebookError: the dated promotions cannot be read.
    """
    days = _days(workspace, week)
    looks = [look_at(merchant_id, own, week.monday) for merchant_id, own in days.items()]
    return Past(
        week=week,
        merchants=len(days),
        asked=len(days) * len(FIGURES),
        judged=sum(look.figures_judged for look in looks),
        anomalies=tuple(one for look in looks for one in look.anomalies),
    )


def _days(workspace: Workspace, week: Week) -> dict[str, Sequence[Day]]:
    first = week.monday - timedelta(weeks=WEEKS_BACK)
    promotions = load_promotions(workspace.home.rulebook, DEFAULT_RULEBOOK).promotions

    def is_promotion(day: date) -> bool:
        return any(one.first_day <= day <= one.last_day for one in promotions)

    with open_published(workspace.home, workspace.settings.duckdb) as build:
        rows = build.rows(_DAYS, [first, week.as_of])
    days: dict[str, list[Day]] = defaultdict(list)
    for row in rows:
        merchant_id = row.pop("merchant_id")
        days[merchant_id].append(Day(**row, is_promotion=is_promotion(row["day"])))
    return dict(days)
