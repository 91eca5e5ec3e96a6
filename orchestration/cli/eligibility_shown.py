"""Decisions on programmes as a terminal shows them."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from orchestration.printing import plain

if TYPE_CHECKING:
    from orchestration.flow.eligibility.comparing import Comparison
    from orchestration.flow.eligibility.explaining import Criterion, Explained, Explanation
    from orchestration.flow.eligibility.listing import Decision, Listed
    from orchestration.flow.eligibility.simulating import Simulation

_COLOURS = {
    "in_progress": "cyan",
    "eligible": "cyan",
    "achieved": "green",
    "undecidable": "yellow",
    "exhausted": "dim",
    "expired": "dim",
    "not_eligible": "dim",
}
_MEANINGS = {
    "not_eligible": "It does not take part: a gate is not met, or another programme goes first.",
    "undecidable": "It cannot be told yet: what is missing could change it.",
    "exhausted": "Nothing more can be given: a limit is used up.",
    "achieved": "It is reached.",
    "expired": "Its time is over.",
    "in_progress": "It is running.",
    "eligible": "It is open, and nothing has been done for it yet.",
}
_COMPARISONS = {
    "at_least": "at least",
    "at_most": "at most",
    "above": "more than",
    "below": "less than",
}
_IS_MET = {True: "[green]yes[/]", False: "[red]no[/]", None: "[yellow]unknown[/]"}
# A list of a thousand shops is for the workbook.
_LISTED = 200


def tell_decisions(console: Console, found: Listed) -> None:
    """One line a decision, then how many there are of each state."""
    counts = Counter(one.status for one in found.decisions)
    console.print(
        f"[bold]{found.week.iso}[/], build {found.build_id}: "
        + (", ".join(f"{n} {status}" for status, n in sorted(counts.items())) or "no decisions")
    )
    if not found.decisions:
        return
    table = _table("programme", "merchant", "state", "earned", "granted", "up to", "until", "note")
    for one in found.decisions[:_LISTED]:
        table.add_row(
            plain(one.programme),
            plain(one.merchant_id),
            _status(one.status),
            _amount(one.earned),
            _amount(one.granted),
            f"{_amount(one.cap)} {one.cap_unit}" if one.cap is not None else "?",
            _until(one),
            plain(_note(one)),
        )
    console.print(table)
    if len(found.decisions) > _LISTED:
        console.print(
            f"and {len(found.decisions) - _LISTED} more; --xlsx FILE or --json has them all"
        )


def _until(one: Decision) -> str:
    if one.window_end is None:
        return "from its first day"
    return f"{one.window_end - timedelta(days=1)}"


def _note(one: Decision) -> str:
    parts = [f"missing: {one.missing}"] if one.missing and one.status == "undecidable" else []
    if one.shortfall:
        parts.append(f"told {_amount(one.told)}, {_amount(one.shortfall)} more than it is")
    if one.excluded_by:
        parts.append(f"{one.excluded_by} goes first")
    if one.is_assumption:
        parts.append(f"assumed ({one.certainty})")
    return "; ".join(parts)


def tell_explanation(console: Console, found: Explanation) -> None:
    """What one would read aloud to the merchant, window by window."""
    for one in found.windows:
        _tell_window(console, one, found.build_id)


def _tell_window(console: Console, one: Explained, build_id: str) -> None:
    decision = one.decision
    console.print(
        f"[bold]{plain(decision.merchant_id)} · {plain(decision.programme)}[/], "
        f"{_window(decision)}, as of {decision.as_of}"
    )
    console.print(f"{_status(decision.status)}: {_MEANINGS[decision.status]}")
    unit = decision.cap_unit
    promise = "up to" if decision.reward_mode == "up_to" else "at most"
    granted = "see 千帆" if decision.granted is None else _amount(decision.granted)
    console.print(
        f"{promise} {_amount(decision.cap)} {unit}; earned by the rules {_amount(decision.earned)};"
        f" granted {granted}; "
        f"remaining {_amount(decision.remaining)}"
    )
    if note := _note(decision):
        console.print(plain(note))
    if one.criteria:
        table = _table("", "what", "now", "needed", "missing", "met", "by", "at this pace")
        for criterion in one.criteria:
            _add_criterion(table, criterion)
        console.print(table)
    console.print(
        f"[dim]rule version {decision.rule_version}, certainty {decision.certainty}, rulebook "
        f"{(decision.rulebook_hash or '')[:10]}, build {build_id}[/]"
    )


def _window(decision: Decision) -> str:
    if decision.window_start is None:
        return "a window to come"
    return f"{decision.window_start} to {_until(decision)} ({decision.days_left} days left)"


def _add_criterion(table: Table, one: Criterion) -> None:
    required = "" if one.required is None else _amount(one.required)
    words = _COMPARISONS.get(one.comparison or "", one.comparison or "")
    missing = "" if one.gap is None else _amount(one.gap)
    if one.days_missing:
        missing += f" ({one.days_missing} days of {one.source} from {one.first_missing_day})"
    table.add_row(
        one.role,
        plain(f"{one.criterion_id}: {one.metric or ''}" + (" ← next" if one.is_next_step else "")),
        "?" if one.actual is None else f"{_amount(one.actual)} {one.unit or ''}",
        f"{words} {required}".strip(),
        plain(missing),
        _IS_MET[one.is_met],
        "" if one.deadline is None else f"{one.deadline}",
        "" if one.projected_on is None else f"{one.projected_on}",
    )


def tell_simulation(console: Console, found: Simulation) -> None:
    """What the rules say otherwise, who changes, and how the sums move."""
    for rule in found.rules:
        what = " ".join(filter(None, [rule.programme, rule.what, rule.kind]))
        console.print(plain(f"{what}: {rule.old or '–'} → {rule.new or '–'}"))
    tell_comparison(console, found.comparison)


def tell_comparison(console: Console, comparison: Comparison) -> None:
    """Who changes state, and how the sums move."""
    console.print(
        f"[bold]{comparison.week.iso}[/]: {len(comparison.changes)} decisions would change; "
        "nothing published was touched"
    )
    if comparison.changes:
        console.print(_changes(comparison))
    console.print(_sums(comparison))


def _changes(comparison: Comparison) -> Table:
    table = _table("programme", "merchant", "state", "earned", "up to")
    for one in comparison.changes[:_LISTED]:
        table.add_row(
            plain(one.programme),
            plain(one.merchant_id),
            f"{_status(one.status_now)} → {_status(one.status_then)}",
            f"{_amount(one.earned_now)} → {_amount(one.earned_then)}",
            f"{_amount(one.cap_now)} → {_amount(one.cap_then)} {one.unit}",
        )
    return table


def _sums(comparison: Comparison) -> Table:
    table = _table("programme", "unit", "windows", "earned unknown", "earned", "at most")
    for one in comparison.amounts:
        table.add_row(
            plain(one.programme),
            one.unit,
            f"{one.windows_now} → {one.windows_then}",
            f"{one.unknown_now} → {one.unknown_then}",
            f"{_amount(one.earned_now)} → {_amount(one.earned_then)}",
            f"{_amount(one.cap_now)} → {_amount(one.cap_then)}",
        )
    return table


def _table(*names: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in names:
        table.add_column(name, overflow="fold")
    return table


def _status(status: str | None) -> str:
    return f"[{_COLOURS[status]}]{status}[/]" if status else "none"


def _amount(amount: Decimal | None) -> str:
    if amount is None:
        return "?"
    text = f"{amount:,.4f}".rstrip("0").rstrip(".")
    return text or "0"
