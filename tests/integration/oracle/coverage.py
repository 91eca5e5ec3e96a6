"""Which days the order source speaks for, and how it is known."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

Row = dict[str, Any]

SOURCE = "qianfan__orders"
STRENGTH = ["declared", "rows_to_export", "rows", "bridged"]  # the strongest evidence first
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Run:
    """Days, first to last, that one file covers."""

    first: date
    last: date
    evidence: str = "rows_to_export"
    file_sha256: str = ""


def span(first: date, last: date) -> list[date]:
    """Every day from first to last; none if last is before first."""
    return [first + n * ONE_DAY for n in range((last - first).days + 1)]


def shown_days(runs: Iterable[Run]) -> set[date]:
    """The days that some file covers."""
    return {day for run in runs for day in span(run.first, run.last)}


def bridged_days(shown: set[date], bridge_days: int) -> set[date]:
    """The days of every gap of at most `bridge_days` days between two covered days."""
    bridged: set[date] = set()
    ordered = sorted(shown)
    for before, after in pairwise(ordered):
        gap = span(before + ONE_DAY, after - ONE_DAY)
        if len(gap) <= bridge_days:
            bridged.update(gap)
    return bridged


def covered_days(runs: Sequence[Run], bridge_days: int) -> frozenset[date]:
    """The covered days, bridged ones included."""
    shown = shown_days(runs)
    return frozenset(shown | bridged_days(shown, bridge_days))


def coverage(runs: Sequence[Run], bridge_days: int) -> list[Row]:
    """`fct_coverage`: one row per covered day of the order source."""
    rows: list[Row] = []
    for day in sorted(covered_days(runs, bridge_days)):
        showing = [run for run in runs if run.first <= day <= run.last]
        evidence = min((run.evidence for run in showing), key=STRENGTH.index, default="bridged")
        rows.append(
            {
                "source": SOURCE,
                "day": day,
                "file_count": len({run.file_sha256 for run in showing}),
                "evidence": evidence,
                "is_bridged": not showing,
            }
        )
    return rows
