"""How files are written: the platform's own way, and what spreadsheet programs make of it."""

from __future__ import annotations

from datetime import date

from orchestration.samples.market.cells import CellStyle
from orchestration.samples.market.exports import FileStyle

_TITLES = (("数据导出", ""), ("导出说明：金额单位为元", ""))
_STACKED = (("数据导出",), ("基础信息", "", "", "流量", "", "", "成交"))

_WORKBOOKS = (
    FileStyle("xlsx"),
    FileStyle("xlsx", CellStyle(typed=True)),
    FileStyle("xlsx", CellStyle(slashed_days=True, yuan_sign=True, nothing="")),
    FileStyle("xlsx", CellStyle(full_width=True), above=_TITLES),
    FileStyle("xlsx", CellStyle(point_zero=True, thousands=False), has_extras=True),
    FileStyle("xlsx", above=_STACKED),
    FileStyle("xlsx", has_cover=True),
)
_TEXTS = (
    FileStyle("csv"),
    FileStyle("csv", CellStyle(point_zero=True, nothing=" "), encoding="utf-8"),
    FileStyle("csv", CellStyle(slashed_days=True), encoding="gb18030"),
    FileStyle("csv", CellStyle(thousands=False, yuan_sign=True), "utf-16", delimiter="\t"),
    FileStyle("csv", CellStyle(full_width=True), delimiter="\t"),
    FileStyle("csv", above=_TITLES),
)
_REPORTS = (
    FileStyle("csv"),
    FileStyle("csv", CellStyle(is_newer=True)),
    FileStyle("csv", CellStyle(point_zero=True, nothing="")),
    FileStyle("xlsx", CellStyle(typed=True, is_newer=True), sheet="创意-投放数据"),
    FileStyle("csv", CellStyle(slashed_days=True, nothing=" "), encoding="gb18030"),
    FileStyle("csv", CellStyle(is_newer=True), above=_STACKED),
    FileStyle("csv", CellStyle(thousands=False), "utf-16", delimiter="\t", is_id_first=True),
)
# One export in three is saved by another program than the platform's own, each time another one.
_OWN_WAY_EVERY = 3
_WEEK_DAYS = 7


def style_of(source: str, number: int, day: date) -> FileStyle:
    """The style in which a merchant (by its number) exports a source on a day."""
    plain, *others = (
        _REPORTS
        if source.startswith("juguang__")
        else _TEXTS
        if source == "qianfan__shop_days"
        else _WORKBOOKS
    )
    week = day.toordinal() // _WEEK_DAYS
    if (number + week) % _OWN_WAY_EVERY:
        return plain
    return others[(number // _OWN_WAY_EVERY + week) % len(others)]
