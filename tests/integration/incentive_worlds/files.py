"""Export files as a few plain rows, and what a merchant is known by when some of them count."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import TypeVar

from oracle.incentives import AdDay, Grant, Merchant, Order, Session
from oracle.incentives.facts import ADS, AFTERSALES, LIVE, ONE_DAY, ORDERS, days_between

# By source of the pipeline, what the oracle calls it. Any report of advertising covers its days.
SOURCES = {
    "qianfan__orders": ORDERS,
    "qianfan__aftersales": AFTERSALES,
    "juguang__accounts": ADS,
    "juguang__campaigns": ADS,
    "qianfan__live_sessions": LIVE,
    "seedbed__incentive_grants": "grants",
}
CANCELLED = "已取消"


@dataclass(frozen=True)
class OrderRow:
    key: str
    day: date
    amount: Decimal
    customer: str | None = None
    status: str = "已完成"
    time: str = "12:00:00"


@dataclass(frozen=True)
class AftersaleRow:
    key: str
    day: date
    order: str
    amount: Decimal
    is_successful: bool = True


@dataclass(frozen=True)
class AdRow:
    key: str
    day: date
    spend: Decimal
    impressions: int = 0
    clicks: int = 0


@dataclass(frozen=True)
class LiveRow:
    key: str  # shop and time of day
    day: date
    shop: str
    time: str
    minutes: Decimal
    gmv: Decimal = Decimal(0)
    exposures: int = 0


@dataclass(frozen=True)
class GrantRow:
    key: str
    day: date
    name: str
    unit: str
    quantity: Decimal


FileRow = OrderRow | AftersaleRow | AdRow | LiveRow | GrantRow
_Row = TypeVar("_Row", bound=FileRow)


@dataclass(frozen=True)
class File:
    """An export: its rows, and the runs of days (both ends included) that it speaks for."""

    merchant_id: str
    source: str
    sha256: str
    exported_at: datetime
    runs: tuple[tuple[date, date], ...]
    rows: tuple[FileRow, ...]
    is_loaded: bool = True


def known_by(registered: Merchant, files: Sequence[File]) -> Merchant:
    """The merchant with what its loaded files say: of each key the newest file that has it."""
    loaded = [file for file in files if file.is_loaded]
    aftersales = _standing(loaded, AftersaleRow)
    return replace(
        registered,
        orders=tuple(_order(row, aftersales) for row in _standing(loaded, OrderRow)),
        ads=tuple(
            AdDay(row.day, row.spend, row.impressions, row.clicks)
            for row in _standing(loaded, AdRow)
        ),
        live=tuple(
            Session(row.day, row.minutes, row.gmv, row.exposures, row.shop)
            for row in _standing(loaded, LiveRow)
        ),
        grants=tuple(
            Grant(row.name, row.unit, row.day, row.quantity) for row in _standing(loaded, GrantRow)
        ),
        covered={source: _covered(loaded, source) for source in set(SOURCES.values())},
    )


def _covered(files: Iterable[File], source: str) -> frozenset[date]:
    runs = [run for file in files if SOURCES[file.source] == source for run in file.runs]
    return frozenset(day for first, last in runs for day in days_between(first, last + ONE_DAY))


def _standing(files: Iterable[File], kind: type[_Row]) -> list[_Row]:
    newest: dict[str, _Row] = {}
    for file in sorted(files, key=lambda one: (one.exported_at, one.sha256)):
        newest |= {row.key: row for row in file.rows if isinstance(row, kind)}
    return list(newest.values())


def _order(row: OrderRow, aftersales: Iterable[AftersaleRow]) -> Order:
    """What was paid back belongs to the order's day; a cancelled order was paid back whole."""
    told = [each.amount for each in aftersales if each.order == row.key and each.is_successful]
    refund = sum(told, Decimal(0))
    if not told and row.status == CANCELLED:
        refund = row.amount
    return Order(row.day, row.amount, row.customer, refund)
