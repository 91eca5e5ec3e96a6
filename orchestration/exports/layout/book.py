"""Layouts: how the files of each source look; a book has those of a home."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import pyarrow as pa

from orchestration.exports.errors import LayoutError
from orchestration.exports.layout.rows import (
    CUT,
    Terms,
)
from orchestration.exports.layout.types import ARROW_TYPES, CellType, Need


@dataclass(frozen=True)
class Column:
    """A canonical column and every header it is known by.

    `derived_from`: it stands under no header of its own but takes the cell of this column, or
    is `period`: the days that the file's name or a person tells.
    """

    name: str
    type: CellType
    required: Need
    headers: tuple[str, ...]
    derived_from: str | None = None

    @property
    def is_required(self) -> bool:
        """Whether a file without this column is stopped."""
        return self.required != "no"


@dataclass(frozen=True)
class Layout:
    """Everything that is known about the files of one source.

    `columns` by canonical name in their order, `column_of` and `ignored` by normalised header,
    `terms` oldest first.
    """

    source: str
    columns: Mapping[str, Column]
    column_of: Mapping[str, str]
    ignored: Mapping[str, str]
    terms: tuple[Terms, ...]

    @cached_property
    def required(self) -> tuple[Column, ...]:
        """Columns without which a file is stopped."""
        return tuple(
            column
            for column in self.columns.values()
            if column.is_required and column.derived_from is None
        )

    @cached_property
    def refused(self) -> frozenset[str]:
        """Normalised headers that a file of this source never has."""
        return frozenset(key for key, reason in self.ignored.items() if reason == "refuses")

    @cached_property
    def has_cuts(self) -> bool:
        """Whether its rows carry the cut that they belong to."""
        return any(terms.has_cuts for terms in self.terms)

    @cached_property
    def needs_period(self) -> bool:
        """Whether the days that its rows speak of stand outside of the rows."""
        return any(column.derived_from == "period" for column in self.columns.values())

    @cached_property
    def arrow_columns(self) -> list[tuple[str, pa.DataType]]:
        """Names and types of the columns in staged and raw Parquet."""
        cut = [(CUT, pa.string())] if self.has_cuts else []
        return cut + [(column.name, ARROW_TYPES[column.type]) for column in self.columns.values()]

    @cached_property
    def revision(self) -> str:
        """Eight hex digits that change whenever a row decides otherwise what is read.

        Titles, notes, coverage and what is ignored do not count: they change no row.
        """
        columns = [
            [
                c.name,
                c.type,
                c.required,
                sorted(k for k, n in self.column_of.items() if n == c.name) or c.derived_from,
            ]
            for c in self.columns.values()
        ]
        terms = [
            [
                t.effective_from.isoformat(),
                t.date_columns,
                t.breakdowns,
                t.has_cuts,
                *(p.pattern if p else "" for p in (t.export_time_pattern, t.period_pattern)),
                t.skip_when,
                t.skip_reason,
            ]
            for t in self.terms
        ]
        canonical = json.dumps([self.source, columns, terms], ensure_ascii=True)
        return hashlib.sha256(canonical.encode()).hexdigest()[:8]

    def terms_on(self, day: date) -> Terms:
        """The terms in force on a day; before the first revision, the first."""
        in_force = [terms for terms in self.terms if terms.effective_from <= day]
        return in_force[-1] if in_force else self.terms[0]


@dataclass(frozen=True)
class LayoutBook:
    """All layouts of a home, by source."""

    layouts: Mapping[str, Layout]

    @cached_property
    def known(self) -> frozenset[str]:
        """Normalised headers that any layout knows, be it to ignore them."""
        every = self.layouts.values()
        return frozenset(
            key for one in every for keys in (one.column_of, one.ignored) for key in keys
        )

    @property
    def sources(self) -> tuple[str, ...]:
        return tuple(self.layouts)

    def get(self, source: str) -> Layout:
        """The layout of a source.

        Raises:
            LayoutError: there is none.
        """
        if source not in self.layouts:
            raise LayoutError(f"No layout '{source}'; known are {', '.join(self.layouts)}.")
        return self.layouts[source]
