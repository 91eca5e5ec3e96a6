"""What may happen to the files of two merchants, and what must stand in the end.

A history is drawn by hypothesis; the truth of it is worked out here from what was drawn alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Literal, NamedTuple

from hypothesis import strategies as st
from kinds import FIRST_MOMENT, KINDS, Export, Key, Part, amount_of, content_of, day_of, name_of

MERCHANTS = ("m001", "m002")
# Files of nobody but this merchant are ever broken: a fault of several stops a source for all.
_DIRTY = "m001"
# An export time in a name is cut to the minute.
_MINUTE = timedelta(minutes=1)
_EXTRA_SKIPS = {"empty": 1, "title": 1, "total": 1}

FileId = tuple[str, str]
# By source, merchant and key.
Standing = dict[tuple[str, str, Key], list[Decimal]]


class Name(NamedTuple):
    """One name of a file: hours from the first moment to its export (None: it does not tell)."""

    hours: int | None
    text: str


class Arrival(NamedTuple):
    """A file dropped under one of its names; `is_unfiled`: in the inbox itself."""

    export: int
    name: int
    is_unfiled: bool


class Decision(NamedTuple):
    what: Literal["withdraw", "reinstate"]
    export: int


@dataclass(frozen=True)
class Step:
    """Files that arrive together and are ingested, and what a person decides after that.

    `hours`: when, from the first moment on; by then all export times that names tell are over.
    """

    arrivals: tuple[Arrival, ...]
    decisions: tuple[Decision, ...] = ()
    is_inbox_emptied: bool = False
    hours: int = 168


@dataclass(frozen=True)
class History:
    """All exports, the names of each, and what happened to them."""

    exports: tuple[Export, ...]
    names: tuple[tuple[Name, ...], ...]
    steps: tuple[Step, ...]

    def id_of(self, export: int) -> FileId:
        one = self.exports[export]
        return one.merchant_id, sha256(content_of(one)).hexdigest()

    @property
    def withdrawn(self) -> set[FileId]:
        """The files that are out in the end."""
        out: set[FileId] = set()
        for step in self.steps:
            for decision in step.decisions:
                change = out.add if decision.what == "withdraw" else out.discard
                change(self.id_of(decision.export))
        return out

    @property
    def contents(self) -> dict[FileId, tuple[Export, datetime]]:
        """Every content once, with the newest time that a name tells, else the first receipt."""
        told: dict[FileId, list[int]] = defaultdict(list)
        received: dict[FileId, list[int]] = defaultdict(list)
        for step in self.steps:
            for arrival in step.arrivals:
                key, name = self.id_of(arrival.export), self.names[arrival.export][arrival.name]
                received[key].append(step.hours)
                told[key] += [name.hours] if name.hours is not None else []
        exports = {self.id_of(place): export for place, export in enumerate(self.exports)}
        hours = {key: max(told[key]) if told[key] else min(received[key]) for key in exports}
        return {
            key: (export, FIRST_MOMENT + timedelta(hours=hours[key]))
            for key, export in exports.items()
        }


@dataclass(frozen=True)
class Fate:
    """What must become of one file."""

    status: str
    read: int
    loaded: int
    quarantined: int
    held: int
    skipped: Mapping[str, int]


def is_rejected(export: Export, part: Part, line: int, exported_at: datetime) -> bool:
    if line < part.broken:
        return True
    if export.kind != "qianfan__orders":
        return False
    paid = datetime.combine(day_of(part.key), datetime.min.time()) + timedelta(hours=10)
    return paid + timedelta(seconds=line) >= exported_at + _MINUTE


def fates(history: History) -> dict[FileId, Fate]:
    """The account of every file that is not withdrawn."""
    return {
        key: _fate(export, exported_at)
        for key, (export, exported_at) in history.contents.items()
        if key not in history.withdrawn
    }


def _fate(export: Export, exported_at: datetime) -> Fate:
    lines = [(part, line) for part in export.parts for line in range(part.lines)]
    rejected = sum(is_rejected(export, part, line, exported_at) for part, line in lines)
    skipped = _EXTRA_SKIPS if export.has_extras else {}
    read = len(lines) + sum(skipped.values())
    if lines and rejected == len(lines):
        return Fate("held", read, 0, 0, len(lines), skipped)
    return Fate("loaded", read, len(lines) - rejected, rejected, 0, skipped)


def standing(history: History) -> Standing:
    """The amounts that count, by merchant and key: those of the newest export that has it whole."""
    best: dict[tuple[str, str, Key], tuple[tuple[bool, datetime, str], list[Decimal]]] = {}
    loaded = {key for key, fate in fates(history).items() if fate.status == "loaded"}
    for file_id, (export, exported_at) in history.contents.items():
        for part in export.parts if file_id in loaded else ():
            kept, rejected = _split(export, part, exported_at)
            rank = (not rejected, exported_at, file_id[1])
            key = (export.kind, export.merchant_id, KINDS[export.kind].key(export, part))
            if kept and (key not in best or rank > best[key][0]):
                best[key] = (rank, kept)
    return {key: sorted(amounts) for key, (_, amounts) in best.items()}


def _split(export: Export, part: Part, exported_at: datetime) -> tuple[list[Decimal], int]:
    kept = [
        amount_of(part, line)
        for line in range(part.lines)
        if not is_rejected(export, part, line, exported_at)
    ]
    return kept, part.lines - len(kept)


@st.composite
def histories(draw: st.DrawFn, *, is_time_told: bool = True) -> History:
    """Two to seven exports with their names, in any order, in up to four steps.

    `is_time_told`: every file has a name that tells when it was exported, so that it does not
    matter when it arrives. Otherwise some have none, and the steps are days apart.
    """
    exports = tuple(draw(st.lists(_exports(), min_size=2, max_size=7)))
    names = tuple(
        tuple(draw(_names(place, one, is_time_told=is_time_told)))
        for place, one in enumerate(exports)
    )
    each = [(place, n) for place, some in enumerate(names) for n in range(len(some))]
    again = draw(st.lists(st.sampled_from(each), max_size=2))
    order = draw(st.permutations([*each, *again]))
    arrivals = [Arrival(*one, draw(_unfiled(exports[one[0]]))) for one in order]
    steps: list[Step] = []
    ids = [(one.merchant_id, sha256(content_of(one)).hexdigest()) for one in exports]
    out: set[FileId] = set()
    while arrivals:
        count = draw(st.integers(1, len(arrivals))) if len(steps) < 3 else len(arrivals)
        now, arrivals = arrivals[:count], arrivals[count:]
        there = {one.export for step in steps for one in step.arrivals} | {a.export for a in now}
        decisions = tuple(_decide(draw, {ids[export]: export for export in sorted(there)}, out))
        hours = Step.hours if is_time_told else 24 + 30 * len(steps)
        steps.append(Step(tuple(now), decisions, draw(st.booleans()), hours))
    return History(exports, names, tuple(steps))


def _unfiled(export: Export) -> st.SearchStrategy[bool]:
    # Only rows that name their account can be given to somebody.
    names_its_owner = export.kind == "juguang__accounts" and export.parts
    return st.booleans() if names_its_owner else st.just(False)


def _decide(draw: st.DrawFn, there: Mapping[FileId, int], out: set[FileId]) -> Iterable[Decision]:
    for file_id in draw(st.lists(st.sampled_from(list(there)), max_size=2, unique=True)):
        yield Decision("reinstate" if file_id in out else "withdraw", there[file_id])
        out ^= {file_id}


@st.composite
def _exports(draw: st.DrawFn) -> Export:
    kind = draw(st.sampled_from(sorted(KINDS)))
    merchant_id = draw(st.sampled_from(MERCHANTS))
    is_dirty = merchant_id == _DIRTY
    # As many as a week has days: a report has one key a day.
    keys = draw(st.lists(st.integers(0, 6), max_size=4, unique=True))
    return Export(
        kind,
        merchant_id,
        tuple(draw(parts(key, is_dirty)) for key in keys),
        shape=draw(st.integers(0, 3)),
        is_workbook=draw(st.booleans()),
        has_extras=draw(st.booleans()),
    )


@st.composite
def parts(draw: st.DrawFn, key: int, is_dirty: bool) -> Part:
    lines = draw(st.integers(1, 3))
    broken = draw(st.integers(0, lines)) if is_dirty else 0
    return Part(key, draw(st.integers(0, 3)), lines, broken, draw(st.integers(0, 1)))


@st.composite
def _names(draw: st.DrawFn, place: int, export: Export, *, is_time_told: bool) -> list[Name]:
    kind = KINDS[export.kind]
    first = -kind.first_offset if export.merchant_id == _DIRTY else 0
    hours = draw(st.lists(st.integers(first, 12), min_size=is_time_told, max_size=2))
    told: list[int | None] = [*hours, *draw(st.lists(st.none(), min_size=not hours, max_size=1))]
    return [Name(one, name_of(export, one, f"{place}{n}")) for n, one in enumerate(told)]
