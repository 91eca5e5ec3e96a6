"""What stands under each header of a table: one look over the whole file, nothing kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import reduce
from typing import get_args

import duckdb
import pyarrow as pa

from orchestration.exports import kernels
from orchestration.exports.layout.engine import engine
from orchestration.exports.layout.types import CellType
from orchestration.exports.learn.personal import CELL_PATTERNS, personal_cells
from orchestration.exports.learn.table import Table
from orchestration.exports.table.cell_batches import TextCells
from orchestration.exports.table.cells import TOTAL_MARKS
from orchestration.exports.values.cell_types import EIGHT_HOURS, typed
from orchestration.exports.values.cleaning import clean_column
from orchestration.sections import DuckDBSettings

# A buyer's number reads as text; every other type is tried on every cell.
_TRIED: tuple[CellType, ...] = tuple(t for t in get_args(CellType) if t != "customer")
# Counted beside the types: a day or an hour of it, ids that are no numbers, signs.
_DAY_OR_HOUR, _FILLED = "day_or_hour", "filled"
# Figures have no leading zero, and fewer digits than the 15 that a spreadsheet keeps.
_SIGNS = {
    "leading_zero": r"0[0-9]+",
    "long_digits": r"[0-9]{15,}",
    "percent": r".*[%％]",
    "currency": r".*[¥￥].*",
}
# Two say more than one, and fit on a line.
_EXAMPLES = 2
_ANY_TOTAL = "|".join(TOTAL_MARKS)


@dataclass(frozen=True)
class Profile:
    """The cells of one column, those of totals and of rows of another length left out.

    Of `rows` rows `filled` hold something; `counts` says how many of these read as each type,
    as `day_or_hour`, have a leading zero (`leading_zero`), 15 digits or more (`long_digits`), a
    sign (`percent`, `currency`), or look like something of a person.
    """

    rows: int
    filled: int
    counts: Mapping[str, int]
    examples: tuple[str, ...]

    @property
    def is_full(self) -> bool:
        """Whether every row holds something."""
        return 0 < self.rows == self.filled

    @property
    def personal(self) -> str | None:
        """What of a person the cells seem to be."""
        return personal_cells(self.filled, {what: self.counts[what] for what in CELL_PATTERNS})

    def share(self, what: str) -> float:
        """The share of the filled cells that read so; 1 if none is filled."""
        name = "text" if what == "customer" else what
        return self.counts[name] / self.filled if self.filled else 1.0

    def reads_as(self, what: str) -> bool:
        """Whether all cells, and at least one, read so."""
        return self.filled > 0 and self.share(what) == 1


@dataclass
class _Count:
    """A profile in the making."""

    rows: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    examples: dict[str, None] = field(default_factory=dict)

    def add(self, texts: pa.StringArray, numbers: pa.StringArray) -> None:
        self.rows += len(texts)
        self.counts[_FILLED] += _valid(texts)
        for kind in _TRIED:
            self.counts[kind] += _valid(typed(kind, texts if kind == "text" else numbers))
        self.counts[_DAY_OR_HOUR] += _valid(typed("date", numbers, has_hours=True))
        patterns = {what: pattern for what, (pattern, _) in CELL_PATTERNS.items()}
        for name, pattern in (_SIGNS | patterns).items():
            self.counts[name] += len(kernels.places(kernels.matches(texts, pattern)))
        for text in texts.drop_null().unique().slice(0, _EXAMPLES).to_pylist():
            if len(self.examples) < _EXAMPLES:
                self.examples[text] = None

    def profile(self) -> Profile:
        return Profile(self.rows, self.counts[_FILLED], self.counts, tuple(self.examples))


def _valid(values: pa.Array) -> int:
    return len(values) - values.null_count


def profiles(table: Table) -> dict[int, Profile]:
    """The profile of each column that has a header, by its place.

    Raises:
        UnreadableFile: the file is cut off, or a second header stands in it.
    """
    counts = {place: _Count() for place in table.columns}
    for cells in _rows(table):
        for place, name in table.columns.items():
            texts = cells.columns[name]
            counts[place].add(clean_column(texts, "text"), clean_column(texts, "decimal"))
    return {place: count.profile() for place, count in counts.items()}


def distinct_rows(
    table: Table, limits: DuckDBSettings, subsets: Sequence[Sequence[int]]
) -> list[int]:
    """How many different rows there are if only the columns at these places are looked at."""
    places = sorted({place for subset in subsets for place in subset})
    schema = pa.schema([(f"c{place}", pa.string()) for place in places])
    counts = ", ".join(
        f"count(distinct hash({', '.join(f'c{place}' for place in subset)}))" for subset in subsets
    )

    def batches() -> Iterator[pa.RecordBatch]:
        for cells in _rows(table):
            texts = [clean_column(cells.columns[table.columns[p]], "text") for p in places]
            yield pa.RecordBatch.from_arrays(texts, schema=schema)

    with engine(limits) as connection:
        connection.register("cells", pa.RecordBatchReader.from_batches(schema, batches()))
        found = _one_row(connection, f"select {counts} from cells")
    return [int(count) for count in found]


def _one_row(connection: duckdb.DuckDBPyConnection, query: str) -> tuple[int, ...]:
    return connection.execute(query).fetchone() or ()


def _rows(table: Table) -> Iterator[TextCells]:
    """The rows that say something: no totals, none that is empty or of another length."""
    for piece in table.pieces():
        cells = piece()
        are_blank = reduce(
            kernels.both,
            (kernels.computed("is_null", clean_column(c, "text")) for c in cells.columns.values()),
        )
        first = clean_column(cells.first, "text")
        are_totals = kernels.holds(first, rf"\A(?:{_ANY_TOTAL})").fill_null(False)
        wanted = kernels.opposite(kernels.either(are_blank, are_totals))
        yield TextCells(
            cells.first.filter(wanted),
            {name: texts.filter(wanted) for name, texts in cells.columns.items()},
        )


def days_of(table: Table, place: int, cell_type: CellType) -> tuple[date, date] | None:
    """The first and the last day that a column holds, as Shanghai days."""
    name = table.columns[place]
    days: set[date] = set()
    for cells in _rows(table):
        texts = clean_column(cells.columns[name], cell_type)
        values = typed(cell_type, texts, has_hours=cell_type == "date")
        for value in values.drop_null().unique().to_pylist():
            days.add((value + EIGHT_HOURS).date() if isinstance(value, datetime) else value)
    return (min(days), max(days)) if days else None
