"""A layout for a file that no layout knows: columns, types, day, key and what its name tells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from orchestration.exports.layout.book import LayoutBook
from orchestration.exports.layout.headers import normalise
from orchestration.exports.layout.rows import CUT, PERIOD_COLUMNS
from orchestration.exports.layout.types import CellType
from orchestration.exports.learn.file_name import name_patterns
from orchestration.exports.learn.key import key_of
from orchestration.exports.learn.naming import known_column, plain_name
from orchestration.exports.learn.profile import Profile, days_of
from orchestration.exports.learn.proposal import LearnError, Proposal, unwritten
from orchestration.exports.learn.renamed import personal_reason
from orchestration.exports.learn.table import Table
from orchestration.exports.learn.types import infer
from orchestration.exports.learn.words import unwritable
from orchestration.sections import DuckDBSettings

HOUR = "hour"
_CERTAIN, _BY_CELLS, _DOUBTFUL = 1.0, 0.95, 0.8
# So many headers that only this source has tell its files from all others.
_TELLING = 3
_DAY_TYPES: tuple[CellType, ...] = ("date", "timestamp")


@dataclass(frozen=True)
class NewLayout:
    """A whole layout as proposed: its columns by proposal, and the terms of its files.

    `day` is the column of a row's day, empty where only the file tells its days; `has_hours`:
    its cells may be hours. `why` are sentences about day, key, days proven and the name.
    """

    source: str
    proposals: tuple[Proposal, ...]
    day: str
    has_hours: bool
    replace_by: tuple[str, ...]
    export_time_pattern: str
    period_pattern: str
    why: tuple[str, ...]

    @property
    def mapped(self) -> tuple[Proposal, ...]:
        return tuple(one for one in self.proposals if one.action == "map")


def unseen(
    source: str,
    table: Table,
    found: Mapping[int, Profile],
    book: LayoutBook,
    limits: DuckDBSettings,
) -> NewLayout:
    """Propose a layout: nothing is guessed that the cells of the whole file do not bear out.

    Raises:
        LearnError: no column can be read.
    """
    proposals = list(_columns(source, table, found, book))
    mapped = {one.place: one for one in proposals if one.action == "map"}
    if not mapped:
        raise LearnError(f"{table.file_name}: no column of it can be read; export it again.")
    day = _day(mapped, found)
    has_hours = day is not None and infer(day.header, found[day.place]).has_hours
    key, why = key_of(table, mapped, found, day, limits)
    names = name_patterns(table.file_name, days_of(table, day.place, day.type) if day else None)
    keys = {mapped[place].column for place in key}
    proposals = [_required(one, found, keys, day) for one in proposals]
    return NewLayout(
        source=source,
        proposals=tuple(_telling(proposals, found, book)),
        day=day.column if day else "",
        has_hours=has_hours,
        replace_by=(
            *((CUT,) if has_hours else ()),
            *(mapped[place].column for place in key if mapped[place] is not day),
            *((day.column,) if day and day.place in key else ()),
            *(PERIOD_COLUMNS if day is None else ()),
        ),
        export_time_pattern=names.export_time,
        period_pattern=names.period,
        why=(*_why_day(day), why, *names.why),
    )


def _columns(
    source: str, table: Table, found: Mapping[int, Profile], book: LayoutBook
) -> Iterator[Proposal]:
    taken: set[str] = {HOUR, CUT, *PERIOD_COLUMNS}
    for place in table.columns:
        proposal = _column(source, table, place, found[place], book, taken)
        taken.add(proposal.column)
        yield proposal


def _column(
    source: str, table: Table, place: int, profile: Profile, book: LayoutBook, taken: set[str]
) -> Proposal:
    header = table.spelling(place)
    personal = personal_reason(header, profile, book)
    if fault := unwritable(table.header[place], header):
        return unwritten(place, header, fault, () if personal else profile.examples)
    if personal:
        return Proposal(place, header, "ignore", _CERTAIN, (personal,), is_personal=True)
    twins = [n for n in table.columns if normalise(table.header[n]) == normalise(header)]
    if len(twins) > 1:
        why = ("several columns have this header, and only one can be read",)
        return Proposal(place, header, "leave", 0.0, why, examples=profile.examples)
    if profile.filled == 0:
        why = ("no cell of it is filled, so its type cannot be told",)
        return Proposal(place, header, "leave", 0.0, why)
    known = known_column(header, profile, book, source)
    if known and known.column.name not in taken:
        others = profile.filled - round(known.share * profile.filled)
        doubt = f"{others:,} of {profile.filled:,} cells do not: their rows go to quarantine"
        return Proposal(
            *(place, header, "map", _DOUBTFUL if others else _CERTAIN),
            why=(
                f"{known.source} reads it as {known.column.name}",
                doubt if others else "all cells read so",
            ),
            column=known.column.name,
            type=known.column.type,
            examples=profile.examples,
        )
    if any(layout.ignored.get(normalise(header)) == "not_used" for layout in book.layouts.values()):
        why = ("other sources have it too and do not use it",)
        return Proposal(place, header, "ignore", _BY_CELLS, why, examples=profile.examples)
    inferred = infer(header, profile)
    return Proposal(
        *(place, header, "map", _BY_CELLS, (inferred.why,)),
        column=plain_name(header, place, taken),
        type=inferred.type,
        examples=profile.examples,
    )


def _day(mapped: Mapping[int, Proposal], found: Mapping[int, Profile]) -> Proposal | None:
    """The column of a row's day: filled in every row if one is, a day before a time."""
    candidates = [one for one in mapped.values() if one.type in _DAY_TYPES]
    return min(
        candidates,
        key=lambda one: (
            not found[one.place].is_full,
            one.column != "stat_date",
            _DAY_TYPES.index(one.type),
            one.place,
        ),
        default=None,
    )


def _why_day(day: Proposal | None) -> tuple[str, ...]:
    if day is None:
        return (
            "no column holds a day, so a file speaks for the days that its name, its folder or "
            "--covers tells",
        )
    return (
        f"'{day.header}' is the day of a row; only days that have rows count as covered "
        "(change `coverage` if a day without a row is a day of zeros)",
    )


def _required(
    one: Proposal, found: Mapping[int, Profile], keys: set[str], day: Proposal | None
) -> Proposal:
    if one.action != "map" or (one.column not in keys and (day is None or one is not day)):
        return one
    return replace(one, required="value" if found[one.place].is_full else "header")


def _telling(
    proposals: Sequence[Proposal], found: Mapping[int, Profile], book: LayoutBook
) -> Iterator[Proposal]:
    """Have some headers required that no other layout knows, so that it takes no other's files."""
    known = {
        key for layout in book.layouts.values() for key in (*layout.column_of, *layout.ignored)
    }
    telling = [
        one.place
        for one in proposals
        if one.action == "map" and found[one.place].is_full and normalise(one.header) not in known
    ][:_TELLING]
    for one in proposals:
        is_wanted = one.place in telling if telling else one.action == "map"
        yield replace(one, required="header") if is_wanted and one.required == "no" else one
