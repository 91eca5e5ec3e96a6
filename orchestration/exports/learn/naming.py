"""Names for the columns of a new layout: those that other layouts use, else plain ones. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from orchestration.exports.layout.book import Column, LayoutBook
from orchestration.exports.layout.headers import normalise
from orchestration.exports.learn.profile import Profile
from orchestration.exports.owners import platform_of

# A name that SQL reads as a word of its own could not stand in a query without quotes.
_RESERVED = """
all and any as asc between by case cast check column constraint create cross default desc distinct
do else end except exists false for foreign from full grant group having in initially inner
intersect into is join lateral leading left like limit natural not null offset on only or order
outer primary qualify references returning right select some table then to trailing true union
unique using when where window with merchant_id
"""
_SQL_WORDS = frozenset(_RESERVED.split())
_PLAIN_NAME = re.compile(r"[a-z][a-z0-9_]*")
# Longer names make every table of figures unreadable.
_LONGEST_NAME = 40


# With a few cells that do not read the name still tells more than they do.
_READING = 0.8


@dataclass(frozen=True)
class Known:
    """What another layout makes of a header: its source, the column, the share that reads so."""

    source: str
    column: Column
    share: float


def known_column(header: str, profile: Profile, book: LayoutBook, source: str) -> Known | None:
    """The column that another layout makes of this header, one of the same platform first.

    A buyer's key is for somebody to decide, and a column whose cells read otherwise is another.
    """
    key = normalise(header)
    platform = platform_of(source)
    layouts = sorted(book.layouts.values(), key=lambda one: platform_of(one.source) != platform)
    for layout in layouts:
        column = layout.columns.get(layout.column_of.get(key, ""))
        if column and column.type != "customer" and profile.filled:
            share = profile.share(reading(column))
            if share >= _READING:
                return Known(layout.source, column, share)
    return None


def reading(column: Column) -> str:
    """How cells of a column read; the day of a report may hold its hours too."""
    return "day_or_hour" if column.type == "date" else column.type


def plain_name(header: str, place: int, taken: Collection[str]) -> str:
    """A name that is free: the header's own letters if they make one, else by its place."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", header)
    words = re.sub(r"[^a-z0-9]+", "_", apart.casefold()).strip("_")
    if (
        _PLAIN_NAME.fullmatch(words)
        and header.isascii()
        and len(words) <= _LONGEST_NAME
        and words not in _SQL_WORDS
        and words not in taken
    ):
        return words
    return f"column_{place + 1:02d}"
