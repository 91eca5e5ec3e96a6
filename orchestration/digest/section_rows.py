"""Reporting rows as values of a digest's sections."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from orchestration.digest.content import HEADLINE
from orchestration.digest.rows import Row, amount
from orchestration.digest.values import (
    AdRole,
    Incentive,
    LiveSession,
    NextStep,
    Peers,
    ProgrammeState,
    Reconciliation,
    Restatement,
)

# In the order in which a merchant thinks of them: content that is pushed, then what is searched.
_ROLES = ("feeds", "search", "full_site", "video_feed", "other", "unattributed")
# What can still be had first, then what was had, then what cannot be had.
_STATUSES = (
    "in_progress",
    "eligible",
    "undecidable",
    "achieved",
    "exhausted",
    "expired",
    "not_eligible",
)


def restatements_from_rows(rows: Iterable[Row]) -> tuple[Restatement, ...]:
    """What earlier digests said otherwise: the newest week first, in it the figures as shown."""
    found = [
        Restatement(
            figure_id=row["figure_id"],
            figure=row["figure"],
            restated_week=row["restated_week"],
            unit=row["unit"],
            value_told=amount(row["value_told"]),
            value_now=amount(row["value_now"]),
            cause_file_count=row["cause_file_count"],
            withdrawn_file_count=row["withdrawn_file_count"],
        )
        for row in rows
    ]
    return tuple(sorted(found, key=lambda one: (-one.restated_week.toordinal(), _rank(one.figure))))


def _rank(figure: str) -> int:
    return HEADLINE.index(figure) if figure in HEADLINE else len(HEADLINE)


def reconciliation_from_rows(rows: Sequence[Row]) -> Reconciliation | None:
    """The week beside the shop's own page; None where there is no page."""
    if not rows:
        return None
    row = rows[0]
    parts = ("uncovered_days", "quarantined", "cancelled_after_payment", "other")
    return Reconciliation(
        currency=row["currency"],
        days_compared=row["days_compared"],
        platform_gmv=_money(row["platform_gmv"]),
        gmv=amount(row["gmv"]),
        **{part: _money(row[f"gmv_{part}"]) for part in parts},
    )


def peers_from_rows(rows: Sequence[Row]) -> Peers | None:
    """Similar merchants; None where there are too few."""
    if not rows:
        return None
    row = rows[0]
    return Peers(
        level=row["level"],
        name=row["group_name"],
        shops=row["shops"],
        median_change=_money(row["median_change"]),
    )


def _money(value: Any) -> Decimal:
    return amount(value) or Decimal("0.00")


def ad_roles_from_rows(rows: Iterable[Row]) -> tuple[AdRole, ...]:
    """Advertising by role; a role without anything in both weeks is left out."""
    found = [
        AdRole(
            role=row["kfs_role"],
            currency=row["currency"],
            spend=amount(row["spend"]),
            clicks=row["clicks"],
            orders=row["orders_paid_7d_by_click"],
            gmv=amount(row["gmv_paid_7d_by_click"]),
            base_spend=amount(row["base_spend"]),
        )
        for row in rows
    ]
    told = [one for one in found if one.spend or one.base_spend or one.clicks or one.orders]
    return tuple(sorted(told, key=lambda one: _ROLES.index(one.role)))


def live_sessions_from_rows(rows: Iterable[Row]) -> tuple[LiveSession, ...]:
    """Broadcasts of the week, in order of their days."""
    found = [
        LiveSession(
            day=row["day"],
            currency=row["currency"],
            minutes=amount(row["minutes_on_air"]),
            viewers=row["viewers"],
            orders=row["orders"],
            gmv=amount(row["paid_gmv"]),
            is_first_ever=bool(row["is_first_ever"]),
        )
        for row in sorted(rows, key=lambda row: (row["day"], row["shop_id"]))
    ]
    return tuple(found)


def incentives_from_rows(rows: Iterable[Row], locale: str) -> tuple[Incentive, ...]:
    """Programmes with their states: what can still be had first, the nearest before the rest."""
    found = [incentive_from_row(row, locale) for row in rows]
    return tuple(sorted(found, key=_incentive_order))


def _incentive_order(one: Incentive) -> tuple[bool, int, date, str]:
    is_nearest = one.next_step is not None and one.next_step.is_nearest
    return (
        not is_nearest,
        _STATUSES.index(one.status),
        one.last_day or date.max,
        one.programme,
    )


def incentive_from_row(row: Row, locale: str) -> Incentive:
    """A merchant's programme and window with its state."""
    end = row["window_end"]
    return Incentive(
        programme=row["programme"],
        window_key=row["window_key"],
        name=_name(row, locale),
        status=row["status"],
        unit=row["cap_unit"],
        earned=amount(row["earned"]),
        granted=amount(row["granted"]),
        told_before=amount(row["told_before"]),
        cap=amount(row["cap"]),
        last_day=end - timedelta(days=1) if end else None,
        days_left=row["days_left"],
        is_assumption=bool(row["is_assumption"]),
        missing=tuple(row["missing"].split(", ")) if row["missing"] else (),
        next_step=_next_step(row),
    )


def programmes_from_rows(rows: Iterable[Row], locale: str) -> tuple[ProgrammeState, ...]:
    """How all merchants stand, by programme."""
    found = [
        ProgrammeState(
            programme=row["programme"],
            name=_name(row, locale),
            unit=row["unit"],
            open=row["windows_open"],
            gained=row["windows_gained"],
            lapsing=row["windows_lapsing"],
            achieved=row["windows_achieved"],
            undecidable=row["windows_undecidable"],
            earned=_money(row["earned"]),
            can_be_earned=amount(row["can_be_earned"]),
            budget=amount(row["budget"]),
            committed=amount(row["committed"]),
            certainty=row["certainty"],
            is_assumption=bool(row["is_assumption"]),
        )
        for row in sorted(rows, key=lambda row: (row["programme"], row["rule_version"]))
    ]
    return tuple(found)


def _name(row: Row, locale: str) -> str:
    return row[f"name_{locale.split('-')[0]}"] or row["programme"]


def _next_step(row: Row) -> NextStep | None:
    if row["next_gap"] is None:
        return None
    return NextStep(
        metric=row["next_metric"],
        unit=row["next_unit"],
        gap=_money(row["next_gap"]),
        is_nearest=bool(row["is_next_step"]),
    )
