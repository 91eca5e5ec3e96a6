"""Reporting rows (plain dicts from the published build) as typed parts of a digest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, timedelta
from decimal import Decimal
from itertools import dropwhile
from typing import Any

from orchestration.digest.codes import Caveat
from orchestration.digest.content import (
    ORDERS,
    Cohort,
    CohortCell,
    DigestError,
    Fact,
    SourceState,
    TrailingWeek,
)
from orchestration.periods import Week

Row = Mapping[str, Any]

# Finer than any digest shows; it keeps the last bits of a division out of the content's hash.
_RATIO_STEP = Decimal("0.0001")
_CENT = Decimal("0.01")
# New and returning rest on knowing every earlier order of the merchant.
_NEEDS_HISTORY = frozenset({"new_customers", "returning_customers"})


def ratio(value: float | Decimal | None) -> Decimal | None:
    """A DOUBLE of the marts as a decimal, to 0.01 %."""
    return None if value is None else Decimal(repr(float(value))).quantize(_RATIO_STEP)


def amount(value: Any) -> Decimal | None:
    """A number of the marts as a decimal of two places; None stays None."""
    return None if value is None else Decimal(str(value)).quantize(_CENT)


def check_owner(rows: Iterable[Row], merchant_id: str, week: Week) -> None:
    """Refuse rows of another merchant or week: a digest shows its own merchant's numbers only.

    Raises:
        DigestError: a row is not of this merchant and week.
    """
    for row in rows:
        if (row["merchant_id"], row["week"]) != (merchant_id, week.monday):
            raise DigestError(
                f"A row of {row['merchant_id']}, week {row['week']}, was handed to the digest of "
                f"{merchant_id}, week {week.key}; nothing is composed."
            )


def fact_from_row(row: Row) -> Fact:
    """One figure with the comparison that is fair to it."""
    is_known = bool(row["is_known"])
    caveats = _caveats(row, is_known)
    base, change = _comparison(row, caveats)
    return Fact(
        figure_id=row["figure_id"],
        figure=row["figure"],
        period=row["period"],
        period_start=row["period_start"],
        period_end=row["period_end"],
        value=amount(row["value"]) if is_known else None,
        unit=row["unit"],
        is_known=is_known,
        days_covered=row["days_covered"],
        days_in_period=row["days_in_period"],
        comparison=row["comparison"],
        base=base,
        base_period_start=row["base_period_start"],
        change=change,
        caveats=caveats,
    )


def _caveats(row: Row, is_known: bool) -> tuple[Caveat, ...]:
    if not is_known:
        return ("unknown",)
    caveats: list[Caveat] = []
    if not row["is_complete"]:
        caveats.append("partial")
    if row["comparison"] is not None:
        if row["base_value"] is None:
            caveats.append("no_base")
        elif not _is_fair(row):
            caveats.append("like_for_like")
    if row["figure"] in _NEEDS_HISTORY and not row["is_history_complete"]:
        caveats.append("first_seen")
    return tuple(caveats)


def _is_fair(row: Row) -> bool:
    """Whether both periods have all their days, so that the plain change compares like with like.

    The base's own days are not in the row; but where they differ, so do the two changes.
    """
    same = ratio(row["like_for_like_change"]) in (None, ratio(row["change"]))
    return bool(row["is_complete"]) and same


def _comparison(row: Row, caveats: tuple[Caveat, ...]) -> tuple[Decimal | None, Decimal | None]:
    """Base and change to tell; nothing when there is no base or the figure is unknown."""
    if row["comparison"] is None or "unknown" in caveats or "no_base" in caveats:
        return None, None
    if "like_for_like" in caveats:
        return None, ratio(row["like_for_like_change"])
    return amount(row["base_value"]), ratio(row["change"])


def _days(text: str | None) -> tuple[date, ...]:
    return tuple(date.fromisoformat(day) for day in text.split(", ")) if text else ()


def source_from_row(row: Row) -> SourceState:
    """What a source delivered for the week."""
    effective_at = row["latest_effective_at"]
    if effective_at is not None and effective_at.tzinfo is None:
        effective_at = effective_at.replace(tzinfo=UTC)
    return SourceState(
        source=row["source"],
        is_required=bool(row["is_required"]),
        days_covered=row["days_covered"],
        days_in_period=7,
        missing_days=_days(row["missing_days"]),
        bridged_days=_days(row["bridged_days"]),
        latest_effective_at=effective_at,
        file_count=row["file_count"] or 0,
        rows_loaded=row["rows_loaded"] or 0,
        rows_quarantined=row["rows_quarantined"] or 0,
        rows_held=row["rows_held"] or 0,
        due_hours=row["due_hours"],
    )


def no_orders(week: Week) -> SourceState:
    """The order export of a merchant that has delivered nothing yet."""
    days = tuple(week.monday + timedelta(days=n) for n in range(7))
    return SourceState(
        source=ORDERS, is_required=True, days_covered=0, days_in_period=7, missing_days=days
    )


def trailing_from_rows(rows: Iterable[Row]) -> tuple[TrailingWeek, ...]:
    """The last weeks, oldest first, from the first one that is known."""
    ordered = sorted(rows, key=lambda row: row["trailing_week"])
    return tuple(
        TrailingWeek(
            week=row["trailing_week"],
            gmv=amount(row["gmv"]),
            order_count=row["order_count"],
            is_complete=bool(row["is_complete"]),
        )
        for row in dropwhile(lambda row: row["order_count"] is None, ordered)
    )


def cohorts_from_rows(rows: Iterable[Row], *, cohorts: int, months: int) -> tuple[Cohort, ...]:
    """The newest cohorts, oldest first, each with its first months after the month of joining."""
    by_month: dict[date, list[Row]] = {}
    for row in rows:
        by_month.setdefault(row["cohort_month"], []).append(row)
    return tuple(_cohort(by_month[month], months) for month in sorted(by_month)[-cohorts:])


def _cohort(rows: list[Row], months: int) -> Cohort:
    rows = sorted(rows, key=lambda row: row["month_number"])
    return Cohort(
        cohort_month=rows[0]["cohort_month"],
        cohort_size=rows[0]["cohort_size"],
        is_history_complete=bool(rows[0]["is_history_complete"]),
        cells=tuple(
            CohortCell(
                month_number=row["month_number"],
                active_customers=row["active_customers"],
                retention_rate=ratio(row["retention_rate"]),
                is_complete=bool(row["is_complete"]),
            )
            for row in rows
            # Month 0 is everybody, by definition.
            if 1 <= row["month_number"] <= months
        ),
    )
