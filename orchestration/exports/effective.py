"""When a file's content was true, and which days it speaks of, as names and titles tell."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from orchestration.exports.coverage import DayRange
from orchestration.exports.errors import ExportError
from orchestration.exports.layout.book import Layout
from orchestration.exports.layout.rows import Terms
from orchestration.periods import business_day, to_utc

# How a title above the header tells when the export was made.
_TITLE_TIME = re.compile(
    r"(?:导出|下载|生成)时间\s*[:：]?\s*(?P<year>20\d{2})[-/](?P<month>\d{1,2})[-/](?P<day>\d{1,2})"
    r"\s+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?"
)


@dataclass(frozen=True)
class Receipt:
    """One name under which a file arrived, and what its place said about it.

    `folder` is where it lay below the merchant's inbox folder, `told_at` the time that a ZIP
    tells of its member, `declared` the days that a person or a name declares. Times have a zone.
    """

    file_name: str
    received_at: datetime
    folder: str = ""
    told_at: datetime | None = None
    declared: tuple[date, date] | None = None


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


def effective_time(
    receipts: Sequence[Receipt], terms: Terms, titles: Sequence[str] = ()
) -> EffectiveTime:
    """The newest export time that the file knows, else its earliest receipt, as an assumption.

    A name tells it best, then a title above the header, then the ZIP that the file came in.
    At least one receipt.
    """
    told = (
        [export_time(receipt.file_name, terms.export_time_pattern) for receipt in receipts],
        [export_time(title, _TITLE_TIME) for title in titles],
        [receipt.told_at for receipt in receipts],
    )
    for moments in told:
        known = [moment for moment in moments if moment is not None]
        if known:
            return EffectiveTime(max(known), is_assumed=False)
    return EffectiveTime(min(receipt.received_at for receipt in receipts), is_assumed=True)


def terms_for(
    layout: Layout, receipts: Sequence[Receipt], titles: Sequence[str] = ()
) -> tuple[Terms, EffectiveTime]:
    """The terms in force when a file was exported, and that time as these terms read it."""
    for terms in reversed(layout.terms):
        effective = effective_time(receipts, terms, titles)
        if business_day(effective.at) >= terms.effective_from:
            return terms, effective
    return layout.terms[0], effective_time(receipts, layout.terms[0], titles)


def file_period(receipts: Sequence[Receipt], terms: Terms) -> DayRange | None:
    """The days that a file speaks of as a whole: by its name, else as somebody declared.

    Raises:
        ExportError: its name tells days that cannot be.
    """
    for receipt in receipts:
        if terms.period_pattern and (found := terms.period_pattern.search(receipt.file_name)):
            return _named_period(found, receipt.file_name)
    return next((receipt.declared for receipt in receipts if receipt.declared), None)


def _named_period(found: re.Match[str], file_name: str) -> DayRange:
    part = {name: int(digits) for name, digits in found.groupdict().items() if digits}
    try:
        first = date(part["year"], part["month"], part["day"])
        has_end = "to_day" in part
        last = date(part["to_year"], part["to_month"], part["to_day"]) if has_end else first
    except ValueError as error:
        raise ExportError(f"'{file_name}' names a day that does not exist.") from error
    if last < first:
        raise ExportError(f"'{file_name}' ends before it begins; turn the two days round.")
    return first, last
