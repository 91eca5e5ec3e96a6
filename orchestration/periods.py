"""Reporting weeks and business days: Asia/Shanghai, ISO weeks, Monday to Sunday. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


def _business_zone() -> tzinfo:
    """Asia/Shanghai, also on a machine without a database of zones; the doctor tells of that.

    China has had no summer time since 1991: of all that is exported its offset is the same.
    """
    name = "Asia/Shanghai"
    try:
        return ZoneInfo(name)
    except ZoneInfoNotFoundError:
        return timezone(timedelta(hours=8), name)


BUSINESS_ZONE = _business_zone()
_ISO_WEEK = re.compile(r"(\d{4})-?W(\d{2})")


class PeriodError(ValueError):
    """A text does not name a reporting week or day."""


@dataclass(frozen=True, order=True)
class Week:
    """A reporting week, named by its Monday."""

    monday: date

    def __post_init__(self) -> None:
        if self.monday.weekday() != 0:
            raise PeriodError(
                f"{self.monday} is a {self.monday:%A}; a week is named by its Monday "
                f"({self.monday - timedelta(days=self.monday.weekday())})."
            )

    @property
    def as_of(self) -> date:
        """The last business day that the week's decisions may see: its Sunday."""
        return self.monday + timedelta(days=6)

    @property
    def iso(self) -> str:
        """`2024-W37`."""
        year, week, _ = self.monday.isocalendar()
        return f"{year}-W{week:02d}"

    @property
    def key(self) -> str:
        """The partition key: the Monday as `2024-09-09`."""
        return self.monday.isoformat()

    @property
    def previous(self) -> Week:
        return Week(self.monday - timedelta(days=7))


def week_of(day: date) -> Week:
    """The week that a business day belongs to."""
    return Week(day - timedelta(days=day.weekday()))


def business_day(moment: datetime) -> date:
    """The business day of an instant.

    Raises:
        PeriodError: the instant has no offset, so its day is anybody's guess.
    """
    if moment.tzinfo is None:
        raise PeriodError(f"{moment} has no time zone.")
    return moment.astimezone(BUSINESS_ZONE).date()


def last_closed_week(moment: datetime) -> Week:
    """The newest week whose Sunday is over at this instant."""
    return week_of(business_day(moment)).previous


def parse_week(text: str, moment: datetime) -> Week:
    """Read `2024-09-09`, `2024-W37` or `last` (the last closed week at `moment`).

    Raises:
        PeriodError: the text is none of these, or the date is no Monday.
    """
    if text == "last":
        return last_closed_week(moment)
    if match := _ISO_WEEK.fullmatch(text):
        year, week = int(match[1]), int(match[2])
        try:
            return Week(date.fromisocalendar(year, week, 1))
        except ValueError as error:
            raise PeriodError(f"{text}: the year {year} has no week {week}.") from error
    try:
        return Week(date.fromisoformat(text))
    except PeriodError:
        raise
    except ValueError as error:
        raise PeriodError(
            f"'{text}' is no week; write its Monday (2024-09-09), 2024-W37, or last."
        ) from error


def parse_day_range(text: str) -> tuple[date, date]:
    """Read `2024-06-24..2024-06-30`, both days included.

    Raises:
        PeriodError: the text is no range, or it ends before it begins.
    """
    first, separator, last = text.partition("..")
    try:
        days = date.fromisoformat(first), date.fromisoformat(last)
    except ValueError as error:
        raise PeriodError(f"'{text}' is no range of days; write 2024-06-24..2024-06-30.") from error
    if not separator or days[1] < days[0]:
        raise PeriodError(f"'{text}' ends before it begins.")
    return days


def to_utc(local: datetime) -> datetime:
    """A wall-clock time of the platform (UTC+8) as an instant in UTC."""
    return local.replace(tzinfo=BUSINESS_ZONE).astimezone(UTC)
