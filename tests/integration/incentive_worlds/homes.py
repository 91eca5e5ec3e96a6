"""A world of merchants and files, written into a home as the pipeline would hand it to dbt."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from oracle.incentives import Merchant, Parameters

from incentive_worlds.compiled import compiled, statements
from incentive_worlds.files import (
    SOURCES,
    AdRow,
    AftersaleRow,
    File,
    FileRow,
    GrantRow,
    LiveRow,
    OrderRow,
    known_by,
)
from orchestration.exports.layout.load import load_layouts
from orchestration.home import Home
from orchestration.warehouse.schemas import raw_schema
from tests.dbt_homes import pack_all, put_handover

UNITS = {
    "exposures": "曝光",
    "ad_credit": "广告金",
    "coupon_value": "优惠券",
    "commission_waiver": "佣金减免",
    "fee_waiver": "服务费减免",
}
_TO_UTC = timedelta(hours=8)


@dataclass(frozen=True)
class World:
    """What the register says of the merchants, their files, and what is to be decided."""

    registered: tuple[Merchant, ...]
    files: tuple[File, ...]
    programmes: Sequence[Mapping[str, Any]]
    weeks: tuple[date, ...]
    parameters: Parameters

    @property
    def merchants(self) -> list[Merchant]:
        """The merchants as their files let them be known."""
        own: dict[str, list[File]] = {one.merchant_id: [] for one in self.registered}
        for file in self.files:
            own[file.merchant_id].append(file)
        return [known_by(one, own[one.merchant_id]) for one in self.registered]


def write_world(home: Home, world: World) -> None:
    """Put all of the world into a home made by `empty_home`, in place of what was there."""
    layouts = load_layouts().layouts
    for source in SOURCES:
        schema = raw_schema(layouts[source].arrow_columns)
        files = [file for file in world.files if file.source == source]
        rows = [row for file in files for row in _raw_rows(file, schema)]
        pq.write_table(pa.Table.from_pylist(rows, schema=schema), home.raw / source / "all.parquet")
    pack_all(home)
    put_handover(home, "files", [_file(file) for file in world.files])
    put_handover(home, "coverage", list(_coverage(world.files)))
    put_handover(home, "register", [_registered(one) for one in world.registered])
    put_handover(home, "rulebook_parameters", _parameters(world.parameters))
    put_handover(home, "rulebook_facts", statements(world.registered))
    weeks = [{"week": week, "as_of": week + timedelta(days=6)} for week in world.weeks]
    put_handover(home, "weeks", weeks)
    for name, handed in compiled(world.programmes).items():
        put_handover(home, name, handed)


def _parameters(parameters: Parameters) -> list[dict[str, Any]]:
    return [
        {"parameter": "history_warmup_days", "value": str(parameters.warmup_days)},
        {"parameter": "first_broadcast_minutes", "value": str(parameters.broadcast_minutes)},
    ]


def _registered(one: Merchant) -> dict[str, Any]:
    return {
        "merchant_id": one.merchant_id,
        "currency": "CNY",
        "industry_l1": one.industries[0],
        "industry_l2": one.industries[1],
        "joined_on": one.joined_on,
        "is_private_domain": one.is_private_domain,
    }


def _file(file: File) -> dict[str, Any]:
    return {
        "merchant_id": file.merchant_id,
        "file_sha256": file.sha256,
        "source": file.source,
        "layout_revision": "l1",
        "reader_revision": "r1",
        "status": "loaded" if file.is_loaded else "withdrawn",
        "received_at": file.exported_at,
        "effective_at": file.exported_at,
        "is_effective_at_assumed": False,
        "first_row_date": min((row.day for row in file.rows), default=None),
        "last_row_date": max((row.day for row in file.rows), default=None),
        "rows_read": len(file.rows),
        "rows_loaded": len(file.rows),
        "rows_quarantined": 0,
        "rows_held": 0,
        "rows_skipped": 0,
    }


def _coverage(files: Iterable[File]) -> Iterable[dict[str, Any]]:
    for file in files:
        for first, last in file.runs:
            yield {
                "merchant_id": file.merchant_id,
                "source": file.source,
                "file_sha256": file.sha256,
                "covered_from": first,
                "covered_to": last,
                "evidence": "declared",
                "bridge_days": 0,
                "is_loaded": file.is_loaded,
            }


def _raw_rows(file: File, schema: pa.Schema) -> Iterable[dict[str, Any]]:
    nothing = dict.fromkeys(schema.names)
    for number, row in enumerate(file.rows, start=2):
        yield {
            **nothing,
            "merchant_id": file.merchant_id,
            "_file_sha256": file.sha256,
            "_row_number": number,
            "_layout_revision": "l1",
            "_reader_revision": "r1",
            "_effective_at": file.exported_at,
            **_columns(row, file.source),
        }


def _columns(row: FileRow, source: str) -> dict[str, Any]:
    match row:
        case OrderRow():
            return {
                "order_id": row.key,
                "order_status": row.status,
                "paid_at": _moment(row.day, row.time),
                "quantity": 1,
                "paid_amount": row.amount,
                "customer_key": row.customer,
            }
        case AftersaleRow():
            return {
                "aftersale_id": row.key,
                "order_id": row.order,
                "aftersale_status": "售后完成" if row.is_successful else "售后关闭",
                "requested_refund_amount": row.amount,
                "aftersale_created_at": _moment(row.day),
            }
        case AdRow():
            campaign = {"campaign_id": "c1"} if source == "juguang__campaigns" else {}
            return {
                "_cut": "day",
                "stat_date": row.day,
                "account_id": "a1",
                "spend": row.spend,
                "impressions": row.impressions,
                "clicks": row.clicks,
                **campaign,
            }
        case LiveRow():
            return {
                "host": "h",
                "shop_id": row.shop,
                "started_at": _moment(row.day, row.time),
                "duration_min": row.minutes,
                "paid_gmv": row.gmv,
                "exposures": row.exposures,
            }
        case GrantRow():
            return {
                "grant_id": row.key,
                "programme_name": row.name,
                "granted_at": _moment(row.day),
                "grant_unit": UNITS[row.unit],
                "granted_quantity": Decimal(row.quantity),
            }


def _moment(day: date, time: str = "12:00:00") -> datetime:
    """A time in Shanghai, as UTC without a zone."""
    return datetime.fromisoformat(f"{day}T{time}") - _TO_UTC
