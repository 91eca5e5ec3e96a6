"""A file of a source as the manifest has it, and the rows that raw and quarantine hold of it.

All that a row says follows from its part of a file, and few keys make many files speak of the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

Row = dict[str, Any]
MERCHANTS = ("m1", "m2")
# Two months meet here, so that a corrected day may move a customer to another cohort.
FIRST_DAY = date(2024, 5, 27)
_MONDAY = datetime.fromisoformat("2024-06-10")


@dataclass(frozen=True)
class Part:
    """What a file says of one key: `turn` tells versions apart, `is_broken`: a row is rejected."""

    key: int
    turn: int
    lines: int
    is_broken: bool


@dataclass
class File:
    """A file as the manifest has it."""

    number: int
    merchant_id: str = MERCHANTS[0]
    status: str = "loaded"
    revision: int = 0
    hours: int = 0
    stamp: int = 0
    parts: tuple[Part, ...] = ()

    @property
    def kind(self) -> Kind:
        return KINDS[self.number % len(KINDS)]

    @property
    def sha256(self) -> str:
        return f"{self.number:02d}"

    @property
    def address(self) -> Row:
        return {
            "merchant_id": self.merchant_id,
            "_file_sha256": self.sha256,
            "_layout_revision": f"l{self.revision}",
            "_reader_revision": "r",
        }

    @property
    def effective_at(self) -> datetime:
        return _MONDAY + timedelta(hours=self.hours)


@dataclass(frozen=True)
class Kind:
    """A source, the model that keeps its rows, the cells of a line and the key of a part.

    The key is worded as the gate words that of a rejected row.
    """

    source: str
    model: str
    cells: Callable[[File, Part, int], Row]
    key: Callable[[File, Part], str]


def _day(part: Part) -> date:
    # Another turn of a key may be another day.
    return FIRST_DAY + timedelta(days=3 * part.key + part.turn)


def _money(part: Part, line: int) -> Decimal:
    return Decimal(100 * (part.key + 1) + 10 * part.turn + line)


def _moment(part: Part) -> datetime:
    return datetime.combine(_day(part), datetime.min.time()) + timedelta(hours=4)


def _order(_file: File, part: Part, line: int) -> Row:
    return {
        "order_id": f"o{part.key}",
        # In one turn of four it is not paid, in another it is cancelled.
        "paid_at": _moment(part) if part.turn else None,
        "order_status": "已取消" if part.turn == 3 else "已完成",
        "quantity": 1,
        "paid_amount": _money(part, line),
        "customer_key": f"c{part.key % 2}" if part.key < 4 else None,
    }


def _aftersale(_file: File, part: Part, line: int) -> Row:
    return {
        "aftersale_id": f"a{part.key}",
        "order_id": f"o{part.key}",
        "aftersale_status": "售后完成" if part.turn else "待审核",
        "refund_amount": _money(part, line),
        "order_paid_at": _moment(part),
        "aftersale_created_at": _moment(part),
    }


def _cut(file: File) -> str:
    return ("day", "hour", "day", "day/placement")[file.number // len(KINDS)]


def _ad_row(file: File, part: Part, line: int) -> Row:
    return {
        "_cut": _cut(file),
        "account_id": "7" if part.key else None,
        "stat_date": FIRST_DAY + timedelta(days=part.key),
        "hour": line if _cut(file) == "hour" else None,
        "placement": str(line) if _cut(file) == "day/placement" else None,
        "spend": _money(part, line),
        "clicks": part.turn,
    }


def _unit_row(file: File, part: Part, line: int) -> Row:
    return _ad_row(file, part, line) | {"unit_id": f"u{part.key % 2}"}


def _session(_file: File, part: Part, line: int) -> Row:
    return {
        "host": f"h{line}",
        "shop_id": "s" if part.key else None,
        "started_at": datetime.fromisoformat("2024-06-01") + timedelta(minutes=40 * part.key),
        "duration_min": Decimal(10 * part.turn),
        "paid_gmv": _money(part, line),
    }


def _shop_day(_file: File, part: Part, line: int) -> Row:
    return {
        "shop_id": ("s1", "s2", None)[part.key % 3],
        "stat_date": FIRST_DAY + timedelta(days=part.key // 2),
        "paid_gmv": _money(part, line),
        "orders": part.turn or None,
    }


def _item(_file: File, part: Part, line: int) -> Row:
    is_week = part.key < 4
    return {
        "shop_id": "s" if part.key % 2 else None,
        "item_id": f"i{line}",
        "operation_mode": "全部",
        "carrier": "全部" if part.key else "直播",
        # The period of a file that tells none is null.
        "period_from": FIRST_DAY + timedelta(days=7 * (part.key // 2)) if is_week else None,
        "period_to": FIRST_DAY + timedelta(days=7 * (part.key // 2) + 6) if is_week else None,
        "paid_gmv": _money(part, line),
    }


def _as_key(*names: str) -> Callable[[File, Part], str]:
    def worded(file: File, part: Part) -> str:
        cells = file.kind.cells(file, part, 0)
        return "/".join("" if cells[name] is None else str(cells[name]) for name in names)

    return worded


KINDS = (
    Kind("qianfan__orders", "int_exported_orders", _order, _as_key("order_id")),
    Kind("qianfan__aftersales", "int_aftersales", _aftersale, _as_key("aftersale_id")),
    Kind("juguang__accounts", "int_ad_rows", _ad_row, _as_key("_cut", "account_id", "stat_date")),
    Kind(
        "juguang__units",
        "int_ad_rows",
        _unit_row,
        _as_key("_cut", "account_id", "unit_id", "stat_date"),
    ),
    Kind(
        "qianfan__live_sessions",
        "int_live_pieces",
        _session,
        _as_key("shop_id", "host", "started_at"),
    ),
    Kind("qianfan__shop_days", "int_shop_rows", _shop_day, _as_key("shop_id", "stat_date")),
    Kind(
        "qianfan__items",
        "int_item_rows",
        _item,
        _as_key("shop_id", "item_id", "operation_mode", "carrier", "period_from", "period_to"),
    ),
)
MODELS = sorted({kind.model for kind in KINDS})


def raw_rows(file: File) -> Iterator[Row]:
    """Its valid rows; a broken part has one line less of them."""
    number = 1
    for part in file.parts:
        for line in range(part.is_broken, part.lines):
            number += 1
            yield {
                **file.address,
                "_row_number": number,
                "_effective_at": file.effective_at,
                **file.kind.cells(file, part, line),
            }


def rejected_rows(file: File) -> Iterator[Row]:
    """One row for each broken part."""
    for number, part in enumerate(file.parts, start=100):
        if part.is_broken:
            yield {
                **file.address,
                "_row_number": number,
                "rule": "unreadable_cell",
                "cells": '{"paid_amount": "12.00"}',
                "row_key": file.kind.key(file, part),
                "row_date": _day(part),
            }
