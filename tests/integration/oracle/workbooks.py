"""Read a 千帆 order workbook and decide, row by row, what becomes of it."""

import hashlib
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from functools import cache
from pathlib import Path

import pandas as pd
from python_calamine import CalamineWorkbook

from .coverage import Row, Run

SHANGHAI = timezone(timedelta(hours=8))  # no summer time since 1991
EXPORT_TIME = re.compile(r"小红书订单查询(\d{4}-\d\d-\d\d-\d\d_\d\d)_")
NUMBER = re.compile(r"-?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?")
MISSING = {"", "-"}
TOTALS = {"合计", "总计"}

HEADERS = {
    "order_id": "订单号",
    "order_status": "订单状态",
    "paid_at": "支付时间",
    "quantity": "SKU件数",
    "paid_amount": "商家应收金额(元)(支付金额)",
    "customer": "用户编号",
}
LINE_COLUMNS = [*HEADERS, "effective_at", "file_sha256"]


@dataclass(frozen=True)
class Workbook:
    """One export: its valid lines, the days it speaks for, and the fate of every row."""

    name: str
    file_sha256: str
    lines: pd.DataFrame
    runs: list[Run]
    fates: Counter[tuple[str, str]]

    def accounting(self) -> pd.DataFrame:
        """Rows by outcome and reason."""
        rows = [(self.name, self.file_sha256, *fate, n) for fate, n in sorted(self.fates.items())]
        return pd.DataFrame(rows, columns=["file", "file_sha256", "outcome", "reason", "rows"])


def read(path: Path) -> Workbook:
    """Read the first sheet of a workbook; its name must hold the export time."""
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    exported = exported_at(path.name)
    fates: Counter[tuple[str, str]] = Counter()
    lines: list[Row] = []
    times: list[datetime] = []
    for cells in rows_of(path):
        fate, line = judge(cells)
        fates[fate] += 1
        if fate == ("loaded", ""):
            lines.append(line | {"effective_at": exported, "file_sha256": sha256})
        if line.get("paid_at"):
            times.append(line["paid_at"])
    return Workbook(
        name=path.name,
        file_sha256=sha256,
        lines=pd.DataFrame(lines, columns=pd.Index(LINE_COLUMNS), dtype=object),
        runs=rows_to_export(times, exported, sha256),
        fates=fates,
    )


def exported_at(name: str) -> datetime:
    """The export time that a file name tells, in naive UTC."""
    found = EXPORT_TIME.search(unicodedata.normalize("NFC", name))
    if found is None:
        raise ValueError(f"{name}: the name tells no export time")
    local = datetime.strptime(found[1], "%Y-%m-%d-%H_%M").replace(tzinfo=SHANGHAI)
    return local.astimezone(UTC).replace(tzinfo=None)


def rows_of(path: Path) -> list[dict[str, str | None]]:
    """The mapped cells of every row below the header as trimmed text; missing is None."""
    header, *rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    names = [unicodedata.normalize("NFKC", str(name)).strip() for name in header]
    places = {column: names.index(name) for column, name in HEADERS.items()}
    return [{column: text(row[at]) for column, at in places.items()} for row in rows]


def text(cell: object) -> str | None:
    """A cell as text: whole numbers without the `.0` that a spreadsheet gives them."""
    whole = isinstance(cell, float) and cell.is_integer()
    value = str(int(cell) if whole else cell).strip()  # pyright: ignore[reportArgumentType]
    return None if value in MISSING else value


def judge(cells: dict[str, str | None]) -> tuple[tuple[str, str], Row]:
    """What becomes of a row, as (outcome, reason), and its cells as far as they can be read."""
    if not any(cells.values()):
        return ("skipped", "empty"), {}
    if cells["order_id"] in TOTALS:
        return ("skipped", "total"), {}
    paid_at, quantity, amount = (
        instant(cells["paid_at"]),
        number(cells["quantity"], places=0),
        number(cells["paid_amount"], places=2),
    )
    line: Row = cells | {
        "paid_at": paid_at,
        "quantity": None if quantity is None else int(quantity),
        "paid_amount": amount,
    }
    if cells["order_status"] == "已取消" and quantity is not None and quantity < 0:
        return ("skipped", "reversal"), line
    rules = [
        ("order_id is missing", cells["order_id"] is None),
        ("paid_at is unreadable", paid_at is None and cells["paid_at"] is not None),
        ("quantity is unreadable", quantity is None),
        ("paid_amount is unreadable", amount is None),
        ("quantity < 1", quantity is not None and quantity < 1),
        ("paid_amount < 0", amount is not None and amount < 0),
    ]
    broken = [rule for rule, is_broken in rules if is_broken]
    return (("quarantined", broken[0]) if broken else ("loaded", "")), line


@cache
def instant(value: str | None) -> datetime | None:
    """A Shanghai time as naive UTC; None if it is missing or unreadable."""
    try:
        local = datetime.strptime(value or "", "%Y-%m-%d %H:%M:%S").replace(tzinfo=SHANGHAI)
    except ValueError:
        return None
    return local.astimezone(UTC).replace(tzinfo=None)


@cache
def number(value: str | None, places: int) -> Decimal | None:
    """A decimal number, thousands separators allowed where they belong; None if it is not one."""
    if value is None or not NUMBER.fullmatch(value):
        return None
    exact = Decimal(value.replace(",", ""))
    rounded = exact.quantize(Decimal(1).scaleb(-places))
    return rounded if rounded == exact else None


def rows_to_export(times: list[datetime], exported: datetime, sha256: str) -> list[Run]:
    """From the day of the earliest row (whatever became of it) to the day before the export."""
    if not times:
        return []
    first, last = business_day(min(times)), business_day(exported) - timedelta(days=1)
    return [Run(first, last, "rows_to_export", sha256)] if first <= last else []


def business_day(utc: datetime) -> date:
    """The Shanghai day of a naive UTC time."""
    return (utc + timedelta(hours=8)).date()
