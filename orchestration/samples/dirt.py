"""Rows that real exports hold and that are no valid order line; none belongs to the truth."""

from __future__ import annotations

from orchestration.samples.workbooks import Row

_AMOUNTS = ("商品总价(元)", "用户应付金额(元)", "商家应收金额(元)（支付金额）")


def cancellation(row: Row) -> Row:
    """A cancellation document: another number, cancelled, negative quantity and amounts."""
    return row | {
        "订单号": f"PC{row['订单号'].removeprefix('P')}",
        "订单状态": "已取消",
        "售后状态": "售后完成",
        "SKU件数": f"-{row['SKU件数']}",
        **{header: f"-{row[header]}" for header in _AMOUNTS},
    }


def write_off(row: Row, order_id: str) -> Row:
    """Goods written off: a completed order of negative quantity that nobody paid."""
    free = dict.fromkeys(_AMOUNTS, "-0.00")
    told = {"订单号": order_id, "订单状态": "已完成", "SKU件数": "-3", "用户编号": ""}
    return row | told | free


def ambiguous_amount(row: Row, order_id: str) -> Row:
    """An amount that may be 1.23 or 123."""
    told = {"订单号": order_id, "订单状态": "已完成"}
    return row | told | {"商家应收金额(元)（支付金额）": "1,23"}


def total(rows: int) -> Row:
    """The row that sums up an export."""
    return {"订单号": f"合计{rows}条记录"}
