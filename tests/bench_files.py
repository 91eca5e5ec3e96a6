"""Large synthetic exports for `bench_reading`: true headers, invented cells, the same every time.

CSV is written by DuckDB, in seconds; a workbook has the first rows of such a CSV.
"""

from __future__ import annotations

import csv
from contextlib import suppress
from datetime import datetime
from itertools import islice
from pathlib import Path

import duckdb
import xlsxwriter

from orchestration.exports.layout.book import Layout
from orchestration.samples.workbooks import ORDER_HEADERS

Value = str | float | datetime

# SQL over `n`, the number of the row from 0.
_PAID = "timestamp '2024-03-01 08:00:00' + interval (n % 10000000) second"
_ORDER_CELLS = {
    "订单号": "'P' || (770000000000000000 + n // 2)",
    "订单状态": "['已完成', '待配货', '配货中', '已签收'][1 + n * 7919 % 4]",
    "售后状态": "['-', '-', '-', '售后完成'][1 + n * 31 % 4]",
    "订单创建时间": f"strftime({_PAID} - interval 2 minutes, '%Y-%m-%d %H:%M:%S')",
    "支付时间": f"strftime({_PAID}, '%Y-%m-%d %H:%M:%S')",
    "承诺发货时间": f"strftime({_PAID} + interval 2 days, '%Y-%m-%d %H:%M:%S')",
    "订单发货时间": f"strftime({_PAID} + interval 1 day, '%Y-%m-%d %H:%M:%S')",
    "订单完成时间": f"strftime({_PAID} + interval 9 days, '%Y-%m-%d %H:%M:%S')",
    "商品名称": "'茉莉花茶, 第' || n % 500 || '款 \"春\" 100g'",
    "SKU名称": "'茉莉花茶, 第' || n % 500 || '款'",
    "SKU规格": "'默认, ' || n % 9 || ' 件装'",
    "商家编码": "'SKU-' || n % 4000",
    "小红书编码": "'65f0' || (10000000000 + n % 4000)",
    "SKU件数": "1 + n % 3",
    "商品总价(元)": "printf('%,.2f', n % 300000 / 100.0)",
    "用户应付金额(元)": "printf('%,.2f', n % 290000 / 100.0)",
    "商家应收金额(元)（支付金额）": "printf('%,.2f', n % 290000 / 100.0)",
    "用户编号": "'U' || n * 7919 % 200000",
    "订单类型": "'现货'",
    "收件人姓名": "'某' || n % 1000",
    "收件人电话": "'1390000' || (1000 + n % 9000)",
    "收件人地址": "'某路, ' || n % 900 || '号'",
    "快递单号": "'SF' || (1000000000 + n)",
}
# What no public parser names: an order export has about 75 columns.
_MORE_HEADERS = tuple(f"扩展字段{number:02d}" for number in range(1, 44))
_REPORT_CELLS = {
    "text": "'夏季 ' || n % 700 || ' 号, 标准'",
    "integer": "n * {odd} % 9001 // 3",
    "money": "printf('%.2f', n * {odd} % 400000 / 100.0)",
    "decimal": "printf('%.1f', n * {odd} % 600 / 10.0)",
    "rate": "printf('%.2f%%', n * {odd} % 10000 / 100.0)",
    "date": "date '2024-01-01' + cast(n % 200 as integer)",
}
# A time has as many characters.
_LONGEST_VALUE = len("2024-06-24 09:30:00")
_RATIOS = ("点击率", "平均点击成本", "平均千次展现费用", "平均互动成本", "7日下单ROI", "7日支付ROI")


def write_order_csv(path: Path, rows: int) -> None:
    """An order export: 75 columns, a third of them mapped."""
    more = dict.fromkeys(_MORE_HEADERS, "'值' || n")
    cells = {header: _ORDER_CELLS.get(header, "null") for header in ORDER_HEADERS}
    _write(path, cells | more, rows)


def write_report_csv(path: Path, rows: int, layout: Layout) -> None:
    """An advertising report: every mapped column once, and some ratios."""
    columns = [column for column in layout.columns.values() if column.headers]
    cells = {
        column.headers[0]: _REPORT_CELLS[column.type].format(odd=2 * place + 1)
        for place, column in enumerate(columns)
    }
    cells |= {"账户ID": "7001", "单元ID": "9100000 + n % 5000", "计划ID": "81000 + n % 500"}
    _write(path, cells | dict.fromkeys(_RATIOS, "printf('%.2f', n % 977 / 10.0)"), rows)


def write_workbook(path: Path, source: Path, rows: int, *, number_cells: bool) -> None:
    """The first rows of a CSV as a workbook; numbers and times as such, or all as text."""
    with (
        source.open(encoding="utf-8", newline="") as file,
        # Not in constant memory: texts are shared, as exports have them.
        xlsxwriter.Workbook(path) as workbook,
    ):
        moment = workbook.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        sheet = workbook.add_worksheet("Sheet1")
        for line, row in enumerate(islice(csv.reader(file), rows + 1)):
            for place, text in enumerate(row):
                value: Value = _value(text) if number_cells and line else text
                if isinstance(value, datetime):
                    sheet.write_datetime(line, place, value, moment)
                elif not isinstance(value, str):
                    sheet.write_number(line, place, value)
                elif value:
                    sheet.write_string(line, place, value)


def _value(text: str) -> Value:
    """A text as the cell that a spreadsheet would make of it; ids of more digits stay text."""
    if len(text) > _LONGEST_VALUE:
        return text
    with suppress(ValueError):
        return float(text.replace(",", ""))
    with suppress(ValueError):
        return datetime.fromisoformat(text)
    return text


def _write(path: Path, cells: dict[str, str], rows: int) -> None:
    shown = ", ".join(f'cast({sql} as varchar) as "{header}"' for header, sql in cells.items())
    duckdb.sql(f"copy (select {shown} from range({rows}) as t(n)) to '{path}' (format csv)")
