"""Who downloads what, and when: every Monday each merchant exports what was sold and shown.

Nothing goes wrong here; `mishaps.py` sees to that. How a merchant exports follows from its number.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from orchestration.samples.market.ad_reports import (
    Breakdown,
    TimeUnit,
    report,
    report_columns,
)
from orchestration.samples.market.exports import Entry, Plan, Record
from orchestration.samples.market.history import History
from orchestration.samples.market.page_records import item_records, shop_day_records
from orchestration.samples.market.shop_records import (
    aftersale_records,
    grant_records,
    live_records,
    order_records,
)
from orchestration.samples.market.sources import ADS, SOURCES, file_name
from orchestration.samples.market.styles import style_of

_WEEK, _DAY = timedelta(weeks=1), timedelta(days=1)
_FIRST_EXPORT = time(8)
# Each merchant has its own minute, so that no two names in one folder are the same.
_MINUTES = 120
# A later export of the same morning must have a later minute.
AGAIN = timedelta(minutes=150)
# Cases are exported for the last four weeks, and every fourth week some export a month of orders.
_MONTH_WEEKS = 4
_NO_AFTERSALES, _NO_PAGE, _NO_GRANTS = (6, 5), (6, 4), (5, 3)
_NO_LIVE, _EMPTY_LIVE = (8, 7), (8, 3)
_HOURLY, _HOURLY_WEEK = (5, 1), 1
_IN_INBOX, _NAMELESS = (10, 5), (10, 0)

_RECORDS: dict[str, Callable[[History, date, date, datetime], Iterable[Record]]] = {
    "qianfan__orders": order_records,
    "qianfan__aftersales": aftersale_records,
    "qianfan__live_sessions": live_records,
    "qianfan__shop_days": shop_day_records,
    "qianfan__items": item_records,
    "seedbed__incentive_grants": grant_records,
}


class Span(NamedTuple):
    """The days that an export asks for, both included."""

    first: date
    last: date


def _is(history: History, rule: tuple[int, int]) -> bool:
    every, rest = rule
    return history.merchant.number % every == rest


def exported_on(history: History, monday: date) -> datetime:
    """When this merchant exports on a Monday."""
    minute = history.merchant.number * 7 % _MINUTES
    return datetime.combine(monday, _FIRST_EXPORT) + timedelta(minutes=minute)


def weekly_plans(history: History) -> list[Plan]:
    """Everything that one merchant exports in its weeks, by week and source."""
    return [
        plan
        for week in range(history.weeks)
        if history.first_day + week * _WEEK >= history.merchant.joined_on
        for plan in _week(history, week)
    ]


def _week(history: History, week: int) -> Iterator[Plan]:
    monday = history.first_day + week * _WEEK
    moment = exported_on(history, monday + _WEEK)
    is_even = history.merchant.number % 2 == 0
    one, two = _span(history, week, 1), _span(history, week, 2)
    month = _span(history, week, _MONTH_WEEKS)
    usual = two if is_even else one
    yield shop_plan(history, "qianfan__orders", _through_now(history, usual, moment), moment)
    if is_even and week % _MONTH_WEEKS == _MONTH_WEEKS - 1:
        yield shop_plan(history, "qianfan__orders", month, moment + AGAIN)
    if not _is(history, _NO_AFTERSALES):
        yield shop_plan(history, "qianfan__aftersales", month, moment)
    if not _is(history, _NO_LIVE):
        is_in_folder = is_even or _is(history, _EMPTY_LIVE)
        yield shop_plan(history, "qianfan__live_sessions", usual, moment, is_in_folder=is_in_folder)
    if not _is(history, _NO_PAGE):
        yield shop_plan(history, "qianfan__shop_days", usual, moment)
    yield shop_plan(history, "qianfan__items", one, moment)
    if history.merchant.number % 3 == 0 and two != one:
        before = Span(two.first, one.first - _DAY)
        yield shop_plan(history, "qianfan__items", before, moment)
    if not _is(history, _NO_GRANTS) and (week % 2 or week == history.weeks - 1):
        so_far = Span(history.first_day, one.last)
        yield shop_plan(history, "seedbed__incentive_grants", so_far, moment)
    yield from _ads(history, week, moment)


def _span(history: History, week: int, weeks: int) -> Span:
    """So many weeks up to this one, as far as the merchant was there."""
    monday = history.first_day + week * _WEEK
    first = max(monday - (weeks - 1) * _WEEK, history.first_day, _joined_monday(history))
    return Span(first, monday + _WEEK - _DAY)


def _joined_monday(history: History) -> date:
    joined = history.merchant.joined_on
    return joined - timedelta(days=joined.weekday())


def _through_now(history: History, span: Span, moment: datetime) -> Span:
    """Some merchants export up to the moment: the day of the export is there, but not over."""
    return Span(span.first, moment.date()) if history.merchant.number % 4 == 2 else span


def _ads(history: History, week: int, moment: datetime) -> Iterator[Plan]:
    two = _span(history, week, 2)
    finer = two if history.merchant.number % 4 == 0 else _span(history, week, 1)
    for account_ids in _files_of_accounts(history):
        for source in ADS:
            span = two if source == "juguang__accounts" else finer
            yield ad_plan(history, source, account_ids, span, moment)
        if _is(history, _HOURLY) and week == _HOURLY_WEEK:
            for source in ("juguang__accounts", "juguang__campaigns"):
                span = _span(history, week, 1)
                yield ad_plan(history, source, account_ids, span, moment + AGAIN, unit="hour")


def _files_of_accounts(history: History) -> list[tuple[str, ...]]:
    """Most have a file for each account; some put both into one."""
    account_ids = history.merchant.account_ids
    is_joint = history.merchant.number % 8 == 4
    return [account_ids] if account_ids and is_joint else [(one,) for one in account_ids]


def shop_plan(
    history: History, source: str, span: Span, moment: datetime, *, is_in_folder: bool = False
) -> Plan:
    """An export of 千帆, or of grants, over these days at this moment."""
    merchant_id = history.merchant.merchant_id
    style = style_of(source, history.merchant.number, moment.date())
    title, tag = SOURCES[source].title, _tag(merchant_id, source, span, moment)
    if source == "qianfan__items":
        title = f"{title}_{span.first}_{span.last}_"
    if source == "seedbed__incentive_grants":
        tag = ""
    is_inbox = source == "seedbed__incentive_grants" and _is(history, _IN_INBOX)
    folder = "" if is_inbox else merchant_id
    entries = tuple(map(Entry, _RECORDS[source](history, *span, moment)))
    # Without a row, only a folder can tell which days an order export is of.
    is_in_folder = is_in_folder or (source == "qianfan__orders" and not entries)
    return Plan(
        merchant_id=merchant_id,
        source=source,
        first_day=span.first,
        last_day=span.last,
        exported_at=moment,
        name=file_name(title, moment, tag, style.ending),
        folder=f"{folder}/{span.first}_{span.last}" if is_in_folder else folder,
        style=style,
        columns=SOURCES[source].columns,
        entries=entries,
        is_range_named=is_in_folder or source == "qianfan__items",
    )


def ad_plan(
    history: History,
    source: str,
    account_ids: tuple[str, ...],
    span: Span,
    moment: datetime,
    *,
    unit: TimeUnit = "day",
    breakdown: Breakdown = None,
) -> Plan:
    """A report of 聚光 over these accounts and days at this moment."""
    merchant = history.merchant
    style = style_of(source, merchant.number, moment.date())
    is_nameless = _is(history, _NAMELESS) and len(merchant.account_ids) == 1
    is_inbox = _is(history, _IN_INBOX)
    leaf_days = [
        one
        for account_id in account_ids
        for one in history.leaf_days[account_id]
        if span.first <= one.day <= span.last
    ]
    records = report(source, leaf_days, moment.date(), unit, breakdown, has_account=not is_nameless)
    tag = _tag(*account_ids, source, span, moment, unit, breakdown)
    return Plan(
        merchant_id=merchant.merchant_id,
        source=source,
        first_day=span.first,
        last_day=span.last,
        exported_at=moment,
        name=file_name(SOURCES[source].title, moment, tag, style.ending),
        folder="" if is_inbox else merchant.merchant_id,
        style=style,
        columns=report_columns(source, breakdown, has_account=not is_nameless),
        entries=tuple(map(Entry, records)),
        account_ids=account_ids,
    )


def _tag(*parts: object) -> str:
    return hashlib.sha256("/".join(map(str, parts)).encode()).hexdigest()[:8]
