"""Which days a file speaks for, and what proves it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from orchestration.exports.errors import ExportError
from orchestration.exports.layout.rows import CoverageMode
from orchestration.periods import business_day

Evidence = Literal["declared", "rows_to_export", "rows"]
DayRange = tuple[date, date]

_DAY = timedelta(days=1)
# A day that a clock follows (`-09_30`) is when the export was made, not the end of a range.
_RANGE = re.compile(r"(?<!\d)(\d{4}-\d{2}-\d{2})(?:_|~|至|\.\.)(\d{4}-\d{2}-\d{2})(?!\d|-\d)")


@dataclass(frozen=True, order=True)
class CoveredRun:
    """Days that follow each other and are covered, both ends included."""

    covered_from: date
    covered_to: date
    evidence: Evidence


def day_runs(days: Iterable[date]) -> list[list[str]]:
    """Days as runs without a gap: [first, last] of each as ISO text, in order."""
    runs: list[list[date]] = []
    for day in sorted(set(days)):
        if runs and day - runs[-1][1] == _DAY:
            runs[-1][1] = day
        else:
            runs.append([day, day])
    return [[first.isoformat(), last.isoformat()] for first, last in runs]


def declared_range(name_or_folder: str) -> DayRange | None:
    """The range of days that a name declares (`2024-06-24_2024-06-30`), or None.

    Raises:
        ExportError: it looks like a range, but a day does not exist or it ends before it begins.
    """
    found = _RANGE.search(name_or_folder)
    if found is None:
        return None
    try:
        first, last = date.fromisoformat(found[1]), date.fromisoformat(found[2])
    except ValueError as error:
        raise ExportError(f"'{name_or_folder}' names a day that does not exist.") from error
    if last < first:
        raise ExportError(f"'{name_or_folder}' ends before it begins; turn the two days round.")
    return first, last


def covered_runs(
    mode: CoverageMode,
    *,
    first_row_date: date | None,
    row_day_runs: Sequence[Sequence[str]],
    effective_at: datetime,
    is_assumed: bool,
    declared: Sequence[DayRange] = (),
) -> list[CoveredRun]:
    """The runs of Shanghai days that one file speaks for, oldest first.

    What somebody declared counts and nothing else. `rows_to_export` runs from the first row's
    day to the day before the export: the day of the export was not over. Where the export time
    is only assumed, and in mode `rows`, just the days before it that have rows are covered.
    `effective_at` carries its time zone; `row_day_runs` are [first, last] as ISO text.
    """
    if declared:
        return [CoveredRun(first, last, "declared") for first, last in _merged(declared)]
    if mode == "declared":
        return []
    day_before_export = business_day(effective_at) - _DAY
    if mode == "rows" or is_assumed:
        runs = [
            (date.fromisoformat(first), date.fromisoformat(last)) for first, last in row_day_runs
        ]
        return [
            CoveredRun(first, min(last, day_before_export), "rows")
            for first, last in runs
            if first <= day_before_export
        ]
    if first_row_date is None or first_row_date > day_before_export:
        return []
    return [CoveredRun(first_row_date, day_before_export, "rows_to_export")]


def _merged(ranges: Sequence[DayRange]) -> list[DayRange]:
    merged: list[DayRange] = []
    for first, last in sorted(ranges):
        if merged and first <= merged[-1][1] + _DAY:
            merged[-1] = (merged[-1][0], max(merged[-1][1], last))
        else:
            merged.append((first, last))
    return merged
