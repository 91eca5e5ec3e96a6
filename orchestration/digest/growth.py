"""Cohorts of merchants and segments of the newest whole month, from rows of the marts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from orchestration.digest.rows import Row, amount, ratio
from orchestration.digest.team_values import Growth, MerchantCohort, Segment
from orchestration.periods import Week

_ALL = "all"


def newest_whole_month(week: Week) -> date:
    """First day of the newest month that is over at the end of a week."""
    day_after = week.as_of + timedelta(days=1)
    return (day_after.replace(day=1) - timedelta(days=1)).replace(day=1)


def growth_of(week: Week, cohorts: Sequence[Row], segments: Sequence[Row]) -> Growth | None:
    """The month's cohorts, newest first, and its segments, all and then the largest first.

    Args:
        week: the reporting week.
        cohorts: joined_month, merchants, known_merchants, active_merchants of the month.
        segments: rows of fct_segment_growth of the month; None where there are neither.
    """
    if not cohorts and not segments:
        return None
    return Growth(
        month=newest_whole_month(week),
        cohorts=tuple(
            MerchantCohort(
                joined_month=row["joined_month"],
                merchants=row["merchants"],
                known=row["known_merchants"] or 0,
                active=row["active_merchants"],
            )
            for row in sorted(cohorts, key=lambda row: row["joined_month"], reverse=True)
        ),
        segments=tuple(_segment(row) for row in sorted(segments, key=_size)),
    )


def _size(row: Row) -> tuple[bool, float, str, str]:
    gmv = float(row["gmv"] or 0)
    return row["segment_level"] != _ALL, -gmv, row["segment"], row["currency"]


def _segment(row: Row) -> Segment:
    return Segment(
        name="" if row["segment_level"] == _ALL else row["segment"],
        currency=row["currency"],
        active=row["active_merchants"],
        gmv=amount(row["gmv"]),
        gmv_change=ratio(row["gmv_pct_change"]),
        is_complete=bool(row["is_complete"]),
        is_base_complete=bool(row["is_base_complete"]),
    )
