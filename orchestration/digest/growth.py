"""Cohorts of merchants and segments of the newest whole month, from reporting rows."""

from __future__ import annotations

from collections.abc import Sequence

from orchestration.digest.rows import Row, amount, ratio
from orchestration.digest.team_values import Growth, MerchantCohort, Segment

_ALL = "all"


def growth_of(cohorts: Sequence[Row], segments: Sequence[Row]) -> Growth | None:
    """The month's cohorts, newest first, and its segments, all and then the largest first.

    Args:
        cohorts: rows of rpt_team_cohorts of a week.
        segments: rows of rpt_team_segments of the same week; None where there are neither.
    """
    month = next((row["month"] for row in (*cohorts, *segments)), None)
    if month is None:
        return None
    return Growth(
        month=month,
        cohorts=tuple(
            MerchantCohort(
                joined_month=row["joined_month"],
                merchants=row["merchants"],
                known=row["known_merchants"],
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
