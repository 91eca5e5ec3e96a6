"""Small workbooks for the tests of the reader, and the tables that come of them."""

from __future__ import annotations

import csv
import hashlib
import io
import tempfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

from orchestration.exports.effective import Receipt
from orchestration.exports.identity import Identity, customer_key_for
from orchestration.exports.layout.book import LayoutBook
from orchestration.exports.layout.load import load_layouts
from orchestration.exports.owners import Owned
from orchestration.exports.reader import ReadResult, open_reader
from orchestration.exports.repairs import Repairs
from orchestration.rows import STAGED_MARKS
from orchestration.sections import DuckDBSettings

KEY = bytes(range(32))
key_of = customer_key_for(KEY, "m001")
RECEIVED = datetime(2024, 9, 20, 2, 0, tzinfo=UTC)
REQUIRED = ("订单号", "订单状态", "支付时间", "SKU件数", "商家应收金额(元)（支付金额）", "用户编号")
ORDER = ("P1", "已完成", "2024-09-09 10:00:00", "2", "20.00", "17850")


def at(clock: str) -> datetime:
    """A wall-clock time, or one in UTC as Parquet holds it: both without a zone."""
    return datetime.fromisoformat(clock)


def write_sheet(path: Path, rows: Sequence[Sequence[object]], sheet: str = "Sheet1") -> Path:
    """A workbook of one sheet; text stays text, numbers and times become such cells."""
    return write_sheets(path, {sheet: rows})


def write_sheets(path: Path, sheets: Mapping[str, Sequence[Sequence[object]]]) -> Path:
    with xlsxwriter.Workbook(path) as workbook:
        moment = workbook.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        for name, rows in sheets.items():
            worksheet = workbook.add_worksheet(name)
            for line, row in enumerate(rows):
                for place, cell in enumerate(row):
                    if isinstance(cell, datetime):
                        worksheet.write_datetime(line, place, cell, moment)
                    elif isinstance(cell, str):
                        worksheet.write_string(line, place, cell)
                    elif cell is not None:
                        worksheet.write(line, place, cell)
    return path


def read(
    path: Path,
    *,
    book: LayoutBook | None = None,
    names: Sequence[tuple[str, datetime]] | None = None,
    receipts: Sequence[Receipt] | None = None,
    sha256: str | None = None,
    owned: Owned | None = None,
    repairs: Repairs | None = None,
    staged: Path | None = None,
) -> tuple[ReadResult, pa.Table]:
    """Read a file of merchant m001 as the pipeline does; gives the rows that are not skipped."""
    given = receipts or [Receipt(*name) for name in names or [(path.name, RECEIVED)]]
    with (
        tempfile.TemporaryDirectory() as folder,
        open_reader(
            staged or Path(folder), book or load_layouts(), Identity(KEY), DuckDBSettings()
        ) as reader,
    ):
        result = reader.read(
            path,
            merchant_id="m001",
            file_sha256=sha256 or hashlib.sha256(path.read_bytes()).hexdigest(),
            receipts=given,
            owned=owned,
            repairs=repairs,
        )
        rows = pq.read_table(result.staged_path).sort_by("_row_number")
    going_on = rows.filter(rows["_skip"].is_null())
    return result, going_on.drop_columns([name for name, _ in STAGED_MARKS])


def read_orders(
    *rows: Sequence[object], headers: Sequence[str] = REQUIRED
) -> tuple[ReadResult, pa.Table]:
    """Read a sheet of orders with these headers and rows."""
    with tempfile.TemporaryDirectory() as folder:
        return read(write_sheet(Path(folder) / "orders.xlsx", [headers, *rows]))


def order(**cells: object) -> list[object]:
    """A valid order line with some cells changed, by canonical name."""
    names = ("order_id", "order_status", "paid_at", "quantity", "paid_amount", "customer")
    return list((dict(zip(names, ORDER, strict=True)) | cells).values())


def write_text(
    path: Path,
    rows: Sequence[Sequence[object]],
    *,
    encoding: str = "utf-8",
    delimiter: str = ",",
    line_end: str = "\r\n",
) -> Path:
    """The rows as CSV or the like, every row ended; `encoding` may write a byte order mark."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator=line_end).writerows(rows)
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def read_bytes(content: bytes, name: str = "orders.csv") -> tuple[ReadResult, pa.Table]:
    """Read these bytes as a file of that name."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        return read(path)


def csv_of(*rows: Sequence[object]) -> str:
    """A CSV of orders: the required headers, then these rows."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([REQUIRED, *rows])
    return text.getvalue()
