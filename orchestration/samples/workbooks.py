"""Order exports as 千帆 writes them: true headers, one row per SKU line, invented persons.

The bytes depend on the arguments only.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import xlsxwriter

from orchestration.samples.world import Order

Row = dict[str, str]

ORDER_HEADERS = (
    "订单号",
    "订单状态",
    "售后状态",
    "订单创建时间",
    "支付时间",
    "承诺发货时间",
    "订单发货时间",
    "订单完成时间",
    "商品名称",
    "SKU名称",
    "SKU规格",
    "商家编码",
    "小红书编码",
    "SKU件数",
    "商品总价(元)",
    "用户应付金额(元)",
    "商家应收金额(元)（支付金额）",
    "用户编号",
    "订单标记",
    "订单类型",
    "异常原因",
    "达人名称(待下线)",
    "收件人姓名",
    "收件人电话",
    "收件人地址",
    "省",
    "市",
    "区",
    "快递单号",
    "用户备注",
    "包裹备注标记",
    "包裹备注信息",
)
# Every invented person's cells hold this word, so that a test can look for it anywhere.
PERSONAL_MARK = "私密"
# A real export has some columns that no public parser names; two of ours are personal.
_PERSONAL_EXTRAS = ("收件人证件号", "备用联系电话")
_NUMBERS = {"SKU件数", "商品总价(元)", "用户应付金额(元)", "商家应收金额(元)（支付金额）"}
_TIMES = {"订单创建时间", "支付时间", "承诺发货时间", "订单发货时间", "订单完成时间"}
# A property of the file that would otherwise be the time of writing.
_CREATED = datetime.fromisoformat("2024-01-01")
_STAMP = "%Y-%m-%d %H:%M:%S"


@dataclass(frozen=True)
class Style:
    """How a workbook departs from the plain one.

    `extra_columns` invented ones, two of them personal, are added; columns are shuffled by
    `shuffle_seed`; `number_cells` writes numbers and times as such instead of as text.
    """

    extra_columns: int = 0
    shuffle_seed: int | None = None
    number_cells: bool = False


def export_name(exported_at: datetime) -> str:
    """The file name that 千帆 gives to an export made at this Shanghai time."""
    tag = hashlib.sha256(exported_at.isoformat().encode()).hexdigest()[:8]
    return f"小红书订单查询{exported_at:%Y-%m-%d-%H_%M}_{tag}.xlsx"


def order_rows(orders: Iterable[Order]) -> list[Row]:
    """Orders as rows of an export, by header; everything is text."""
    return [
        _row(order, index) | _person(f"{order.order_id}-{index}")
        for order in orders
        for index in range(len(order.lines))
    ]


def _row(order: Order, index: int) -> Row:
    line = order.lines[index]
    amount = f"{line.amount:,.2f}"
    return {
        "订单号": order.order_id,
        "订单状态": order.status,
        "售后状态": "-",
        "订单创建时间": (order.paid_at - timedelta(minutes=2)).strftime(_STAMP),
        "支付时间": order.paid_at.strftime(_STAMP),
        "承诺发货时间": (order.paid_at + timedelta(days=2)).strftime(_STAMP),
        "商品名称": line.item,
        "SKU名称": line.item,
        "SKU规格": "默认",
        "商家编码": line.sku,
        "SKU件数": str(line.quantity),
        "商品总价(元)": amount,
        "用户应付金额(元)": amount,
        "商家应收金额(元)（支付金额）": amount,
        "用户编号": order.buyer_number or "",
        "订单类型": "现货",
    }


def _person(seed: str) -> Row:
    """Invented name, telephone and address; nobody's."""
    digits = int(hashlib.sha256(seed.encode()).hexdigest()[:8], 16)
    return {
        "收件人姓名": f"{PERSONAL_MARK}{digits % 1000:03d}",
        "收件人电话": f"{PERSONAL_MARK}1390000{digits % 10000:04d}",
        "收件人地址": f"{PERSONAL_MARK}路{digits % 900 + 1}号",
        "快递单号": f"{PERSONAL_MARK}SF{digits:010d}",
        "用户备注": f"{PERSONAL_MARK}留言",
    }


def write_orders(path: Path, rows: Sequence[Row], style: Style | None = None) -> Path:
    """Write one export; its folder is made if need be."""
    style = style or Style()
    headers = [*ORDER_HEADERS, *_extra_headers(style.extra_columns)]
    if style.shuffle_seed is not None:
        random.Random(style.shuffle_seed).shuffle(headers)
    path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as workbook:
        workbook.set_properties({"created": _CREATED})
        moment = workbook.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        sheet = workbook.add_worksheet("Sheet1")
        sheet.write_row(0, 0, headers)
        for line, row in enumerate(rows, start=1):
            for place, header in enumerate(headers):
                text = row.get(header, _extra_cell(header, line))
                if style.number_cells and text and header in _NUMBERS:
                    sheet.write_number(line, place, float(text.replace(",", "")))
                elif style.number_cells and text and header in _TIMES:
                    sheet.write_datetime(line, place, datetime.fromisoformat(text), moment)
                else:
                    sheet.write_string(line, place, text)
    return path


def _extra_headers(count: int) -> list[str]:
    numbered = [f"扩展字段{number:02d}" for number in range(1, count + 1)]
    return [*_PERSONAL_EXTRAS, *numbered][:count]


def _extra_cell(header: str, line: int) -> str:
    if header in ORDER_HEADERS:
        return ""
    return f"{PERSONAL_MARK}{line}" if header in _PERSONAL_EXTRAS else f"值{line}"
