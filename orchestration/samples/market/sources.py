"""The sources: what each export is called, its columns, and where it can be spoilt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from orchestration.samples.market import shop_columns
from orchestration.samples.market.ad_reports import LEVELS, TITLES, report_columns
from orchestration.samples.market.cells import Column
from orchestration.samples.market.exports import FileKind

ADS = tuple(LEVELS)


@dataclass(frozen=True)
class Source:
    """One kind of export.

    `title` begins the file names. `proves` is how a file proves its days (see design.md,
    Coverage), and up to `bridge_days` between two files count as covered. The headers are those
    of a number, a time and an id that dirt can be put under; empty where there is none.
    """

    title: str
    kind: FileKind
    columns: tuple[Column, ...]
    proves: str
    number_header: str
    time_header: str = ""
    id_header: str = ""
    bridge_days: int = 2


def _report(source: str, title: str) -> Source:
    ids = ("创意ID", "单元ID", "计划ID", "笔记ID|笔记/素材ID")
    columns = report_columns(source)
    headers = [column.header for column in columns]
    return Source(
        title=f"聚光_{title}报表",
        kind="csv",
        columns=columns,
        proves="rows_to_export",
        number_header="消费",
        time_header="时间",
        id_header=next((header for header in ids if header in headers), ""),
    )


SOURCES: dict[str, Source] = {
    "qianfan__orders": Source(
        "小红书订单查询",
        "xlsx",
        shop_columns.ORDERS,
        "rows_to_export",
        "商家应收金额(元)（支付金额）",
        "支付时间",
        "订单号",
    ),
    "qianfan__aftersales": Source(
        "售后单查询",
        "xlsx",
        shop_columns.AFTERSALES,
        "rows_to_export",
        "申请售后金额(元)",
        "退货创建时间",
        "售后单号",
    ),
    "qianfan__live_sessions": Source(
        "直播数据",
        "xlsx",
        shop_columns.LIVE_SESSIONS,
        "rows_to_export",
        "支付金额",
        "直播开始时间",
        bridge_days=6,
    ),
    "qianfan__shop_days": Source(
        "店铺数据", "csv", shop_columns.SHOP_DAYS, "rows", "支付金额", "周期", bridge_days=0
    ),
    "qianfan__items": Source(
        "商品_销售明细",
        "xlsx",
        shop_columns.ITEMS,
        "declared",
        "支付金额",
        id_header="商品ID",
        bridge_days=0,
    ),
    **{source: _report(source, title) for source, title in TITLES.items()},
    "seedbed__incentive_grants": Source(
        "激励到账",
        "xlsx",
        shop_columns.GRANTS,
        "rows_to_export",
        "发放数量",
        "发放时间",
        "激励编号",
    ),
}


def file_name(title: str, exported_at: datetime, tag: str, ending: str) -> str:
    """A name as the back-offices give it: what it is, when it was exported, eight hex digits."""
    mark = f"_{tag}" if tag else ""
    return f"{title}{exported_at:%Y-%m-%d-%H_%M}{mark}.{ending}"
