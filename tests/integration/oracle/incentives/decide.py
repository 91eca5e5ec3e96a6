"""What is decided: states and amounts of every merchant, programme and window, week by week."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import groupby

from .caps import shared_out
from .evaluate import Evaluated, evaluated
from .facts import Merchant
from .metrics import Known, Parameters
from .rows import CriterionRow, Decisions, EligibilityRow
from .rules import Programme
from .states import criteria_of, row_of
from .steps import next_step

Shown = tuple[Evaluated, EligibilityRow, list[CriterionRow]]


def decide(
    merchants: Sequence[Merchant],
    programmes: Sequence[Programme],
    weeks: Iterable[date],
    parameters: Parameters,
) -> Decisions:
    """The rows of these weeks, each given by its Monday."""
    eligibility: list[EligibilityRow] = []
    criteria: list[CriterionRow] = []
    for week in weeks:
        as_of = week + timedelta(days=6)
        everything = [
            one
            for merchant in merchants
            for one in evaluated(Known(merchant, as_of, parameters), programmes)
        ]
        shares = zip(everything, shared_out(everything), strict=True)
        shown = [
            (one, row_of(one, share, week), list(criteria_of(one, week)))
            for one, share in shares
            if _has_row(one, week)
        ]
        eligibility += [row for _, row, _ in shown]
        criteria += _with_next_steps(shown)
    return Decisions(tuple(eligibility), tuple(criteria))


def _has_row(one: Evaluated, week: date) -> bool:
    """Whether the window has a day in the week, begins on the day after, or is to come."""
    return one.window.is_to_come or one.window.end > week


def _with_next_steps(shown: list[Shown]) -> Iterator[CriterionRow]:
    """The criteria of a week, and in those of each merchant one that is marked."""
    for _, own in groupby(shown, key=lambda each: each[1].key.merchant_id):
        mine = list(own)
        marked = next_step(mine)
        for row in (each for _, _, criteria in mine for each in criteria):
            yield replace(row, is_next_step=True) if row is marked else row
