"""Small workbooks for the tests of the reader, and the tables that come of them."""

from __future__ import annotations

import csv
import hashlib
import io
import tempfile
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

from orchestration.exports.layouts import LayoutBook, load_layouts
from orchestration.exports.reader import ReadResult, read_file

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
    sha256: str | None = None,
    customer_key: Callable[[str], str] = lambda number: f"key of {number}",
) -> tuple[ReadResult, pa.Table]:
    """Read a workbook of merchant m001 as the pipeline does."""
    with tempfile.TemporaryDirectory() as target:
        result = read_file(
            path,
            merchant_id="m001",
            file_sha256=sha256 or hashlib.sha256(path.read_bytes()).hexdigest(),
            names=names or [(path.name, RECEIVED)],
            book=book or load_layouts(),
            customer_key=customer_key,
            target_dir=Path(target),
        )
        return result, pq.read_table(result.staged_path)


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
