"""Rows of the 聚光 reports: what passes, what each rule rejects, what is only told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from suite_case import MONDAY, SUNDAY, Case, Changes

_AD_ROW: Changes = {
    "_cut": "day",
    "stat_date": SUNDAY,
    "account_id": "7001",
    "spend": Decimal("120.50"),
    "impressions": 9000,
    "clicks": 300,
    "likes": 5,
    "comments": 1,
    "saves": 2,
    "shares": 1,
    "follows": 1,
    "interactions": 10,
    "orders_paid_7d_by_click": 2,
    "gmv_paid_7d_by_click": Decimal("199.00"),
    "first_impression_share": Decimal("0.138300"),
}
_AD_EDGES: list[Changes] = [
    {"spend": Decimal("0.00"), "impressions": 0, "clicks": 0},
    {"stat_date": MONDAY},
    {"stat_date": MONDAY, "hour": 9, "_cut": "hour"},
    {"first_impression_share": Decimal("1.000000")},
]
_AD_BROKEN: list[tuple[str, Changes]] = [
    ("stat_date_missing", {"stat_date": None}),
    ("spend_missing", {"spend": None}),
    ("rate_out_of_range", {"top3_click_share": Decimal("1.000001")}),
    ("day_after_export", {"stat_date": date(2024, 7, 2)}),
    ("day_after_export", {"stat_date": MONDAY, "hour": 10, "_cut": "hour"}),
]
_AD_TOLD: dict[str, Sequence[Changes]] = {
    "clicks_are_not_more_than_impressions": [{"clicks": 9001}],
    "interactions_are_their_sum": [{"interactions": 9}],
    "orders_stand_behind_amounts": [{"orders_paid_7d_by_click": 0}],
    "accounts_are_known": [{"account_id": None}],
}


def _ads(level_id: str) -> Case:
    return Case(
        valid={**_AD_ROW, level_id: "9001"},
        own=level_id,
        needed=("_cut", "stat_date", "spend", level_id),
        edges=_AD_EDGES,
        broken=[*_AD_BROKEN, (f"{level_id}_missing", {level_id: None})],
        told=_AD_TOLD,
    )


AD_CASES: dict[str, Case] = {
    "juguang__accounts": Case(
        valid=_AD_ROW,
        own="account_id",
        needed=("_cut", "stat_date", "spend"),
        # The same account and day in another cut is no repetition.
        edges=[*_AD_EDGES, {"account_id": "7"}, {"account_id": "7", "_cut": "day/placement"}],
        broken=_AD_BROKEN,
        told={
            **_AD_TOLD,
            "rows_are_told_apart": [{"account_id": "8"}, {"account_id": "8"}],
        },
    ),
    "juguang__campaigns": _ads("campaign_id"),
    "juguang__units": _ads("unit_id"),
    "juguang__creatives": _ads("creative_id"),
    "juguang__notes": _ads("note_id"),
    "juguang__keywords": _ads("keyword"),
    "juguang__search_words": _ads("search_word"),
}
