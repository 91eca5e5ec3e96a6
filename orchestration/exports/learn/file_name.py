"""What a file name tells of source, export time and days, as patterns for a layout. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from orchestration.exports.coverage import declared_range
from orchestration.exports.effective import export_time
from orchestration.exports.errors import ExportError
from orchestration.periods import business_day

_YEAR, _MONTH, _DAY = (r"(?P<year>20\d{2})", r"(?P<month>\d{2})", r"(?P<day>\d{2})")
_HOUR, _MINUTE, _SECOND = (r"(?P<hour>\d{2})", r"(?P<minute>\d{2})", r"(?P<second>\d{2})")
_BEGIN, _END = r"(?<!\d)", r"(?!\d)"
_DASHED, _DENSE = f"{_YEAR}-{_MONTH}-{_DAY}", f"{_YEAR}{_MONTH}{_DAY}"
# The ways in which exports write the moment of their making, the most exact first.
_MOMENTS = (
    f"{_BEGIN}{_DENSE}[_-]?{_HOUR}{_MINUTE}{_SECOND}{_END}",
    f"{_BEGIN}{_DASHED}[-_ T]{_HOUR}[-_.:]{_MINUTE}[-_.:]{_SECOND}{_END}",
    f"{_BEGIN}{_DASHED}[-_ T]{_HOUR}[-_.:]{_MINUTE}{_END}",
    f"{_BEGIN}{_DENSE}[_-]{_HOUR}{_MINUTE}{_END}",
    rf"{_BEGIN}{_DASHED}(?![\d-])",
    f"{_BEGIN}{_DENSE}{_END}",
)
_TO = r"(?P<to_year>20\d{2}){0}(?P<to_month>\d{2}){0}(?P<to_day>\d{2})(?!\d)"
_BETWEEN = r" ?(?:_|~|至|到|\.\.|-) ?"
_RANGES = tuple(
    f"{_BEGIN}{_YEAR}{mark}{_MONTH}{mark}{_DAY}{_BETWEEN}{_TO.replace('{0}', mark)}"
    for mark in ("-", "")
)
# Words of names and titles, and what platform or kind of rows they stand for; longer ones first.
_PLATFORMS = {
    "千帆": "qianfan",
    "聚光lite": "juguang_lite",
    "聚光": "juguang",
    "乘风": "chengfeng",
    "蒲公英": "pugongying",
    "灵犀": "lingxi",
}
_ENTITIES = {
    "搜索词": "search_words",
    "关键词": "keywords",
    "售后": "aftersales",
    "结算": "settlements",
    "群聊": "group_chats",
    "客服": "customer_services",
    "直播": "live_sessions",
    "订单": "orders",
    "账户": "accounts",
    "计划": "campaigns",
    "单元": "units",
    "创意": "creatives",
    "人群": "audiences",
    "达人": "creators",
    "买手": "creators",
    "商品": "items",
    "笔记": "notes",
    "店铺": "shop_days",
}


@dataclass(frozen=True)
class NamePatterns:
    """The patterns that a layout gets, empty where the name tells nothing, and why."""

    export_time: str = ""
    period: str = ""
    why: tuple[str, ...] = ()


def source_of(file_name: str) -> str | None:
    """The source that a name tells (`<platform>__<entity>`), or None."""
    plain = file_name.casefold()
    platform = next((name for word, name in _PLATFORMS.items() if word in plain), None)
    entity = next((name for word, name in _ENTITIES.items() if word in plain), None)
    return f"{platform}__{entity}" if platform and entity else None


def name_patterns(file_name: str, days: tuple[date, date] | None) -> NamePatterns:
    """What the name of a file tells, if its rows do not say otherwise.

    Args:
        file_name: its name, as it came.
        days: the first and last day of its rows, None if they tell none.
    """
    period, told = _period(file_name, days)
    moment = _moment(file_name, period)
    why = (told,) if told else ()
    if not moment:
        return NamePatterns("", period, why)
    is_exact = _HOUR in moment
    if days is None and not period and not is_exact:
        # Nothing else says which day the rows are of.
        return NamePatterns("", moment, ("the day in its name is taken for the day of its rows",))
    if days and _day(file_name, moment) < days[1]:
        doubt = "the time in its name lies before its last row, so it is not the export's"
        return NamePatterns("", period, (*why, doubt))
    if days and _day(file_name, moment) == days[1] and not is_exact:
        doubt = "the day in its name is that of its last row, so it may not be the export's"
        return NamePatterns("", period, (*why, doubt))
    return NamePatterns(moment, period, (*why, "the time in its name is taken for the export's"))


def _moment(file_name: str, period: str) -> str:
    """The pattern of the moment in a name, the last one of its kind; a range of days is none."""
    rest = re.sub(period, "#", file_name) if period else file_name
    for pattern in _MOMENTS:
        bare = re.sub(r"\?P<[a-z]+>", "?:", pattern)
        last = f"{pattern}(?!.*{bare})"
        if (found := export_time(rest, re.compile(last))) is not None:
            return last if export_time(file_name, re.compile(last)) == found else ""
    return ""


def _day(name: str, pattern: str) -> date:
    moment = export_time(name, re.compile(pattern))
    return business_day(moment) if moment else date.min


def _period(file_name: str, days: tuple[date, date] | None) -> tuple[str, str]:
    try:
        is_told_anyway = declared_range(file_name) is not None
    except ExportError:
        return "", ""
    for pattern in _RANGES:
        found = re.search(pattern, file_name)
        if found is None:
            continue
        first, last = _ends(found)
        if first is None or last is None or last < first:
            continue
        if days and not (first <= days[0] and days[1] <= last):
            return "", "the days in its name are not those of its rows, so they are not used"
        if is_told_anyway and days:
            return "", ""
        return pattern, "the days in its name are those that it speaks for"
    return "", ""


def _ends(found: re.Match[str]) -> tuple[date | None, date | None]:
    part = {name: int(digits) for name, digits in found.groupdict().items()}
    try:
        return (
            date(part["year"], part["month"], part["day"]),
            date(part["to_year"], part["to_month"], part["to_day"]),
        )
    except ValueError:
        return None, None
