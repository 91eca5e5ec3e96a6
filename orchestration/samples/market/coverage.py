"""Which days the delivered files speak for, by the definitions of the design."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

import pandas as pd

from orchestration.samples.market.exports import Plan
from orchestration.samples.market.frames import frame
from orchestration.samples.market.sources import SOURCES
from orchestration.samples.market.standing import loaded_plans

_DAY = timedelta(days=1)


class _Day(NamedTuple):
    merchant_id: str
    source: str
    day: date
    is_bridged: bool


def covered_days(plans: Iterable[Plan]) -> pd.DataFrame:
    """One row per merchant, source and covered day: merchant_id, source, day, is_bridged.

    No held file of this world speaks for a gap that is short enough to be bridged.
    """
    proven: dict[tuple[str, str], set[date]] = defaultdict(set)
    for plan in loaded_plans(plans):
        proven[plan.merchant_id, plan.source] |= set(days_of(plan))
    rows = [
        _Day(merchant_id, source, day, is_bridged)
        for (merchant_id, source), days in sorted(proven.items())
        for day, is_bridged in _bridged(sorted(days), SOURCES[source].bridge_days)
    ]
    return frame((row._asdict() for row in rows), _Day._fields)


def days_of(plan: Plan) -> list[date]:
    """The days that one file speaks for.

    Named days count and nothing else; rows prove days up to the one before the export, or only
    their own where the source leaves nothing out, or where the export time is not known.
    Quarantined and skipped rows prove nothing.
    """
    proves = SOURCES[plan.source].proves
    if plan.is_range_named:
        return _days(plan.first_day, plan.last_day)
    days = {
        entry.record.day
        for entry in plan.entries
        if entry.fate == "loaded" and entry.record is not None and entry.record.day is not None
    }
    if proves == "rows" or not plan.is_time_known:
        return sorted(days)
    return _days(min(days), plan.exported_at.date() - _DAY) if days else []


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=day) for day in range((last - first).days + 1)]


def _bridged(days: list[date], bridge_days: int) -> Iterator[tuple[date, bool]]:
    for day, following in zip(days, [*days[1:], None], strict=True):
        yield day, False
        gap = (following - day).days - 1 if following else 0
        if 0 < gap <= bridge_days:
            yield from ((day + timedelta(days=n), True) for n in range(1, gap + 1))
