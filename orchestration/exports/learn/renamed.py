"""Headers that a known source has newly: which column each is, by its words, cells and place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from orchestration.exports.layout.book import Column, Layout, LayoutBook
from orchestration.exports.layout.headers import normalise
from orchestration.exports.learn.naming import known_column, reading
from orchestration.exports.learn.personal import is_buyer_number, is_personal_header
from orchestration.exports.learn.profile import Profile
from orchestration.exports.learn.proposal import Proposal, unwritten
from orchestration.exports.learn.table import Table
from orchestration.exports.learn.words import is_counted, likeness, parts, unwritable

# How much each thing that speaks for a pair counts; the same words in another spelling are enough.
_WORDS, _PLACE, _ONLY, _SAME_WORDS = 0.7, 0.15, 0.15, 0.97
# What is borrowed from another source, and what a header of figures is worth for a text.
_BORROWED, _NUMBER_AS_TEXT = 0.8, 0.5
# With a few cells that do not read the column may still be meant; its rows go to quarantine.
_READING = 0.8
# Without a single cell nothing speaks against a pair, and little for it.
_UNFILLED = 0.6
# What is less likely than this is not worth a question.
_WORTH_ASKING = 0.45
_KNOWN_ELSEWHERE, _COMPUTABLE = 0.95, 0.6
# Rates and costs per piece are computed again from sums.
_COMPUTED_KINDS = ("ratio", "cost")


@dataclass(frozen=True)
class _Pair:
    place: int
    column: Column
    certainty: float
    why: tuple[str, ...]


def renamed(
    layout: Layout, table: Table, found: Mapping[int, Profile], book: LayoutBook
) -> list[Proposal]:
    """A proposal for each header that the layout does not know, in the order of the file.

    Each column is proposed once at most, and never one that the file has already. What names a
    person, or looks like it, is to be dropped; only the number of a buyer may be read, where the
    layout makes a customer's key of it.
    """
    unknown = [place for place in table.columns if not _knows(layout, table.header[place])]
    pairs = _best_pairs(_pairs(layout, table, found, book, unknown))
    return [
        _mapping(table, found[place], pairs[place])
        if place in pairs
        else _without(table, place, found[place], layout, book)
        for place in unknown
    ]


def _knows(layout: Layout, header: str) -> bool:
    key = normalise(header)
    return key in layout.column_of or key in layout.ignored


def missing(layout: Layout, table: Table) -> list[Column]:
    """Columns of the layout that stand under no header of the file, those that it needs first."""
    there = {layout.column_of.get(normalise(text)) for text in table.header}
    lacking = [
        column
        for column in layout.columns.values()
        if column.name not in there and column.derived_from is None
    ]
    return sorted(lacking, key=lambda column: not column.is_required)


def _pairs(
    layout: Layout,
    table: Table,
    found: Mapping[int, Profile],
    book: LayoutBook,
    unknown: Sequence[int],
) -> Iterator[_Pair]:
    lacking = missing(layout, table)
    for column in lacking:
        able = [place for place in unknown if _can_be(table, place, found[place], column)]
        for place in able:
            is_only = len(able) == 1 and [c for c in lacking if c.is_required] == [column]
            is_placed = _stands_beside_neighbours(layout, table, column, place)
            alike = _alike(table.spelling(place), column, book)
            pair = _judged(table, found[place], place, column, alike, is_only, is_placed)
            if pair.certainty >= _WORTH_ASKING:
                yield pair


def _alike(header: str, column: Column, book: LayoutBook) -> tuple[float, str]:
    """How alike a header is to the nearest spelling of a column, and which one that is.

    Other sources spell columns of the same name in their own ways: 状态 is one thing in orders
    and another in after-sales, so their spellings count less.
    """
    others = (layout.columns.get(column.name) for layout in book.layouts.values())
    elsewhere = {
        h for other in others if other and other.type == column.type for h in other.headers
    }
    own = [(likeness(header, known), known) for known in column.headers]
    borrowed = [
        (_BORROWED * likeness(header, known), known) for known in elsewhere - {*column.headers}
    ]
    return max([*own, *borrowed])


def _can_be(table: Table, place: int, profile: Profile, column: Column) -> bool:
    """Whether cells and header let this be the column at all."""
    header = table.spelling(place)
    if unwritable(table.header[place], header):
        return False
    if column.type == "customer":
        return is_buyer_number(header) and profile.personal is None
    if is_personal_header(header) or profile.personal is not None:
        return False
    return profile.share(reading(column)) >= _READING


def _judged(
    table: Table,
    profile: Profile,
    place: int,
    column: Column,
    nearest: tuple[float, str],
    is_only: bool,
    is_placed: bool,
) -> _Pair:
    alike, known = nearest
    if column.type == "text" and is_counted(table.spelling(place)):
        alike *= _NUMBER_AS_TEXT
    why = [f"named like '{known}' ({alike:.0%})"]
    certainty = _SAME_WORDS if alike == 1 else _WORDS * alike
    if is_placed:
        why.append("stands where it is expected")
        certainty += _PLACE if alike < 1 else 0
    if is_only:
        why.append("nothing else can be the one column that is missing")
        certainty += _ONLY if alike < 1 else 0
    share = profile.share(reading(column))
    if profile.filled:
        count = round(share * profile.filled)
        why.append(f"{count:,} of {profile.filled:,} cells read as {column.type}")
    else:
        why.append("no cell of it is filled")
    certainty = min(certainty * share, _SAME_WORDS if profile.filled else _UNFILLED)
    return _Pair(place, column, certainty, tuple(why))


def _stands_beside_neighbours(layout: Layout, table: Table, column: Column, place: int) -> bool:
    """Whether the columns before and after it in the layout stand around it in the file."""
    places = {
        name: where
        for where, text in enumerate(table.header)
        if (name := layout.column_of.get(normalise(text)))
    }
    order = [name for name in layout.columns if name in places or name == column.name]
    at = order.index(column.name)
    before = places[order[at - 1]] if at > 0 else -1
    after = places[order[at + 1]] if at + 1 < len(order) else len(table.header)
    return before < place < after


def _best_pairs(pairs: Iterator[_Pair]) -> dict[int, _Pair]:
    """One column for a header and one header for a column, the most certain first."""
    chosen: dict[int, _Pair] = {}
    for pair in sorted(pairs, key=lambda p: (-p.certainty, not p.column.is_required, p.place)):
        taken = {other.column.name for other in chosen.values()}
        if pair.place not in chosen and pair.column.name not in taken:
            chosen[pair.place] = pair
    return chosen


def _mapping(table: Table, profile: Profile, pair: _Pair) -> Proposal:
    column = pair.column
    return Proposal(
        place=pair.place,
        header=table.spelling(pair.place),
        action="map",
        certainty=round(pair.certainty, 2),
        why=pair.why,
        column=column.name,
        type=column.type,
        required=column.required,
        examples=() if column.type == "customer" else profile.examples,
    )


def _without(
    table: Table, place: int, profile: Profile, layout: Layout, book: LayoutBook
) -> Proposal:
    """What to do with a header that is none of the columns that are missing."""
    header = table.spelling(place)
    personal = personal_reason(header, profile, book)
    if fault := unwritable(table.header[place], header):
        return unwritten(place, header, fault, () if personal else profile.examples)
    if personal:
        return Proposal(place, header, "ignore", 1.0, (personal,), is_personal=True)
    key, shown = normalise(header), profile.examples
    if any(other.ignored.get(key) == "not_used" for other in book.layouts.values()):
        why = ("other sources have it too and do not use it",)
        return Proposal(place, header, "ignore", _KNOWN_ELSEWHERE, why, examples=shown)
    known = known_column(header, profile, book, layout.source)
    if known and known.column.name not in layout.columns and known.share == 1:
        why = (f"{known.source} reads it as {known.column.name}", "all cells read so")
        return Proposal(
            *(place, header, "map", _KNOWN_ELSEWHERE, why),
            column=known.column.name,
            type=known.column.type,
            examples=shown,
        )
    if parts(header).kind in _COMPUTED_KINDS:
        why = ("what it tells can be computed from sums",)
        return Proposal(place, header, "ignore", _COMPUTABLE, why, examples=shown)
    return Proposal(place, header, "leave", 0.0, ("no column is like it",), examples=shown)


def personal_reason(header: str, profile: Profile, book: LayoutBook) -> str | None:
    """Why the values of a header must be dropped; None if nothing speaks of a person."""
    key = normalise(header)
    layouts = book.layouts.values()
    if profile.personal:
        return f"its cells look like {profile.personal}"
    if any(key in layout.column_of for layout in layouts) and not is_buyer_number(header):
        return None
    if any(layout.ignored.get(key) == "personal" for layout in layouts):
        return "it is listed as personal"
    return "its name is that of something personal" if is_personal_header(header) else None
