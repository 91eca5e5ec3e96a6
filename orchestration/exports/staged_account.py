"""The account of a staged file: its rows by what became of them, its days, whose ids it names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.exports.owners import OWNER_COLUMNS

# A row that speaks of more days than a year has a wrong date, and must not fill memory.
_LONGEST_PERIOD = 366


@dataclass
class StagedAccount:
    """`rows` of the file below its header, `skipped` of them by reason.

    `told` are columns whose ids were not told by the rows.
    """

    told: Collection[str] = ()
    rows: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    days: set[date] = field(default_factory=set)
    owner_ids: dict[str, set[str]] = field(default_factory=dict)

    def add(self, rows: pa.RecordBatch) -> None:
        """Count these rows too."""
        self.rows += len(rows)
        self.skipped.update(rows["_skip"].drop_null().to_pylist())
        self.days.update(_days(rows))
        # Where an id is due, a total row says that it is one.
        going_on = rows["_skip"].is_null()
        for name in OWNER_COLUMNS:
            if name in rows.schema.names and name not in self.told:
                ids = rows[name].filter(going_on).unique().drop_null().to_pylist()
                self.owner_ids.setdefault(name, set()).update(ids)


def days_told(staged: Path) -> set[date]:
    """The days that all rows of a staged file speak of, those that go no further too."""
    file = pq.ParquetFile(staged)
    batches = file.iter_batches(columns=["_day", "_last_day"])
    return {day for rows in batches for day in _days(rows)}


def _days(rows: pa.RecordBatch) -> Iterator[date]:
    """Every day that a row speaks of, the first and the last one included."""
    spans = pa.Table.from_batches([rows.select(["_day", "_last_day"])]).group_by(
        ["_day", "_last_day"], use_threads=False
    )
    for first, last in zip(*spans.aggregate([]).to_pydict().values(), strict=True):
        length = ((last or first) - first).days if first else _LONGEST_PERIOD
        if length < _LONGEST_PERIOD:
            yield from (first + timedelta(days=day) for day in range(length + 1))
