"""Small exports of four sources whose every figure tells which key, version and line it is of."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

import xlsxwriter

FIRST_DAY = date(2024, 9, 2)
# All days that a row may have are over by then; order exports may be earlier.
FIRST_MOMENT = datetime.fromisoformat("2024-09-09 09:30")
ACCOUNTS = {"m001": "7001", "m002": "7002"}
SHOPS = {"m001": "s-m001", "m002": "s-m002"}

Key = tuple[object, ...]
Row = list[str]
_CREATED = datetime.fromisoformat("2024-01-01")


@dataclass(frozen=True)
class Part:
    """What a file says of one key: so many lines of one version, the first of them broken.

    `way` is one of two ways in which a line may be broken.
    """

    key: int
    version: int
    lines: int
    broken: int = 0
    way: int = 0


@dataclass(frozen=True)
class Export:
    """The content of one file of a merchant.

    `shape`, 0 to 3, is the cut or the period of all its rows. `has_extras`: titles above the
    header, a blank row and a total below.
    """

    kind: str
    merchant_id: str
    parts: tuple[Part, ...]
    shape: int = 0
    is_workbook: bool = False
    has_extras: bool = False


@dataclass(frozen=True)
class Kind:
    """How a source is written, and what a reader must make of it.

    `rows` gives the lines of a part; `key` what a newer export replaces by; `moment` when the
    first line of a key happened. `first_offset`: how many hours before `FIRST_MOMENT` a file may
    have been exported. `checks`: the expectations of its suite that can fail here.
    """

    source: str
    title: str
    amount: str
    checks: tuple[str, ...]
    header: Callable[[Export], Row]
    rows: Callable[[Export, Part], Iterator[Row]]
    key: Callable[[Export, Part], Key]
    first_offset: int = 0
    names_period: bool = False


def amount_of(part: Part, line: int) -> Decimal:
    """No two lines of any two versions have the same."""
    return Decimal(f"{(part.key + 1) * 1000 + part.version * 10 + line}.{part.version}{line}")


def day_of(key: int) -> date:
    return FIRST_DAY + timedelta(days=key)


def _order_rows(_export: Export, part: Part) -> Iterator[Row]:
    for line in range(part.lines):
        amount, quantity = str(amount_of(part, line)), "1"
        if line < part.broken:
            amount, quantity = ("1,23", "1") if part.way else (amount, "0")
        moment = f"{day_of(part.key)} 10:00:0{line}"
        yield [_order_id(part), "已完成", moment, quantity, amount, f"b{part.key}"]


def _order_id(part: Part) -> str:
    return f"P{part.key:09d}"


def _aftersale_rows(_export: Export, part: Part) -> Iterator[Row]:
    for line in range(part.lines):
        amount = str(amount_of(part, line))
        if line < part.broken:
            amount = "1,23" if part.way else "-" + amount
        moment = f"{day_of(part.key)} 10:00:0{line}"
        yield [f"{part.key:015d}", "P000000001", "退货退款", "已完成", amount, moment]


_PLACEMENTS = ("1", "2", "4", "7")


def _is_hourly(export: Export) -> bool:
    return export.shape in (1, 3)


def _has_placement(export: Export) -> bool:
    return export.shape in (2, 3)


def _account_header(export: Export) -> Row:
    shown = ["投放位置"] if _has_placement(export) else []
    return ["时间", "账户ID", *shown, "消费", "展现量", "点击量"]


def _account_rows(export: Export, part: Part) -> Iterator[Row]:
    for line in range(part.lines):
        amount = str(amount_of(part, line))
        if line < part.broken:
            amount = "1,23" if part.way else "-" + amount
        hour = f" {line:02d}:00 - {line:02d}:59" if _is_hourly(export) else ""
        shown = [_PLACEMENTS[line]] if _has_placement(export) else []
        account = ACCOUNTS[export.merchant_id]
        yield [f"{day_of(part.key)}{hour}", account, *shown, amount, "100", "3"]


def _account_key(export: Export, part: Part) -> Key:
    cut = ("hour" if _is_hourly(export) else "day") + "/placement" * _has_placement(export)
    return cut, ACCOUNTS[export.merchant_id], day_of(part.key)


def period_of(export: Export) -> tuple[date, date]:
    """Two weeks, and one day of each."""
    first = FIRST_DAY - timedelta(days=7 * (export.shape % 2))
    return first, first + timedelta(days=6 if export.shape < 2 else 0)


def _item_rows(_export: Export, part: Part) -> Iterator[Row]:
    for line in range(part.lines):
        amount = str(amount_of(part, line))
        if line < part.broken:
            amount = "1,23" if part.way else "-" + amount
        yield [f"{part.key:024d}", "全部", "全部", amount, "3"]


def _item_key(export: Export, part: Part) -> Key:
    shop = SHOPS[export.merchant_id]
    return shop, f"{part.key:024d}", "全部", "全部", *period_of(export)


def _always(*header: str) -> Callable[[Export], Row]:
    return lambda _export: list(header)


KINDS = {
    kind.source: kind
    for kind in (
        Kind(
            "qianfan__orders",
            "小红书订单查询",
            "paid_amount",
            ("rows_are_readable", "quantity_is_at_least_one", "paid_at_is_not_after_the_export"),
            _always(
                "订单号",
                "订单状态",
                "支付时间",
                "SKU件数",
                "商家应收金额(元)（支付金额）",
                "用户编号",
            ),
            _order_rows,
            lambda _export, part: (_order_id(part),),
            first_offset=96,
        ),
        Kind(
            "qianfan__aftersales",
            "售后单查询",
            "requested_refund_amount",
            ("rows_are_readable", "requested_refund_amount_is_not_negative"),
            _always("售后单号", "订单号", "售后类型", "状态", "申请售后金额(元)", "退货创建时间"),
            _aftersale_rows,
            lambda _export, part: (f"{part.key:015d}",),
        ),
        Kind(
            "juguang__accounts",
            "聚光_账户报表",
            "spend",
            ("rows_are_readable", "spend_is_not_negative"),
            _account_header,
            _account_rows,
            _account_key,
        ),
        Kind(
            "qianfan__items",
            "商品_销售明细",
            "paid_gmv",
            ("rows_are_readable", "paid_gmv_is_not_negative"),
            _always("商品ID", "经营方式", "载体", "支付金额", "支付订单数"),
            _item_rows,
            _item_key,
            names_period=True,
        ),
    )
}


def name_of(export: Export, hours: int | None, tag: str) -> str:
    """A name that tells the export time, so many hours after the first; None: one that does not."""
    kind = KINDS[export.kind]
    ending = "xlsx" if export.is_workbook else "csv"
    period = "_{}_{}_".format(*period_of(export)) if kind.names_period else ""
    if hours is None:
        return f"{kind.title}{period} ({tag}).{ending}"
    moment = FIRST_MOMENT + timedelta(hours=hours)
    return f"{kind.title}{period}{moment:%Y-%m-%d-%H_%M}_{tag}.{ending}"


def table_of(export: Export) -> list[Row]:
    """All rows of the file, from its first line on."""
    kind = KINDS[export.kind]
    header = kind.header(export)
    rows = [row for part in export.parts for row in kind.rows(export, part)]
    if not export.has_extras:
        return [header, *rows]
    blank = [""] * len(header)
    return [["数据导出", *blank[1:]], header, *rows, blank, ["合计", *blank[1:]]]


def content_of(export: Export) -> bytes:
    """The bytes of the file, the same for the same content."""
    rows = table_of(export)
    return _workbook(rows) if export.is_workbook else _text(rows)


def _text(rows: Sequence[Row]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def _workbook(rows: Sequence[Row]) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as workbook:
        workbook.set_properties({"created": _CREATED})
        sheet = workbook.add_worksheet()
        for line, row in enumerate(rows):
            for place, text in enumerate(row):
                sheet.write_string(line, place, text)
    return file.getvalue()
