"""A small source of reports, with everything that a layout can ask for, and files of it."""

from __future__ import annotations

from pathlib import Path

from orchestration.exports.layout.book import LayoutBook
from orchestration.exports.layout.load import load_layouts

_COLUMNS = """column,header,type,required,valid_from,certainty,note
stat_date,时间,date,value,,seen,
stat_hour,=stat_date,hour,no,,seen,
account_id,账户ID,text,no,,seen,
unit_id,单元ID,text,value,,seen,
placement,投放位置,text,no,,seen,
goal,营销诉求,text,no,,seen,
"""
_FAMILY = """column,header,type,required,valid_from,certainty,note
spend,消费,money,value,,seen,
spend,消耗,money,value,,seen,
reply_minutes,平均响应时长(分),decimal,no,,seen,
share,占比,rate,no,,seen,
"""
_TERMS = (
    "source,effective_from,title,family,coverage,bridge_days,replace_by,date_columns,breakdowns,"
    "export_time_pattern,period_pattern,skip_when,skip_reason\n"
)
HEADERS = ["时间", "账户ID", "单元ID", "消费"]


def report_book(folder: Path) -> LayoutBook:
    """The shipped layouts with `test__units` (daily and hourly) and `test__items` (periods)."""
    _write(
        folder / "_test",
        columns=_FAMILY,
        ignored="header,reason\n创意ID,refuses\n昵称,personal\n",
    )
    _write(
        folder / "test__units",
        columns=_COLUMNS,
        layout=_TERMS
        + "test__units,2020-01-01,Units,test,rows,0,_cut account_id unit_id stat_date,"
        "stat_date,placement goal,,,,\n",
    )
    _write(
        folder / "test__items",
        columns=(
            "column,header,type,required,valid_from,certainty,note\n"
            "item_id,货品编号,text,value,,seen,\nshop_id,店铺编号,text,no,,seen,\n"
            "gmv,货品金额,money,value,,seen,\n"
            "period_from,=period,date,value,,seen,\nperiod_to,=period,date,value,,seen,\n"
        ),
        layout=_TERMS + "test__items,2020-01-01,Items,,declared,0,"
        "shop_id item_id period_from period_to,period_from period_to,,,"
        r"明细(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})"
        r"(?:-(?P<to_year>\d{4})(?P<to_month>\d{2})(?P<to_day>\d{2}))?,,"
        "\n",
    )
    return load_layouts(folder)


def _write(folder: Path, **files: str) -> None:
    folder.mkdir(parents=True)
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
