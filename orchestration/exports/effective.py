"""When a file's content was true: the export time in its name, else its first receipt."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from orchestration.exports.layout_rows import Terms
from orchestration.exports.layouts import Layout
from orchestration.periods import business_day, to_utc

Receipt = tuple[str, datetime]


@dataclass(frozen=True)
class EffectiveTime:
    """The time (UTC) that decides which of two exports is newer, and whether it is a guess."""

    at: datetime
    is_assumed: bool


def export_time(name: str, pattern: re.Pattern[str] | None) -> datetime | None:
    """The export time (UTC) that a file name tells, or None; an impossible time tells nothing."""
    # Some file systems take composed characters apart.
    found = pattern.search(unicodedata.normalize("NFC", name)) if pattern else None
    if found is None:
        return None
    try:
        part = {name: int(digits) for name, digits in found.groupdict().items() if digits}
        day = date(part["year"], part["month"], part["day"])
        clock = time(part.get("hour", 0), part.get("minute", 0), part.get("second", 0))
        return to_utc(datetime.combine(day, clock))
    except ValueError:
        return None


def effective_time(names: Sequence[Receipt], terms: Terms) -> EffectiveTime:
    """The newest export time among a file's names, else its earliest receipt, as an assumption.

    `names` are pairs of file name and time of receipt (with time zone); at least one.
    """
    told = [export_time(name, terms.export_time_pattern) for name, _ in names]
    known = [moment for moment in told if moment is not None]
    if known:
        return EffectiveTime(max(known), is_assumed=False)
    return EffectiveTime(min(received for _, received in names), is_assumed=True)


def terms_for(layout: Layout, names: Sequence[Receipt]) -> tuple[Terms, EffectiveTime]:
    """The terms in force when a file was exported, and that time as these terms read it."""
    for terms in reversed(layout.terms):
        effective = effective_time(names, terms)
        if business_day(effective.at) >= terms.effective_from:
            return terms, effective
    return layout.terms[0], effective_time(names, layout.terms[0])
