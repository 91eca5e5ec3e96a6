"""How fast a gap would close, and which one a merchant should close next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from math import ceil

from .conditions import truths_of
from .evaluate import Evaluated
from .facts import ONE_DAY
from .rows import CriterionRow, EligibilityRow

# Further than that nobody plans, and no date reaches for ever.
_FURTHEST_DAYS = 36_500


@dataclass(frozen=True)
class Pace:
    """What is needed a day, and when what came so far would have closed the gap."""

    needed: Fraction | None = None
    projected_on: date | None = None


def pace_of(one: Evaluated, gap: Fraction | None, actual: Fraction | None) -> Pace:
    if one.window.is_to_come or gap is None:
        return Pace()
    days_left = (one.window.end - one.known.as_of).days - 1
    needed = gap / days_left if gap > 0 and days_left > 0 else None
    if not actual or actual < 0:
        return Pace(needed)
    days_so_far = (min(one.known.as_of + ONE_DAY, one.window.end) - one.window.start).days
    days_to_go = ceil(gap / (actual / days_so_far))
    if days_to_go >= _FURTHEST_DAYS:
        return Pace(needed)
    return Pace(needed, one.known.as_of + timedelta(days=days_to_go))


def next_step(
    decided: Iterable[tuple[Evaluated, EligibilityRow, Sequence[CriterionRow]]],
) -> CriterionRow | None:
    """Of all rows of one merchant and week the gap that is smallest beside what is required."""
    open_gaps = [
        (row.gap / row.required, one.window.end, row.key.programme, row.criterion, row)
        for one, state, criteria in decided
        if state.status in ("in_progress", "eligible") and state.days_left
        for row in criteria
        if row.gap and row.required and _is_next(one, row)
    ]
    return min(open_gaps, key=lambda each: each[:-1])[-1] if open_gaps else None


def _is_next(one: Evaluated, row: CriterionRow) -> bool:
    """A goal that is still to be reached, or the lowest tier that is."""
    if row.role == "goal":
        entries = zip(one.goals, truths_of(one.goals), strict=True)
        return any(
            truth is not True and row.criterion in {answer.words["id"] for answer in entry}
            for entry, truth in entries
        )
    left = [t.number for t in one.tiers if t.is_reached is not True and not t.is_spent]
    return row.role == "tier" and row.criterion == f"tier_{left[0]}" if left else False
