"""The one thing to do: few rules, in order, each something that the reader can do this week."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from orchestration.digest.codes import VerdictCode
from orchestration.digest.content import ORDERS, Action, Fact, MerchantState, SourceState
from orchestration.digest.values import Incentive
from orchestration.periods import BUSINESS_ZONE, Week
from orchestration.register import Merchant

_BROADCAST_METRICS = frozenset({"live_gmv", "live_minutes", "live_exposures", "broadcast_days"})


def merchant_action(
    merchant: Merchant,
    verdict: VerdictCode,
    sources: Sequence[SourceState],
    incentives: Sequence[Incentive],
    base: date,
) -> Action:
    """First what is missing, then what is unusual, then what is near; each done on a telephone.

    `base` is the Monday of the week that the verdict compares with.
    """
    folder = folder_of(merchant.merchant_id)
    required = [state for state in sources if state.is_required]
    for state in required:
        if state.missing_days and state.rows_held:
            return Action(
                code="drop_held_again", source=state.source, days=state.missing_days, folder=folder
            )
        if state.missing_days:
            return Action(
                code="drop_export", source=state.source, days=state.missing_days, folder=folder
            )
    if verdict == "unusual_fall":
        return Action(code="check_fall")
    if verdict in ("unusual_rise", "promotion_week"):
        return Action(code="check_stock")
    if verdict == "base_incomplete":
        return Action(code="drop_export", source=ORDERS, days=_seven_days(base), folder=folder)
    if verdict in ("first_week", "too_early"):
        return Action(code="export_history", source=ORDERS, folder=folder)
    if incentives and _needs_a_broadcast(incentives[0]):
        return Action(code="announce_live", incentive=incentives[0], currency=merchant.currency)
    return Action(code="answer_reviews")


def folder_of(merchant_id: str) -> str:
    """Where the data team drops what the merchant sends."""
    return f"inbox/{merchant_id}/"


def _seven_days(monday: date) -> tuple[date, ...]:
    return tuple(monday + timedelta(days=n) for n in range(7))


def _needs_a_broadcast(nearest: Incentive) -> bool:
    """Whether going on air brings it nearer; spending more is nobody's advice here."""
    step = nearest.next_step
    return (
        nearest.status in ("in_progress", "eligible")
        and nearest.last_day is not None
        and step is not None
        and step.gap > 0
        and step.metric in _BROADCAST_METRICS
    )


def next_export(merchant: Merchant, week: Week, sources: Sequence[SourceState]) -> Action:
    """Next week's export of orders, and by when it is due."""
    orders = next((s for s in sources if s.source == ORDERS), None)
    days = _seven_days(week.monday + timedelta(days=7))
    due_hours = orders.due_hours if orders else None
    return Action(
        code="next_export",
        source=ORDERS,
        days=days,
        folder=folder_of(merchant.merchant_id),
        due_at=None if due_hours is None else _due(days[-1], due_hours),
    )


def _due(last_day: date, hours: int) -> datetime:
    """The instant that many hours after the end of a business day."""
    midnight = datetime.combine(last_day + timedelta(days=1), time(), BUSINESS_ZONE)
    return (midnight + timedelta(hours=hours)).astimezone(UTC)


def team_action(facts: dict[str, Fact], merchants: Sequence[MerchantState]) -> Action:
    """First what puts numbers in doubt, then what keeps merchants waiting."""
    held = _count(facts, "files_held")
    if not accounting_holds(facts):
        return Action(code="team_check_accounting")
    if held:
        return Action(code="team_read_held", count=held)
    waiting = [m.name for m in merchants if any(s.missing_days for s in m.sources if s.is_required)]
    if waiting:
        return Action(code="team_ask_exports", count=len(waiting), names=tuple(waiting))
    quarantined = _count(facts, "rows_quarantined")
    if quarantined:
        return Action(code="team_read_quarantine", count=quarantined)
    return Action(code="team_nothing")


def accounting_holds(facts: dict[str, Fact]) -> bool:
    """Rows read = loaded + quarantined + held + skipped; unknown figures prove nothing."""
    parts = ("rows_loaded", "rows_quarantined", "rows_held", "rows_skipped")
    values = [facts[name].value if name in facts else None for name in ("rows_read", *parts)]
    if any(value is None for value in values):
        return True
    read, *rest = [int(value) for value in values if value is not None]
    return read == sum(rest)


def _count(facts: dict[str, Fact], figure: str) -> int:
    value = facts[figure].value if figure in facts else None
    return int(value) if value is not None else 0
