"""Is a learnt layout good: does the file read by it, and do other sources keep their files?"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from orchestration.exports.effective import Receipt
from orchestration.exports.errors import ExportError
from orchestration.exports.identity import Identity
from orchestration.exports.layout.book import Column, Layout, LayoutBook
from orchestration.exports.layout.recognise import recognise
from orchestration.exports.learn.proposal import LearnError
from orchestration.exports.learn.table import Table
from orchestration.exports.reader import ReadResult, open_reader
from orchestration.flow.claims import NOBODY
from orchestration.flow.identity import identity_key
from orchestration.flow.landing.receipts import declared_days
from orchestration.flow.workspace import Workspace
from orchestration.settings import now
from orchestration.warehouse.connect import open_duckdb

# Enough to see whether amounts, days and ids stand where they should.
_ROWS_SHOWN = 3
# So much of a customer's key tells two apart for a reader, and follows nobody.
_KEY_SHOWN = 8


@dataclass(frozen=True)
class Checked:
    """How a file reads by the layouts that would be: its rows, and the first of them as text.

    rows_read = rows + what is skipped by reason; of `rows`, `faults` by rule would go to
    quarantine. `unknown` are headers that no layout row knows.
    """

    rows_read: int
    rows: int
    skipped: Mapping[str, int]
    faults: Mapping[str, int]
    first_day: date | None
    last_day: date | None
    unknown: tuple[str, ...]
    sample: Sequence[Mapping[str, str | None]]


def check(
    workspace: Workspace,
    table: Table,
    source: str,
    book: LayoutBook,
    scratch: Path,
    declared: tuple[date, date] | None,
) -> Checked:
    """Read the file as an ingest would; nothing of it stays but these few figures.

    Raises:
        LearnError: it is read as another source, or no row of it can be read.
        ExportError: it cannot be read.
    """
    result = _read(workspace, table, book, scratch, declared)
    if result.source != source:
        raise LearnError(
            f"{table.file_name}: it would still be read as {result.source}; list a header that "
            f"only {source} has as `refuses` in layouts/{result.source}/ignored.csv of the home."
        )
    layout = book.get(source)
    with open_duckdb(workspace.home, workspace.settings.duckdb) as connection:
        staged = [str(result.staged_path)]
        faults = connection.execute(
            "select _parse_rule, count(*) from read_parquet(?) "
            "where _skip is null and _parse_rule is not null group by all order by all",
            staged,
        ).fetchall()
        found = connection.execute(
            f"select {_shown_columns(layout)} from read_parquet(?) "
            f"where _skip is null and _parse_rule is null order by _row_number limit {_ROWS_SHOWN}",
            staged,
        )
        names = [column[0] for column in found.description or ()]
        sample = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    if result.rows_staged and not sample:
        rules = ", ".join(f"{rule} {count:,}" for rule, count in faults)
        raise LearnError(f"{table.file_name}: no row of it can be read so ({rules}).")
    return Checked(
        rows_read=result.rows_read,
        rows=result.rows_staged,
        skipped=result.skipped,
        faults=dict(faults),
        first_day=result.first_row_date,
        last_day=result.last_row_date,
        unknown=result.unknown_headers,
        sample=[_without_empty(row, sample) for row in sample],
    )


def _read(
    workspace: Workspace,
    table: Table,
    book: LayoutBook,
    scratch: Path,
    declared: tuple[date, date] | None,
) -> ReadResult:
    with table.path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    days = declared or declared_days(table.file_name, (table.path.parent.name,))
    receipt = Receipt(table.file_name, now(), declared=days)
    identity = Identity(identity_key(workspace))
    limits = workspace.settings.duckdb
    with open_reader(scratch / "staged", book, identity, limits) as reader:
        return reader.read(table.path, merchant_id=NOBODY, file_sha256=sha256, receipts=[receipt])


def _shown_columns(layout: Layout) -> str:
    return ", ".join(f'{_shown(column)} as "{column.name}"' for column in layout.columns.values())


def _shown(column: Column) -> str:
    name = f'"{column.name}"'
    if column.type == "timestamp":
        # The platform's wall clock is UTC+8; times are stored in UTC.
        return f"strftime({name} + interval 8 hours, '%Y-%m-%d %H:%M:%S')"
    text = f"cast({name} as varchar)"
    return f"left({text}, {_KEY_SHOWN})" if column.type == "customer" else text


def _without_empty(
    row: Mapping[str, str | None], sample: Sequence[Mapping[str, str | None]]
) -> Mapping[str, str | None]:
    """A row without the columns that no row of the sample fills."""
    return {name: text for name, text in row.items() if any(one[name] for one in sample)}


def taken_from(before: LayoutBook, after: LayoutBook) -> tuple[str, ...]:
    """Sources whose files would be read as another one's: all of their headers, or just enough."""
    return tuple(
        source
        for source, layout in before.layouts.items()
        for headers in (list(layout.columns.values()), list(layout.required))
        if _source_of(headers, before) == source != _source_of(headers, after)
    )


def _source_of(columns: Sequence[Column], book: LayoutBook) -> str | None:
    headers = [column.headers[0] for column in columns if column.headers]
    try:
        return recognise(headers, book, "").layout.source
    except ExportError:
        return None
