"""The files of a world read by another way: openpyxl and csv, headers and names, nothing else."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
import zipfile
from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl

from orchestration.samples.market.deliver import Delivered

Row = dict[str, Any]

_STAMP = re.compile(r"(\d{4}-\d{2}-\d{2})-(\d{2})_(\d{2})(?!\d)")
_HEADER_ROWS = 4
# A name without a time was received after all exports of the world.
RECEIVED = datetime.fromisoformat("2030-01-01 00:00")


def content_of(delivered: Delivered) -> bytes:
    return _content(delivered.path, delivered.member)


def _content(path: Path, member: str | None) -> bytes:
    if member is None:
        return path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        return archive.read(member)


def text_of(content: bytes) -> str:
    """The text of a CSV in whichever of the encodings that exports have."""
    if content.startswith(b"\xff\xfe"):
        return content.decode("utf-16")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030")


def cells_of(content: bytes) -> list[list[Any]]:
    """All rows of a file; an empty cell is an empty text."""
    if content.startswith(b"PK"):
        # A sheet of words may stand before the one of data.
        sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[-1]
        return [["" if cell is None else cell for cell in row] for row in sheet.values]
    text = text_of(content)
    delimiter = "\t" if text.count("\t") > text.count(",") else ","
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def table_of(content: bytes) -> tuple[list[str], dict[int, list[Any]]]:
    """The header, the widest of the first rows, and the rows below it by their line."""
    rows = cells_of(content)
    filled = [sum(cell != "" for cell in row) for row in rows[:_HEADER_ROWS]]
    place = filled.index(max(filled))
    header = [str(cell) for cell in rows[place]]
    return header, {line: row for line, row in enumerate(rows, 1) if line > place + 1}


def rows_of(delivered: Delivered) -> dict[int, Row]:
    """Rows by line, as cells by header, those of another length too."""
    return _rows_of(delivered.path, delivered.member)


# Workbooks are slow to read, and most tests read the same ones.
@cache
def _rows_of(path: Path, member: str | None) -> dict[int, Row]:
    header, rows = table_of(_content(path, member))
    return {line: dict(zip(header, row, strict=False)) for line, row in rows.items()}


def is_skipped(row: Row) -> bool:
    """A row that sums up, says nothing, or cancels something."""
    cells = [str(cell).strip() for cell in row.values()]
    starts = [cells[0], str(row.get("时间", ""))]
    is_reversal = row.get("订单状态") == "已取消" and number(row["SKU件数"]) < 0
    return not any(cells) or any(one.startswith("合计") for one in starts) or is_reversal


def number(cell: Any) -> Decimal:
    """A number in any of the styles that exports have."""
    text = unicodedata.normalize("NFKC", str(cell)).strip().strip("¥￥").replace(",", "")
    return Decimal(text)


def moment(cell: Any) -> datetime:
    """A time or a day in any of the styles that exports have."""
    if isinstance(cell, datetime):
        return cell
    text = unicodedata.normalize("NFKC", str(cell)).replace("/", "-")
    return datetime.fromisoformat(text)


def day_of(cell: Any) -> date:
    """The day of a day, a time, or an hour range."""
    return moment(cell if isinstance(cell, datetime) else str(cell)[: len("2024-09-02")]).date()


def effective_at(delivered: Delivered) -> datetime:
    """The export time that the name tells; the last one in it, for a period may stand before."""
    found = _STAMP.findall(delivered.member or delivered.path.name)
    return (
        datetime.fromisoformat(f"{found[-1][0]} {found[-1][1]}:{found[-1][2]}")
        if found
        else RECEIVED
    )


def newest(
    files: list[Delivered], source: str, key_of: Callable[[Row], tuple[Any, ...]]
) -> list[Row]:
    """The rows of a source that stand, as cells by header and `merchant_id`.

    All rows of a key come from the newest file that has it whole, else from the newest one. A
    cell of a key that `key_of` cannot read (ValueError) belongs to no key.
    """
    best: dict[tuple[Any, ...], tuple[tuple[bool, datetime], list[Row]]] = {}
    for file in files:
        if file.source != source or file.fate != "loaded":
            continue
        rows = rows_of(file)
        rejected = {one.line for one in file.quarantined}
        broken = {_key(rows[line], key_of) for line in rejected}
        loaded: dict[Any, list[Row]] = defaultdict(list)
        for line, row in rows.items():
            if line not in rejected and not is_skipped(row):
                loaded[key_of(row)].append({**row, "merchant_id": file.merchant_id})
        for key, same in loaded.items():
            rank = (key not in broken, effective_at(file))
            place = (file.merchant_id, *key)
            if place not in best or best[place][0] < rank:
                best[place] = (rank, same)
    return [row for _, same in best.values() for row in same]


def _key(row: Row, key_of: Callable[[Row], tuple[Any, ...]]) -> tuple[Any, ...] | None:
    try:
        return key_of(row)
    except ValueError:
        return None


def all_bytes(folder: Path) -> dict[str, bytes]:
    """Every file below a folder by its place."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
