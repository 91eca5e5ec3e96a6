"""The account of a staged file: its rows by what became of them, its days, whose ids it names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from orchestration.exports.owners import OWNER_COLUMNS

# A row that speaks of more days than a year has a wrong date, and must not fill memory.
_LONGEST_PERIOD = 366


@dataclass(frozen=True)
class StagedAccount:
    """`rows` of the file below its header, `skipped` of them by reason."""

    rows: int
    skipped: dict[str, int]
    days: frozenset[date]
    owner_ids: dict[str, tuple[str, ...]]


def account_of(
    connection: duckdb.DuckDBPyConnection, staged: Path, known: Mapping[str, str]
) -> StagedAccount:
    """Count what lies in a staged file; `known` ids were not told by its rows."""
    path = [str(staged)]
    fates = connection.execute(
        "select _skip, count(*) from read_parquet(?) group by all", path
    ).fetchall()
    spans = connection.execute(
        "select distinct _day, _last_day from read_parquet(?) where _day is not null", path
    ).fetchall()
    named = [name for name in pq.read_schema(staged).names if name in OWNER_COLUMNS]
    return StagedAccount(
        rows=sum(count for _, count in fates),
        skipped={reason: count for reason, count in sorted(fates, key=str) if reason is not None},
        days=frozenset(days_between(spans)),
        owner_ids={
            name: ids
            for name in named
            if name not in known and (ids := _distinct(connection, staged, name))
        },
    )


def days_between(spans: Iterable[tuple[date, date | None]]) -> Iterable[date]:
    """Every day of these spans, both ends included."""
    for first, last in spans:
        length = ((last or first) - first).days
        if length < _LONGEST_PERIOD:
            yield from (first + timedelta(days=day) for day in range(length + 1))


def _distinct(connection: duckdb.DuckDBPyConnection, staged: Path, name: str) -> tuple[str, ...]:
    found = connection.execute(
        f"select distinct {name} from read_parquet(?) where {name} is not null order by {name}",
        [str(staged)],
    ).fetchall()
    return tuple(row[0] for row in found)
