"""Versions of one programme: never two at once, no hole between, one unit, no surprise. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

from orchestration.incentives.checked_yaml import Document
from orchestration.incentives.programmes.checks.finding import Finding, warning
from orchestration.incentives.programmes.load import Programmes, Record
from orchestration.incentives.programmes.model import (
    AfterEvent,
    Campaign,
    Programme,
    Version,
    Weekly,
)


def version_findings(programmes: Programmes) -> Iterator[Finding]:
    """What is wrong between the versions of each programme."""
    yield from _shared_names(programmes)
    for document in programmes.documents:
        yield from _overlaps(document)
        yield from _gaps(document)
        yield from _open_windows(document)
        yield from _changed_records(document)
        yield from _several_units(document)
    for record in programmes.latest:
        yield from _unmarked_assumption(record)


def _in_order(document: Document[Programme], places: Iterator[int]) -> list[Record]:
    records = (Record(document, index) for index in places)
    return sorted(records, key=lambda record: record.version.valid_from)


def _known_today(document: Document[Programme]) -> list[Record]:
    return _in_order(document, iter(document.says.latest.values()))


def _overlaps(document: Document[Programme]) -> Iterator[Finding]:
    """Two versions on one day, at any moment at which something was recorded."""
    told: set[tuple[int, int]] = set()
    for moment in sorted({one.recorded_at for one in document.says.versions}):
        known = _in_order(document, iter(document.says.known_at(moment).values()))
        for before, after in pairwise(known):
            is_new = (before.index, after.index) not in told
            if is_new and after.version.valid_from < before.version.last_day:
                told.add((before.index, after.index))
                first, second = before.version, after.version
                yield Finding(
                    "overlapping versions",
                    after.where("valid_from"),
                    f"version {second.version} holds from {second.valid_from}, when version "
                    f"{first.version} still does ({_until(first)}); record version "
                    f"{first.version} again, at {second.recorded_at.isoformat()} or before, with "
                    f"valid_to: {second.valid_from}",
                )


def _until(version: Version) -> str:
    return f"until {version.valid_to}" if version.valid_to else "until further notice"


def _gaps(document: Document[Programme]) -> Iterator[Finding]:
    for before, after in pairwise(_known_today(document)):
        last = before.version.valid_to
        if last is not None and last < after.version.valid_from:
            yield warning(
                "gap between versions",
                after.where("valid_from"),
                f"no version holds from {last} to {after.version.valid_from}, so no window begins "
                "then; close the gap, or leave it if nothing was promised",
            )


def _open_windows(document: Document[Programme]) -> Iterator[Finding]:
    """A version that begins while windows of the one before are open."""
    for before, after in pairwise(_known_today(document)):
        starts = after.version.valid_from
        last = _last_window_end(before.version)
        if before.version.valid_to == starts and last is not None and last > starts:
            yield warning(
                "open windows",
                after.where("valid_from"),
                f"windows that begin before {starts} stay with version {before.version.version} to "
                f"their end, the last one until {last}; tell merchants so, if the rules differ",
            )


def _last_window_end(version: Version) -> date | None:
    """The first day on which no window of a version that ended is open any more."""
    if version.valid_to is None:
        return None
    last_start = version.valid_to - timedelta(days=1)
    window = version.window
    if isinstance(window, Campaign):
        return window.end
    if isinstance(window, AfterEvent):
        return last_start + timedelta(days=window.days)
    if isinstance(window, Weekly):
        into_week = (last_start.isoweekday() - window.week_starts) % 7
        return last_start + timedelta(days=7 - into_week)
    return (last_start.replace(day=1) + timedelta(days=31)).replace(day=1)


def _changed_records(document: Document[Programme]) -> Iterator[Finding]:
    """Records of one version with other rules: windows that are open change under the feet."""
    by_number: defaultdict[int, list[Record]] = defaultdict(list)
    for index in range(len(document.says.versions)):
        record = Record(document, index)
        by_number[record.version.version].append(record)
    for number, records in by_number.items():
        for before, after in pairwise(sorted(records, key=lambda one: one.version.recorded_at)):
            changed = [
                part
                for part in ("window", "gates", "goals", "reward", "exclusive")
                if getattr(before.version, part) != getattr(after.version, part)
            ]
            if changed:
                yield warning(
                    "changed in open windows",
                    after.where(changed[0]),
                    f"version {number} had other {' and '.join(changed)} when it was recorded at "
                    f"{before.version.recorded_at.isoformat()}, so windows that are open change; "
                    "if the platform changed its rules, make it a new version with its own "
                    "valid_from",
                )


def _several_units(document: Document[Programme]) -> Iterator[Finding]:
    first, *others = (Record(document, index) for index in range(len(document.says.versions)))
    unit = first.version.reward.unit
    for record in others:
        if record.version.reward.unit != unit:
            yield Finding(
                "mixed units",
                record.where("reward", "unit"),
                f"this version gives {record.version.reward.unit}, version {first.version.version} "
                f"{unit}; what is counted otherwise is another programme, in a file of its own",
            )


def _unmarked_assumption(record: Record) -> Iterator[Finding]:
    said = record.version.provenance
    if said.certainty != "A" and not said.is_assumption:
        yield warning(
            "certainty",
            record.where("provenance", "is_assumption"),
            f"certainty is {said.certainty}, not the platform's own words, and is_assumption is "
            "false; write true, so that the digest says so",
        )


def _shared_names(programmes: Programmes) -> Iterator[Finding]:
    """Grants are told apart by the name of their programme."""
    owners: dict[str, str] = {}
    for document in programmes.documents:
        programme = document.says
        for name in dict.fromkeys(programme.name.spellings):
            owner = owners.setdefault(name, programme.programme)
            if owner != programme.programme:
                yield warning(
                    "same name",
                    document.where(("name",)),
                    f"'{name}' is the name of {owner} too, so a grant of this name counts for "
                    "both; change one",
                )
