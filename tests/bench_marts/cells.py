"""The rows of the world as columns of raw and quarantine, by SQL over the table `rows`."""

from __future__ import annotations

from datetime import datetime, time
from functools import cache

import pyarrow as pa

from orchestration.exports.layout.load import load_layouts
from orchestration.exports.reader import READER_REVISION
from orchestration.rows import raw_schema
from orchestration.warehouse.passing import PLACE
from orchestration.warehouse.schemas import QUARANTINE
from tests.bench_marts.world import FIRST_MONDAY

ORDERS, AFTERSALES, ADS = "qianfan__orders", "qianfan__aftersales", "juguang__units"
_TYPES = {
    "string": "varchar",
    "int64": "bigint",
    "date32[day]": "date",
    "timestamp[us]": "timestamp",
}
# What a column of raw is called in the SQL of the world, or made from.
_CELLS: dict[str, dict[str, str]] = {
    ORDERS: {
        **{
            name: f"{name} - interval 8 hour"
            for name in ("created_at", "paid_at", "promised_ship_at", "shipped_at", "completed_at")
        },
        **{
            name: name
            for name in (
                "order_id",
                "order_status",
                "aftersale_status",
                "item_name",
                "sku_name",
                "sku_spec",
                "merchant_sku",
                "quantity",
                "paid_amount",
                "order_type",
                "customer_key",
            )
        },
        "line_list_amount": "paid_amount",
        "buyer_payable_amount": "paid_amount",
    },
    AFTERSALES: {
        **{name: f"{name} - interval 8 hour" for name in ("order_paid_at", "aftersale_created_at")},
        **{
            name: name
            for name in (
                "aftersale_id",
                "order_id",
                "aftersale_type",
                "aftersale_status",
                "requested_refund_amount",
            )
        },
    },
    ADS: {
        "_cut": "'day'",
        "account_id": "cast(700000 + merchant as varchar)",
        **{
            name: name
            for name in (
                "stat_date",
                "unit_id",
                "unit_name",
                "campaign_id",
                "campaign_name",
                "spend",
                "impressions",
                "clicks",
                "likes",
                "comments",
                "saves",
                "interactions",
                "orders_paid_7d_by_click",
                "gmv_paid_7d_by_click",
            )
        },
    },
}
DAYS = {
    ORDERS: "cast(paid_at as date)",
    AFTERSALES: "cast(aftersale_created_at as date)",
    ADS: "stat_date",
}
ROW_ORDER = {ORDERS: "n, line", AFTERSALES: "n", ADS: "stat_date, unit_id"}


@cache
def revision_of(source: str) -> str:
    """The revision of a shipped layout."""
    return load_layouts().get(source).revision


def passing_and_rejected(source: str) -> tuple[str, str]:
    """Rows that passed and rows that did not, file after file."""
    raw = _columns(raw_schema(load_layouts().get(source).arrow_columns), _CELLS[source], source)
    faults = {
        "rule": "'unreadable_cell'",
        "reason": "'quantity'",
        "row_key": "order_id" if source == ORDERS else "null",
        "row_date": "day",
    }
    rejected = _columns(QUARANTINE, faults, source)
    order = "order by place, row_number"
    return (
        f"select place as {PLACE}, {raw} from rows where not is_rejected {order}",
        f"select place as {PLACE}, {rejected} from rows where is_rejected {order}",
    )


def _keys(source: str) -> dict[str, str]:
    first = datetime.combine(FIRST_MONDAY, time(2))
    return {
        "merchant_id": "merchant_id",
        "_file_sha256": "sha256",
        "_row_number": "row_number",
        "_layout_revision": f"'{revision_of(source)}'",
        "_reader_revision": f"'{READER_REVISION}'",
        "_effective_at": f"timestamp '{first}' + to_days(cast(7 * file + 7 as integer))",
    }


def _columns(schema: pa.Schema, own: dict[str, str], source: str) -> str:
    cells = _keys(source) | own
    return ", ".join(
        f"cast({cells.get(field.name, 'null')} as {_type(field.type)}) as {field.name}"
        for field in schema
    )


def _type(kind: pa.DataType) -> str:
    return _TYPES.get(str(kind)) or f"decimal(18, {kind.scale})"
