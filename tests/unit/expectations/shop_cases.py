"""Rows of a shop's own exports and of grants: what passes, what each rule rejects or tells."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from suite_case import MONDAY, SUNDAY, Case, utc

_BEFORE = utc("2024-06-29 04:00")

SHOP_CASES: dict[str, Case] = {
    "qianfan__aftersales": Case(
        valid={
            "aftersale_id": "S1",
            "order_id": "P1",
            "aftersale_status": "售后完成",
            "requested_refund_amount": Decimal("59.00"),
            "refund_amount": Decimal("59.00"),
            "order_paid_at": _BEFORE,
            "aftersale_created_at": _BEFORE,
        },
        own="aftersale_id",
        needed=("aftersale_id", "order_id", "aftersale_status", "requested_refund_amount"),
        edges=[
            {"aftersale_created_at": utc("2024-07-01 01:30:59")},
            {"requested_refund_amount": Decimal("0.00"), "refund_amount": Decimal("0.00")},
            {"requested_refund_amount": None},
            {
                "aftersale_status": "待商家处理",
                "requested_refund_amount": None,
                "refund_amount": None,
            },
            {"aftersale_status": "商家拒绝"},
            {"aftersale_status": "售后取消"},
        ],
        broken=[
            ("aftersale_id_missing", {"aftersale_id": None}),
            ("order_id_missing", {"order_id": None}),
            ("aftersale_status_missing", {"aftersale_status": None}),
            ("refund_amount_missing", {"requested_refund_amount": None, "refund_amount": None}),
            ("created_after_export", {"aftersale_created_at": utc("2024-07-01 01:31")}),
        ],
        told={
            "refund_is_not_more_than_requested": [{"refund_amount": Decimal("59.01")}],
            "statuses_are_known": [{"aftersale_status": "已归档"}],
            "requests_have_a_time": [{"aftersale_created_at": None}],
            "order_paid_at_is_not_after_the_request": [
                {"order_paid_at": utc("2024-06-29 04:00:01")}
            ],
        },
    ),
    "qianfan__live_sessions": Case(
        valid={
            "host": "云朵家居",
            "started_at": _BEFORE,
            "duration_min": Decimal("90.5000"),
            "paid_gmv": Decimal("880.00"),
            "refund_amount": Decimal("80.00"),
            "viewers": 400,
            "views": 520,
            "item_exposures": 900,
            "item_clicks": 90,
            "buyers": 7,
            "orders": 8,
        },
        own="host",
        needed=("host", "started_at", "duration_min"),
        edges=[
            {"started_at": utc("2024-07-01 01:30:59"), "duration_min": Decimal("0.0100")},
            {"duration_min": Decimal("1440.0000"), "started_at": utc("2024-06-01 00:00")},
            {"paid_gmv": Decimal("0.00"), "refund_amount": Decimal("0.00")},
        ],
        broken=[
            ("host_missing", {"host": None}),
            ("started_at_missing", {"started_at": None}),
            ("duration_missing", {"duration_min": None}),
            ("duration_negative", {"duration_min": Decimal("-0.0001")}),
            # Of a session that has not begun it is also told that it is not over.
            ("started_after_export", {"started_at": utc("2024-07-01 01:31")}),
        ],
        told={
            "sessions_last_a_while": [
                {"duration_min": Decimal("0.0000")},
                {"duration_min": Decimal("1440.0001"), "started_at": utc("2024-06-01 00:00")},
            ],
            "sessions_are_over": [{"started_at": utc("2024-07-01 00:30")}],
            "viewers_are_not_more_than_views": [{"viewers": 521}],
            "item_clicks_are_not_more_than_exposures": [{"item_clicks": 901}],
            "buyers_are_not_more_than_orders": [{"buyers": 9}],
            "refunds_are_not_more_than_paid": [{"refund_amount": Decimal("880.01")}],
        },
    ),
    "qianfan__shop_days": Case(
        valid={
            "stat_date": SUNDAY,
            "shop_id": "s-1",
            "visitors": 300,
            "page_views": 800,
            "paid_gmv": Decimal("4200.00"),
            "buyers": 30,
            "units": 41,
            "new_buyers": 20,
            "returning_buyers": 10,
        },
        own="shop_id",
        needed=("stat_date",),
        edges=[
            {"paid_gmv": Decimal("0.00")},
            {"buyers": 0, "new_buyers": 0, "returning_buyers": 0},
        ],
        broken=[
            ("stat_date_missing", {"stat_date": None}),
            ("day_not_over", {"stat_date": MONDAY}),
        ],
        told={
            "buyers_are_new_or_returning": [{"new_buyers": 19}],
            "visitors_are_not_more_than_page_views": [{"visitors": 801}],
            "buyers_are_not_more_than_units": [{"units": 29}],
            "days_stand_once": [{"shop_id": "s"}, {"shop_id": "s"}],
        },
    ),
    "qianfan__items": Case(
        valid={
            "period_from": date(2024, 6, 24),
            "period_to": SUNDAY,
            "item_id": "65f0",
            "operation_mode": "全部",
            "carrier": "商卡",
            "item_visitors": 200,
            "item_page_views": 300,
            "paid_gmv": Decimal("900.00"),
            "buyers": 9,
            "orders": 10,
            "refund_amount_by_pay_time": Decimal("100.00"),
            "net_paid_gmv_by_pay_time": Decimal("800.00"),
            "refund_rate_before_shipping_by_pay_time": Decimal("0.050000"),
        },
        own="item_id",
        needed=("period_from", "period_to", "item_id", "operation_mode", "carrier"),
        edges=[
            {"net_paid_gmv_by_pay_time": Decimal("799.99")},
            {"refund_rate_after_shipping_by_pay_time": Decimal("1.000000")},
        ],
        broken=[
            ("item_id_missing", {"item_id": None}),
            ("operation_mode_missing", {"operation_mode": None}),
            ("carrier_missing", {"carrier": None}),
            ("period_missing", {"period_from": None}),
            ("period_missing", {"period_to": None}),
            ("period_not_over", {"period_to": MONDAY}),
            (
                "rate_out_of_range",
                {"refund_rate_after_shipping_by_pay_time": Decimal("1.000001")},
            ),
        ],
        told={
            "ways_and_carriers_are_known": [{"operation_mode": "合计"}, {"carrier": "群聊"}],
            "net_amount_is_what_is_left": [{"net_paid_gmv_by_pay_time": Decimal("799.98")}],
            "buyers_are_not_more_than_orders": [{"buyers": 11}],
            "visitors_are_not_more_than_page_views": [{"item_visitors": 301}],
        },
    ),
    "seedbed__incentive_grants": Case(
        valid={
            "programme_name": "店播首播流量扶持",
            "grant_id": "JL1",
            "granted_at": _BEFORE,
            "valid_from": SUNDAY,
            "valid_to": SUNDAY,
            "grant_unit": "曝光",
            "granted_quantity": Decimal("6000.0000"),
        },
        own="grant_id",
        needed=("programme_name", "grant_id", "granted_at", "grant_unit", "granted_quantity"),
        edges=[
            {"granted_at": utc("2024-07-01 01:30:59")},
            {"grant_unit": "广告金", "granted_quantity": Decimal("99.5000")},
            {"grant_unit": "优惠券"},
            {"grant_unit": "佣金减免"},
            {"grant_unit": "服务费减免"},
            {"granted_quantity": Decimal("0.0000")},
        ],
        broken=[
            ("grant_id_missing", {"grant_id": None}),
            ("programme_name_missing", {"programme_name": None}),
            ("granted_at_missing", {"granted_at": None}),
            ("grant_unit_missing", {"grant_unit": None}),
            ("granted_quantity_missing", {"granted_quantity": None}),
            ("grant_unit_unknown", {"grant_unit": "万"}),
            ("granted_after_export", {"granted_at": utc("2024-07-01 01:31")}),
        ],
        told={
            "grants_end_after_they_begin": [{"valid_from": MONDAY}],
            "exposures_are_whole": [{"granted_quantity": Decimal("6.5000")}],
            "grants_stand_once": [{"grant_id": "JL"}, {"grant_id": "JL"}],
        },
    ),
}
