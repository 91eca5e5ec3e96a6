"""What an explanation says, as typed rows: from the figure down to lines of files.

Every level tells how many rows it has in all; it holds fewer if a limit was given.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Generic, Literal, TypeVar

Number = Decimal | int | float
Row = TypeVar("Row")
CheckKind = Literal["total", "each"]


@dataclass(frozen=True)
class Level(Generic[Row]):
    """Rows of one level; `total` counts those that are left out too."""

    rows: tuple[Row, ...] = ()
    total: int = 0

    @property
    def hidden(self) -> int:
        """How many are left out."""
        return self.total - len(self.rows)


@dataclass(frozen=True)
class Day:
    """A calendar day of the period; None on a day that is not known, or has no row at all."""

    day: date
    value: Number | None


@dataclass(frozen=True)
class Line:
    """One raw row: the line of its file, and the cell that counts, by the column's name in raw.

    `is_mended`: a person has corrected a cell of it, so the file itself says something else.
    """

    file_sha256: str
    line: int
    column: str
    value: Decimal | None
    is_mended: bool = False


@dataclass(frozen=True)
class Fact:
    """A row of the facts: an order, a refund, an account's day, or a customer (key shortened).

    `about` says more of it, by name; `line_count` counts its raw rows.
    """

    kind: str
    key: str
    day: date
    value: Decimal
    about: dict[str, Any]
    line_count: int
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class File:
    """An export file, and which of its lines count here: first and last of each run of lines.

    `effective_at` is UTC; it decides which of two exports is the later one.
    """

    file_sha256: str
    file_name: str | None
    source: str
    effective_at: datetime
    is_effective_at_assumed: bool
    line_count: int
    lines: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Check:
    """Two ways to one number: a total, or how many of so many rows add up."""

    kind: CheckKind
    what: str
    found: Number | None
    expected: Number | None
    is_equal: bool


@dataclass(frozen=True)
class Coverage:
    """Which days of a period a source speaks for."""

    source: str
    first: date
    last: date
    days_covered: int
    days_in_period: int
    missing: tuple[date, ...]
    bridged: tuple[date, ...]
    is_expected: bool


@dataclass(frozen=True)
class Part:
    """A figure of some days with all that is under it; `how` says what makes it.

    how sum, count: `days`, `facts` and `files`. how difference, ratio, growth: `parts`, two of
    them. `unknown_because` is empty where the value is known.
    """

    figure: str
    role: str
    how: str
    first: date
    last: date
    value: Number | None
    unit: str
    coverage: tuple[Coverage, ...] = ()
    unknown_because: tuple[str, ...] = ()
    checks: tuple[Check, ...] = ()
    days: Level[Day] = Level()
    facts: Level[Fact] = Level()
    line_count: int = 0
    files: Level[File] = Level()
    parts: tuple[Part, ...] = ()

    def all_checks(self) -> Iterator[Check]:
        """Those of this part and of everything under it."""
        yield from self.checks
        for part in self.parts:
            yield from part.all_checks()


@dataclass(frozen=True)
class Explanation:
    """A published figure, explained.

    `published_in` names the table whose row says it; `row` is that row's coverage and flags, and
    `digest` the row of the digest's facts, if the week was decided with it.
    """

    figure_id: str
    build_id: str
    merchant_id: str
    currency: str | None
    period: str
    published_in: str
    row: dict[str, Any]
    digest: dict[str, Any] | None
    part: Part

    @property
    def is_proven(self) -> bool:
        """Whether every sum is the one that is published."""
        return all(check.is_equal for check in self.part.all_checks())
