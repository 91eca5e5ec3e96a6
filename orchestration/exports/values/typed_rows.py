"""Text cells become typed rows, each with its fault or its skip: a column at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

import pyarrow as pa

from orchestration.exports import kernels
from orchestration.exports.layout.book import Column
from orchestration.exports.layout.recognise import Recognised
from orchestration.exports.layout.rows import CUT, PERIOD_COLUMNS, Terms
from orchestration.exports.layout.types import ARROW_TYPES
from orchestration.exports.table.cell_batches import TextCells
from orchestration.exports.values.cell_types import EIGHT_HOURS, typed, typed_if_usual
from orchestration.exports.values.cleaning import clean_column
from orchestration.exports.values.faults import faults_of
from orchestration.exports.values.skips import SkipWhen, skips_of
from orchestration.rows import STAGED_FAULT, STAGED_MARKS


@dataclass(frozen=True)
class Told:
    """What is known of a file from elsewhere than its rows.

    `known`: ids by column. `period`: the days that its name or a person tells.
    """

    known: Mapping[str, str] = field(default_factory=dict)
    period: tuple[date, date] | None = None


class RowTyping:
    """Types the rows of one file; may be called in several threads at once."""

    def __init__(
        self,
        found: Recognised,
        terms: Terms,
        told: Told,
        customer_key: Callable[[str], str],
        skip_when: SkipWhen,
    ) -> None:
        self._found = found
        self._terms = terms
        self._told = told
        self._customer_key = customer_key
        self._skip_when = skip_when
        self._columns = found.layout.columns
        self._with_hours = {c.derived_from for c in self._columns.values() if c.type == "hour"}
        self.schema = pa.schema([*found.layout.arrow_columns, *STAGED_FAULT, *STAGED_MARKS])

    def __call__(self, cells: TextCells) -> pa.RecordBatch:
        """The staged rows of some cells, but for what is the same in every row of the file.

        Skipped rows are among them, for the account; `_skip` says why they go no further. `_day`
        and `_last_day` are the Shanghai days that a row speaks of, where they can be read.
        """
        texts, values = self._read(cells)
        faults = faults_of(self._found, cells, texts, values)
        left_out = self._skip_when.flags(values, faults.rules)
        found = {
            **values,
            **({CUT: self._cut(values)} if self._found.layout.has_cuts else {}),
            "_parse_rule": faults.rules,
            "_parse_reason": faults.reasons,
            "_cells": faults.cells,
            "_skip": skips_of(self._terms, cells, texts, left_out),
            "_day": self._days(values, self._terms.date_columns[0]),
            "_last_day": self._days(values, self._terms.date_columns[-1]),
        }
        return pa.RecordBatch.from_arrays(
            [found[name] for name in self.schema.names], schema=self.schema
        )

    def _read(self, cells: TextCells) -> tuple[dict[str, pa.StringArray], dict[str, pa.Array]]:
        """The cleaned texts of the file's own columns, and the values of all columns."""
        texts: dict[str, pa.StringArray] = {}
        values: dict[str, pa.Array] = {}
        for name, raw in cells.columns.items():
            kind = self._columns[name].type
            usual = typed_if_usual(kind, raw)
            texts[name] = raw if usual is not None else clean_column(raw, kind)
            values[name] = usual if usual is not None else self._values(name, texts[name], cells)
        others = [c for c in self._columns.values() if c.name not in values]
        values |= {c.name: self._other_values(c, texts, len(cells)) for c in others}
        return texts, values

    def _values(self, name: str, texts: pa.StringArray, cells: TextCells) -> pa.Array:
        kind = self._columns[name].type
        values = typed(kind, texts, has_hours=name in self._with_hours)
        if kind != "customer":
            return values
        keys = kernels.changed(values, kernels.computed("is_valid", values), self._customer_key)
        return kernels.coalesced(kernels.scattered(cells.keys.get(name, {}), len(cells)), keys)

    def _other_values(
        self, column: Column, texts: Mapping[str, pa.StringArray], rows: int
    ) -> pa.Array:
        if column.derived_from is not None and column.derived_from in texts:
            return typed(column.type, texts[column.derived_from])
        value = self._told.known.get(column.name)
        if column.derived_from == "period" and self._told.period:
            value = self._told.period[PERIOD_COLUMNS.index(column.name)]
        return pa.repeat(pa.scalar(value, ARROW_TYPES[column.type]), rows)

    def _cut(self, values: Mapping[str, pa.Array]) -> pa.Array:
        """`day` or `hour`, then the breakdown columns that the file has."""
        hours = [values[c.name] for c in self._columns.values() if c.type == "hour"]
        shown = [f"/{n}" for n in self._terms.breakdowns if n in self._found.positions]
        day, hour = (pa.scalar("".join([unit, *shown])) for unit in ("day", "hour"))
        if not hours:
            return pa.repeat(day, len(next(iter(values.values()))))
        return kernels.computed("if_else", kernels.computed("is_null", hours[0]), day, hour)

    def _days(self, values: Mapping[str, pa.Array], name: str) -> pa.Array:
        if self._columns[name].type == "date":
            return values[name]
        return kernels.computed("add", values[name], pa.scalar(EIGHT_HOURS)).cast(pa.date32())
