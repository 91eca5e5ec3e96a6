"""What is decided: states and amounts of every merchant, programme and window, week by week."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from .caps import shared_out
from .evaluate import Evaluated, evaluated
from .facts import Merchant
from .metrics import Known, Parameters
from .rows import Decisions
from .rules import Programme
from .states import criteria_of, row_of


def decide(
    merchants: Sequence[Merchant],
    programmes: Sequence[Programme],
    weeks: Iterable[date],
    parameters: Parameters,
) -> Decisions:
    """The rows of these weeks, each given by its Monday."""
    eligibility, criteria = [], []
    for week in weeks:
        as_of = week + timedelta(days=6)
        everything = [
            one
            for merchant in merchants
            for one in evaluated(Known(merchant, as_of, parameters), programmes)
        ]
        for one, share in zip(everything, shared_out(everything), strict=True):
            if _has_row(one, week):
                eligibility.append(row_of(one, share, week))
                criteria += criteria_of(one, week)
    return Decisions(tuple(eligibility), tuple(criteria))


def _has_row(one: Evaluated, week: date) -> bool:
    """Whether the window has a day in the week, or is to come; it has begun by `as_of`."""
    return one.window.is_to_come or one.window.end > week
