"""What `seedbed init --sample` puts into a new home: two merchants and four weeks of exports."""

from __future__ import annotations

import shutil
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from orchestration.samples.dirt import ambiguous_amount, cancellation, write_off
from orchestration.samples.workbooks import Row, export_name, order_rows, write_orders
from orchestration.samples.world import make_world

REAL_ORDERS = Path(__file__).parent / "real_orders"
REAL_MERCHANT = "m001"
SYNTHETIC_MERCHANT = "m002"

_SEED = 20240819
_FIRST_MONDAY = date(2024, 8, 19)
_WEEKS = 4
_ORDERS_A_WEEK = 40
_EXPORT_CLOCK = time(9, 30)
# The second shop exports its last week on the Friday and then forgets: a partial week.
_LAST_EXPORT_DAY = date(2024, 9, 13)


def write_demo(inbox: Path) -> dict[str, Any]:
    """Put the sample exports into `inbox/<merchant_id>/`; returns the register, as for YAML."""
    real = inbox / REAL_MERCHANT
    real.mkdir(parents=True, exist_ok=True)
    for workbook in sorted(REAL_ORDERS.glob("*.xlsx")):
        shutil.copyfile(workbook, real / workbook.name)
    _write_synthetic(inbox / SYNTHETIC_MERCHANT)
    return _register()


def _write_synthetic(folder: Path) -> None:
    world = make_world(
        seed=_SEED, first_day=_FIRST_MONDAY, weeks=_WEEKS, orders_a_week=_ORDERS_A_WEEK
    )
    for week in range(_WEEKS):
        monday = _FIRST_MONDAY + timedelta(weeks=week)
        export_day = min(monday + timedelta(weeks=1), _LAST_EXPORT_DAY)
        rows = order_rows(world.between(monday, export_day - timedelta(days=1)))
        name = export_name(datetime.combine(export_day, _EXPORT_CLOCK))
        write_orders(folder / name, rows + _dirt(rows, week))


def _dirt(rows: list[Row], week: int) -> list[Row]:
    """One cancellation a week, and in the second week what the gate must stop."""
    dirt = [cancellation(rows[0])]
    if week == 1:
        dirt += [write_off(rows[1], "P990000000001"), ambiguous_amount(rows[2], "P990000000002")]
    return dirt


def _register() -> dict[str, Any]:
    return {
        "merchants": [
            {
                "merchant_id": REAL_MERCHANT,
                "name": {"zh": "云朵家居", "en": "Cloud Home"},
                "locale": "zh-CN",
                "timezone": "Asia/Shanghai",
                "currency": "CNY",
                "industry_l1": "家居",
                "industry_l2": "家居饰品",
                "joined_on": date(2024, 3, 1),
                "private_domain": False,
                "shops": [{"shop_id": "s-cloud-home", "name": "云朵家居旗舰店"}],
                "recipients": [
                    {"channel": "slack", "address": "C0000011", "digest": "merchant"},
                    {
                        "channel": "email",
                        "address": "cloud@example.com",
                        "digest": "merchant",
                    },
                ],
            },
            {
                "merchant_id": SYNTHETIC_MERCHANT,
                "name": {"zh": "合成小茶铺（合成数据）", "en": "Synthetic Tea (synthetic data)"},
                "locale": "en",
                "timezone": "Asia/Shanghai",
                "currency": "CNY",
                "industry_l1": "食品",
                "industry_l2": "茶饮",
                "joined_on": _FIRST_MONDAY,
                "private_domain": False,
                "shops": [{"shop_id": "s-synthetic-tea", "name": "合成小茶铺（合成数据）"}],
                "recipients": [
                    {"channel": "slack", "address": "C0000012", "digest": "merchant"},
                    {
                        "channel": "email",
                        "address": "tea@example.com",
                        "digest": "merchant",
                    },
                ],
            },
        ],
        "team": {
            "locale": "en",
            "recipients": [
                {"channel": "slack", "address": "C0000001", "digest": "data_team"},
                {"channel": "email", "address": "team@example.com", "digest": "data_team"},
                {"channel": "email", "address": "programmes@example.com", "digest": "programme"},
            ],
        },
    }
