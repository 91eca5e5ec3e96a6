"""The one reader: an archived export file in, one staged Parquet and its account out.

Rows pass in batches: cells, then text in Arrow, then typed by DuckDB, then Parquet.
Only mapped columns are ever turned into text; the others are dropped as they come.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.exports.cells import clean, clean_number, is_total, text_array
from orchestration.exports.coverage import day_runs
from orchestration.exports.effective import Receipt, terms_for
from orchestration.exports.engine import engine
from orchestration.exports.errors import (
    ExportError,
    MissingHeader,
    UnreadableFile,
    UnrecognisedFile,
)
from orchestration.exports.identity import CustomerKey, CustomerKeys
from orchestration.exports.layouts import LayoutBook
from orchestration.exports.recognise import Recognised, recognise
from orchestration.exports.sheets import Batch, Sheet, open_sheets
from orchestration.exports.typed_sql import CELLS, text_name, typed_rows_sql
from orchestration.files import replacing
from orchestration.rows import staged_schema
from orchestration.settings import DuckDBSettings
from orchestration.state.manifest import Address

# One more with every change that gives other rows for the same bytes and layout.
READER_REVISION = "r2"
# 20,000 rows of 75 columns are about 100 MB as Python objects: the largest piece held at once.
_BATCH_ROWS = 20_000


@dataclass(frozen=True)
class ReadResult:
    """What one file held. rows_read = rows_staged + sum(skipped.values()), always.

    `effective_at` is in UTC; days are Shanghai days of the layout's date column over all rows
    whose date can be read, skipped and faulty ones too; `row_day_runs` are [first, last] of each
    run of days that have rows, as ISO text. `unknown_headers` are names only.
    """

    source: str
    layout_revision: str
    reader_revision: str
    staged_path: Path
    rows_read: int
    rows_staged: int
    skipped: dict[str, int]
    unknown_headers: tuple[str, ...]
    effective_at: datetime
    is_effective_at_assumed: bool
    first_row_date: date | None
    last_row_date: date | None
    row_day_runs: list[list[str]]


def read_file(
    content: Path,
    *,
    merchant_id: str,
    file_sha256: str,
    names: Sequence[Receipt],
    book: LayoutBook,
    customer_key: CustomerKey,
    target_dir: Path,
    settings: DuckDBSettings | None = None,
) -> ReadResult:
    """Read one archived file into `target_dir/<source>/<address>.parquet`.

    Args:
        content: the archived bytes (see `landing.landed`).
        merchant_id: whose file it is.
        file_sha256: hash of the bytes; a part of the address and of every row.
        names: file name and time of receipt (with time zone), oldest first; at least one. The
            first name is the one that messages use.
        book: the layouts to choose from.
        customer_key: turns a buyer number into the customer's key; called once per number.
        target_dir: the folder above the sources' folders.
        settings: bounds of the DuckDB that types the cells.

    Raises:
        ExportError: the file cannot be opened, or its headers fit no layout; nothing is written.
    """
    file_name = names[0][0]
    sheet, found = _recognised_sheet(content, file_name, book)
    layout = found.layout
    terms, effective = terms_for(layout, names)
    schema = staged_schema(layout.arrow_columns)
    stem = Address(merchant_id, file_sha256, layout.revision, READER_REVISION).stem
    target = target_dir / layout.source / f"{stem}.parquet"
    same_in_all_rows = {
        "merchant_id": merchant_id,
        "_file_sha256": file_sha256,
        "_layout_revision": layout.revision,
        "_reader_revision": READER_REVISION,
        "_effective_at": effective.at.replace(tzinfo=None),
    }
    keys = CustomerKeys(customer_key)
    account = _Account()
    account.add_titles(sheet.titles)
    with (
        replacing(target) as scratch,
        engine(settings or DuckDBSettings()) as connection,
        pq.ParquetWriter(scratch, schema, compression="zstd") as writer,
    ):
        for batch in sheet.batches(_BATCH_ROWS):
            connection.register(CELLS, _text_cells(batch, sheet.width, found, keys))
            rows = _typed(connection, typed_rows_sql(found, terms), file_name)
            staged = rows.filter(rows["_skip"].is_null())
            account.add(rows, staged)
            writer.write_table(_with_keys(staged, same_in_all_rows, schema))
    days = sorted(account.days)
    return ReadResult(
        source=layout.source,
        layout_revision=layout.revision,
        reader_revision=READER_REVISION,
        staged_path=target,
        rows_read=account.rows_read,
        rows_staged=account.rows_staged,
        skipped=dict(account.skipped),
        unknown_headers=found.unknown,
        effective_at=effective.at,
        is_effective_at_assumed=effective.is_assumed,
        first_row_date=days[0] if days else None,
        last_row_date=days[-1] if days else None,
        row_day_runs=day_runs(days),
    )


def _recognised_sheet(content: Path, file_name: str, book: LayoutBook) -> tuple[Sheet, Recognised]:
    sheets = open_sheets(content, file_name, book)
    if not sheets:
        raise UnreadableFile(f"{file_name}: nothing in it can be seen; export it again.")
    fitting: list[tuple[Sheet, Recognised]] = []
    faults: list[ExportError] = []
    for sheet in sheets:
        try:
            fitting.append((sheet, recognise(sheet.header, book, file_name)))
        except (MissingHeader, UnrecognisedFile) as fault:
            faults.append(fault)
    if len(fitting) > 1:
        titles = ", ".join(f"'{sheet.name}'" for sheet, _ in fitting)
        raise UnreadableFile(
            f"{file_name}: the sheets {titles} all hold exports; save each as a file of its own."
        )
    if fitting:
        return fitting[0]
    # A sheet that almost fits says more than a cover sheet that does not.
    raise min(faults, key=lambda fault: not isinstance(fault, MissingHeader))


@dataclass
class _Account:
    """Running counts of one file, and the days that its rows speak of."""

    rows_read: int = 0
    rows_staged: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    days: set[date] = field(default_factory=set)

    def add_titles(self, count: int) -> None:
        if count:
            self.rows_read += count
            self.skipped["title"] += count

    def add(self, rows: pa.Table, staged: pa.Table) -> None:
        self.rows_read += rows.num_rows
        self.rows_staged += staged.num_rows
        self.skipped.update(rows["_skip"].drop_null().to_pylist())
        self.days.update(rows["_day"].unique().drop_null().to_pylist())


def _text_cells(batch: Batch, width: int, found: Recognised, keys: CustomerKeys) -> pa.Table:
    row_numbers = range(batch.first_row, batch.first_row + batch.size)
    other_length = (
        [_other_length(batch.other_length.get(place), width) for place in range(batch.size)]
        if batch.other_length
        else [None] * batch.size
    )
    columns: dict[str, pa.Array] = {
        "_row_number": pa.array(row_numbers, pa.int64()),
        "_is_total": pa.array(map(is_total, batch.columns[0]), pa.bool_()),
        "_other_length": pa.array(other_length, pa.string()),
    }
    for name, position in found.positions.items():
        change = {"text": clean, "customer": keys.of_text}.get(
            found.layout.columns[name].type, clean_number
        )
        columns[text_name(name)] = text_array(batch.columns[position], change)
    return pa.table(columns)


def _other_length(cells: int | None, width: int) -> str | None:
    if cells is None:
        return None
    return (
        f"The row has {cells} cells and the header {width}, so they may be shifted; "
        "download the export again or mend the row."
    )


def _typed(connection: duckdb.DuckDBPyConnection, sql: str, file_name: str) -> pa.Table:
    try:
        return connection.sql(sql).to_arrow_table()
    except duckdb.Error as error:
        reason = str(error).splitlines()[0]
        raise ExportError(f"{file_name}: its cells could not be typed: {reason}") from error


def _with_keys(staged: pa.Table, same: dict[str, object], schema: pa.Schema) -> pa.Table:
    columns = [
        pa.repeat(pa.scalar(same[name], schema.field(name).type), staged.num_rows)
        if name in same
        else staged[name].cast(schema.field(name).type)
        for name in schema.names
    ]
    return pa.table(columns, schema=schema)
