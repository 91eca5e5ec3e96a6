"""How a figure is called: merchant, week, period and figure in one text. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Literal, get_args

from orchestration.periods import PeriodError, Week, parse_week
from orchestration.warehouse.explain.errors import FigureNameError

PeriodKind = Literal["week", "month_to_date", "month", "cohort"]
EXAMPLE = "m001/2024-W37/week/gmv"

# What a digest tells of a cohort: how many of its customers bought so many months later.
_CELL = re.compile(r"(\d{4})-(\d{2})/(\d{1,3})/active_customers")
_MONTH = re.compile(r"(\d{4})-(\d{2})")
_DAY = timedelta(days=1)
# Beyond them a year before or a week later may not be a date any more.
_FIRST_YEAR, _LAST_YEAR = 1970, 9000
_TEAM: Final = "team"
_COHORT: Final = "cohort"
_COHORT_EXAMPLE = "m001/2024-W37/cohort/2024-04/1/active_customers"


@dataclass(frozen=True)
class FigureName:
    """One figure of one merchant; `start` is the Monday of its week, or the first of its month.

    That of a cohort's cell is `2024-04/1/active_customers`: the month of its first orders, and how
    many months later.
    """

    merchant_id: str
    period: PeriodKind
    start: date
    figure: str

    @property
    def figure_id(self) -> str:
        """As in `rpt_digest_facts`."""
        label = f"{self.start:%Y-%m}" if self.period == "month" else Week(self.start).iso
        return f"{self.merchant_id}/{label}/{self.period}/{self.figure}"

    @property
    def cell(self) -> tuple[date, int]:
        """Of a cohort: its month, and how many months later.

        Raises:
            FigureNameError: the figure is no cell of a cohort.
        """
        match = _CELL.fullmatch(self.figure)
        if match is None:
            raise FigureNameError(
                f"'{self.figure}' is no cell of a cohort; write {_COHORT_EXAMPLE}."
            )
        return _first_of(match), int(match[3])

    @property
    def days(self) -> tuple[date, ...]:
        """Every calendar day of the period."""
        if self.period == "week":
            return days_between(self.start, Week(self.start).as_of)
        if self.period == "month":
            return days_between(self.start, month_after(self.start) - _DAY)
        as_of = Week(self.start).as_of
        if self.period == "cohort":
            first = month_after(*self.cell)
            return days_between(first, min(month_after(first) - _DAY, as_of))
        return days_between(as_of.replace(day=1), as_of)


def days_between(first: date, last: date) -> tuple[date, ...]:
    """Every day from the first to the last, both included."""
    return tuple(first + day * _DAY for day in range((last - first).days + 1))


def month_after(first: date, months: int = 1) -> date:
    """The first day of the month so many months later; earlier if negative."""
    index = first.year * 12 + first.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def parse_figure(text: str, moment: datetime) -> FigureName:
    """Read `m001/2024-W37/week/gmv`, or without the period, which then is the week or month.

    A week is written `2024-W37`, as its Monday, or `last`, the last one closed at `moment`; a
    month `2024-09`.

    Raises:
        FigureNameError: the text is not built so.
        PeriodError: the week or month does not exist.
    """
    parts = text.strip().split("/")
    if parts[0] == _TEAM and len(parts) > 1:
        raise FigureNameError(
            "A figure of the team adds up those of the merchants; name a merchant's, such as "
            f"{EXAMPLE}."
        )
    if len(parts) > 3 and parts[2] == _COHORT:
        return _cell_of(parts, moment)
    if len(parts) not in (3, 4) or not all(parts):
        raise FigureNameError(
            f"'{text}' names no figure; write merchant/week/figure, such as m001/2024-W37/gmv, or "
            f"a figure_id, such as {EXAMPLE}."
        )
    merchant_id, label, figure = parts[0], parts[1], parts[-1]
    if match := _MONTH.fullmatch(label):
        start, kinds = _first_of(match), ["month"]
    else:
        start, kinds = parse_week(label, moment).monday, ["week", "month_to_date"]
    if not _FIRST_YEAR <= start.year <= _LAST_YEAR:
        raise PeriodError(f"{label}: no merchant has figures of the year {start.year}.")
    kind = parts[2] if len(parts) == 4 else kinds[0]
    for known in get_args(PeriodKind):
        if kind == known and kind in kinds:
            return FigureName(merchant_id, known, start, figure)
    raise FigureNameError(
        f"'{kind}' is no period of {label}; there is {' and '.join(kinds)}, as in "
        f"{merchant_id}/{label}/{kinds[-1]}/{figure}."
    )


def _cell_of(parts: list[str], moment: datetime) -> FigureName:
    monday = parse_week(parts[1], moment).monday
    name = FigureName(parts[0], _COHORT, monday, "/".join(parts[3:]))
    cohort_month, months = name.cell
    if month_after(cohort_month, months) > Week(monday).as_of:
        raise FigureNameError(
            f"{months} months after {cohort_month:%Y-%m} lie beyond {Week(monday).iso}; name an "
            f"earlier month of the cohort, as in {_COHORT_EXAMPLE}."
        )
    return name


def _first_of(match: re.Match[str]) -> date:
    try:
        return date(int(match[1]), int(match[2]), 1)
    except ValueError as error:
        raise PeriodError(f"{match[0]}: there is no such month.") from error
