"""Rows that real exports hold and that must not be loaded: spoilt ones, totals, reversals.

A spoilt row takes the place of a true one, or is a copy beside it that belongs to nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Literal

from orchestration.samples.market.cells import Cell, Column, Formula, Value, cell
from orchestration.samples.market.exports import Entry, Plan, Record
from orchestration.samples.market.sources import SOURCES

TotalShape = Literal["last", "first", "counted", "in_time"]

ORDER_ID, QUANTITY = "订单号", "SKU件数"
# May be 1.23 or 123; 1 February or 2 January; eighteen digits of which six are left.
AMBIGUOUS_NUMBER, AMBIGUOUS_DATE, LOST_DIGITS = "1,23", "01/02/2024", "1.23457E+17"
# What a number cell makes of an id of eighteen digits.
_ROUNDED_ID = 123456789012345678.0
_UNCACHED = Formula("=SUMIFS(A:A,B:B,1)", None)
_AMOUNTS = ("商品总价(元)", "用户应付金额(元)", "商家应收金额(元)（支付金额）")
# Where the day is no part of the key, a copy needs an id of its own: nothing has these.
_OTHER_IDS = {
    "qianfan__orders": "P99{}00000000099",
    "qianfan__aftersales": "99{}0000000000099",
    "seedbed__incentive_grants": "JL99{}",
}
_TOTAL = "合计"
_COUNTED = ("integer", "money", "number")


def spoilt(entry: Entry, header: str, content: Cell, family: str) -> Entry:
    """The row itself with a cell that cannot be loaded."""
    return replace(entry, fate="quarantined", why=family, cells={**entry.cells, header: content})


def _copy(entry: Entry, family: str, cells: Mapping[str, Cell]) -> Entry:
    """A row like this one that says nothing of the world; its persons stay."""
    assert entry.record is not None
    record = replace(entry.record, key=())
    return Entry(record, "quarantined", family, {**entry.cells, **cells})


def ambiguous_date(plan: Plan, entry: Entry) -> Entry:
    """A copy whose day may be read in two ways."""
    source = SOURCES[plan.source]
    cells: dict[str, Cell] = {source.time_header: AMBIGUOUS_DATE}
    if plan.source in _OTHER_IDS:
        cells[source.id_header] = _OTHER_IDS[plan.source].format(plan.merchant_id[1:])
    return _copy(entry, "ambiguous_date", cells)


def lost_digits(plan: Plan, entry: Entry) -> Entry:
    """A copy whose id a spreadsheet has cut, as text or, where numbers are such cells, as one."""
    is_typed = plan.style.kind == "xlsx" and plan.style.cells.typed
    lost = _ROUNDED_ID if is_typed else LOST_DIGITS
    return _copy(entry, "lost_digits", {SOURCES[plan.source].id_header: lost})


def shifted(entry: Entry) -> Entry:
    """A copy that lacks a cell, so that the others stand under wrong headers."""
    return replace(_copy(entry, "other_length", {}), is_short=True)


def bad_order(entry: Entry, order_id: str, family: str) -> Entry:
    """A copy of an order's line under another number, wrong in the way of this family."""
    cells: dict[str, Cell] = {
        "impossible_quantity": {QUANTITY: "0"},
        "negative_amount": {_AMOUNTS[-1]: "-12.00"},
        "missing_value": {QUANTITY: ""},
        "uncached_formula": {_AMOUNTS[-1]: _UNCACHED},
        "foreign_currency": {_AMOUNTS[-1]: "US$12.00"},
        "ambiguous_number": {_AMOUNTS[-1]: AMBIGUOUS_NUMBER},
    }[family]
    return _copy(entry, family, {ORDER_ID: order_id, **cells})


def reversal(entry: Entry) -> Entry:
    """A document that cancels something: its own number, cancelled, everything negative."""
    record = entry.record
    assert record is not None
    negative: dict[str, Value] = {
        name: -value if isinstance(value, Decimal) else value
        for name, value in record.values.items()
    }
    quantity = record.values["quantity"]
    assert isinstance(quantity, int)
    order_id = str(record.values["order_id"]).replace("P", "PC")
    values = {**negative, "quantity": -quantity, "order_id": order_id, "order_status": "已取消"}
    return Entry(replace(record, key=(), values=values), "skipped", "reversal")


def empty() -> Entry:
    """A row without a cell."""
    return Entry(None, "skipped", "empty")


def total(plan: Plan, shape: TotalShape) -> Entry:
    """The row that sums up a file, with the sums of what can be added."""
    columns = [*plan.columns]
    records = [entry.record for entry in plan.entries if entry.record is not None]
    cells = {column.header: _sum(column, records, plan) for column in columns}
    words = f"{_TOTAL}{len(plan.entries)}条记录" if shape == "counted" else _TOTAL
    return Entry(None, "skipped", "total", {**cells, columns[0].header: words})


def _sum(column: Column, records: list[Record], plan: Plan) -> Cell:
    if column.kind not in _COUNTED or not isinstance(column.of, str):
        return "-"
    amounts = [record.values[column.of] for record in records]
    known = [amount for amount in amounts if isinstance(amount, (int, Decimal))]
    return cell(sum(map(Decimal, known), Decimal(0)), column.kind, plan.style.cells)
