"""What keeps a digest's figures from being told, by the rulebook's table. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from orchestration.digest.content import DigestContent, SourceState
from orchestration.incentives.sendable import Checks, Need, Sendable


@dataclass(frozen=True)
class Lack:
    """What one source lacks: days, or a check that does not hold, and the figures that want it."""

    source: str
    days: tuple[date, ...]
    check: str
    figures: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """What a person must get or mend."""
        what = f"of {spelt(self.days)}" if self.days else f"with {self.check}"
        return f"{self.source} {what} ({', '.join(self.figures)})"

    def as_dict(self) -> dict[str, object]:
        return {
            "source": self.source,
            "days": [day.isoformat() for day in self.days],
            "check": self.check,
            "figures": list(self.figures),
        }


def lacks(content: DigestContent, sendable: Sendable) -> tuple[Lack, ...]:
    """What a merchant's figures wait for; those that lack the same thing are told together."""
    found: dict[tuple[str, tuple[date, ...], str], list[str]] = {}
    for need, state in _needed(content, sendable):
        for days, check in _lacking(need, state):
            found.setdefault((state.source, days, check), []).append(need.figure)
    return tuple(
        Lack(source, days, check, tuple(figures))
        for (source, days, check), figures in found.items()
    )


def is_worth_telling(content: DigestContent, sendable: Sendable) -> bool:
    """Whether one figure at least has a day of its source; without needs there is nothing to ask.

    Otherwise a digest would be a page of unknowns.
    """
    needed = [state.days_covered for _, state in _needed(content, sendable)]
    return not needed or any(needed)


def _needed(content: DigestContent, sendable: Sendable) -> Iterator[tuple[Need, SourceState]]:
    for need in sendable.figures:
        state = content.source(need.source)
        if state is not None and state.is_required:
            yield need, state


def _lacking(need: Need, state: SourceState) -> Iterator[tuple[tuple[date, ...], str]]:
    if state.days_covered < need.min_days:
        yield state.missing_days, ""
    for check in _failing(need.checks, state):
        yield (), check


def _failing(checks: Checks, state: SourceState) -> Iterator[str]:
    rows = state.rows_loaded + state.rows_quarantined
    share = state.rows_quarantined / rows if rows else 0
    if checks.rejected_share is not None and share > checks.rejected_share:
        yield f"at most {checks.rejected_share:.1%} of its rows set aside, not {share:.1%}"
    if checks.held_rows is not None and state.rows_held > checks.held_rows:
        yield f"at most {checks.held_rows:,} rows in held files, not {state.rows_held:,}"
    if checks.bridged_days is not None and len(state.bridged_days) > checks.bridged_days:
        yield f"at most {checks.bridged_days} days bridged, not {len(state.bridged_days)}"


def spelt(days: Sequence[date]) -> str:
    """Days as a person reads them; a run by its ends."""
    first, last = min(days), max(days)
    is_run = (last - first).days + 1 == len(days)
    if is_run and len(days) > 1:
        return f"{first} to {last}"
    return ", ".join(map(str, days))
