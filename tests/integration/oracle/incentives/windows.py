"""The windows of a merchant in a programme: when they begin and end, and whether they are sure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from .facts import ADS, LIVE, ONE_DAY, ORDERS, days_between
from .metrics import Known
from .rules import Version

# What a day must have to be an event, and the source that would tell it.
EVENTS = {
    "first_order": ("order_count", ORDERS),
    "first_ad_spend": ("ad_spend", ADS),
    "first_broadcast": ("broadcast_days", LIVE),
}


@dataclass(frozen=True)
class Window:
    """From `start` to the day before `end`; of a window to come the day after `as_of`."""

    version: Version
    start: date
    end: date
    is_certain: bool = True
    is_to_come: bool = False

    @property
    def days(self) -> int:
        """Its length: a window to come will have the days that the version gives it."""
        return self.version.window["days"] if self.is_to_come else (self.end - self.start).days

    def has_begun(self, as_of: date) -> bool:
        """Whether a day of it is over; one that begins on the Monday after the week has not."""
        return self.start <= as_of

    def meets(self, other: Window) -> bool:
        """Whether they have a day in common."""
        return self.start < other.end and other.start < self.end


def windows_of(known: Known, versions: Iterable[Version]) -> list[Window]:
    """The windows of one programme that begin by the day after `as_of`, then the one to come."""
    versions = list(versions)
    due = [one for version in versions for one in _due(known, version)]
    return sorted(due, key=lambda one: one.start) + _to_come(known, versions, due)


def _due(known: Known, version: Version) -> Iterator[Window]:
    """The digest of a week is read on the day after it: what begins then is decided with it."""
    last = known.as_of + ONE_DAY
    for one in _all_windows(known, version):
        if version.is_in_force(one.start) and one.start <= last and _exists(known, one):
            yield one


def _exists(known: Known, window: Window) -> bool:
    joined = known.merchant.joined_on
    return joined is None or window.end > joined


def _all_windows(known: Known, version: Version) -> Iterator[Window]:
    words = version.window
    if words["kind"] == "after_event":
        for day, is_certain in _event_days(known, version):
            start = day + version.starts_after
            yield Window(version, start, start + timedelta(days=words["days"]), is_certain)
    elif words["kind"] == "campaign":
        yield Window(version, words["start"], words["end"])
    else:
        yield from calendar_windows(version, version.valid_from, known.as_of + ONE_DAY)


def calendar_windows(version: Version, first: date, last: date) -> Iterator[Window]:
    """The weeks or months of the version that begin from the first to the last day."""
    words = version.window
    for day in days_between(first, last + ONE_DAY):
        if words["kind"] == "monthly" and day.day == 1:
            yield Window(version, day, (day + timedelta(days=31)).replace(day=1))
        if words["kind"] == "weekly" and day.isoweekday() == words.get("week_starts", 1):
            yield Window(version, day, day + timedelta(days=7))


def _event_days(known: Known, version: Version) -> Iterator[tuple[date, bool]]:
    """The days up to `as_of` that are events, each with whether it is certain."""
    if version.window["event"] == "joined":
        if known.merchant.joined_on is not None:
            yield known.merchant.joined_on, True
        return
    metric, _ = EVENTS[version.window["event"]]
    for day in known.happenings(metric):
        if (is_certain := _as_event(known, version, day)) is not None:
            yield day, is_certain


def _as_event(known: Known, version: Version, day: date) -> bool | None:
    """None if what happens on the day is no event, else whether that is certain."""
    joined = known.merchant.joined_on
    if joined is not None and day < joined:
        return None
    metric, source = EVENTS[version.window["event"]]
    since = date.min
    if version.window["mode"] == "dormant":
        since = day - timedelta(days=version.window["lookback_days"])
    if any(since <= other < day for other in known.happenings(metric)):
        return None
    if joined is None:
        return False
    covered = known.merchant.covered.get(source, frozenset())
    return all(each in covered for each in days_between(max(joined, since), day))


def _to_come(known: Known, versions: list[Version], due: list[Window]) -> list[Window]:
    """The window that an event on the day after `as_of` would open."""
    day = known.as_of + ONE_DAY
    if any(one.start <= day < one.end for one in due):
        return []
    return [
        Window(version, day, day + ONE_DAY, is_certain, is_to_come=True)
        for version in versions
        if version.window["kind"] == "after_event"
        and version.window["event"] != "joined"
        and version.is_in_force(day + version.starts_after)
        and (is_certain := _as_event(known, version, day)) is not None
    ]
