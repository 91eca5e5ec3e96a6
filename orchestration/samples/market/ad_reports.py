"""The reports of 聚光: columns, levels, and the rows that an export of some days shows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Sequence
from dataclasses import asdict
from datetime import date
from typing import Literal, NamedTuple

from orchestration.samples.market.ads import FIGURES, HOURS, Leaf, LeafDay, Purchase
from orchestration.samples.market.cells import Column, Value, Values, per, share, yuan
from orchestration.samples.market.exports import Key, Record

TimeUnit = Literal["day", "hour"]
Breakdown = Literal["placement"] | None

LEVELS: dict[str, tuple[str, ...]] = {
    "juguang__accounts": ("account_id",),
    "juguang__campaigns": ("account_id", "campaign_id"),
    "juguang__units": ("account_id", "campaign_id", "unit_id"),
    "juguang__creatives": ("account_id", "campaign_id", "unit_id", "creative_id"),
    "juguang__notes": ("account_id", "note_id"),
    "juguang__keywords": ("account_id", "campaign_id", "unit_id", "keyword"),
    "juguang__search_words": ("account_id", "campaign_id", "unit_id", "keyword", "search_word"),
}
TITLES = dict(
    zip(LEVELS, ("账户", "计划", "单元", "创意", "笔记", "关键词", "搜索词"), strict=True)
)
CREDITED = (
    "orders_created_7d_by_click",
    "gmv_created_7d_by_click",
    "orders_paid_7d_by_click",
    "gmv_paid_7d_by_click",
    "live_paid_orders_24h",
    "live_paid_gmv_24h",
)
MONEY = ("spend", *(name for name in CREDITED if "gmv" in name))
_INTERACTIONS = ("likes", "saves", "follows", "comments", "shares")
_NOTE_URL = "https://www.xiaohongshu.com/explore/"

_ACCOUNT = (Column("账户ID", "account_id"), Column("账户名称", "account_name"))
_ID_COLUMNS = {
    "campaign_id": (Column("计划ID", "campaign_id"), Column("计划名称", "campaign_name")),
    "unit_id": (Column("单元ID", "unit_id"), Column("单元名称", "unit_name")),
    "creative_id": (
        Column("创意ID", "creative_id"),
        Column("创意名称", "creative_name"),
        Column("笔记ID|笔记/素材ID", "note_id"),
    ),
    "note_id": (
        Column("笔记ID|笔记/素材ID", "note_id"),
        Column("笔记跳转链接|笔记/素材链接", "note_url", "link"),
    ),
    "keyword": (Column("关键词", "keyword"),),
    "search_word": (Column("搜索词", "search_word"),),
}
_BREAKDOWNS = {"placement": Column("广告类型|投放位置", "placement")}
_METRICS = (
    Column("消费", "spend", "number"),
    Column("展现量", "impressions", "integer"),
    Column("点击量", "clicks", "integer"),
    Column("点击率", lambda v: share(v["clicks"], v["impressions"]), "percent"),
    Column("平均点击成本", lambda v: per(v["spend"], v["clicks"]), "number"),
    Column(
        "平均千次展现费用|平均千次展示费用",
        lambda v: per(v["spend"], v["impressions"], scale=1000),
        "number",
    ),
    Column("点赞", "likes", "integer"),
    Column("评论", "comments", "integer"),
    Column("收藏", "saves", "integer"),
    Column("关注", "follows", "integer"),
    Column("分享", "shares", "integer"),
    Column("互动量", "interactions", "integer"),
    Column("平均互动成本", lambda v: per(v["spend"], v["interactions"]), "number"),
    Column("行动按钮点击量", "cta_clicks", "integer"),
    Column("行动按钮点击率", lambda v: share(v["cta_clicks"], v["clicks"]), "percent"),
    Column("截图", "screenshots", "integer"),
    Column("保存图片", "image_saves", "integer"),
    Column("搜索组件点击量", "search_widget_clicks", "integer"),
    Column("搜后阅读量", "post_search_reads", "integer"),
    Column("新增种草人群", "new_interest_users", "integer"),
    Column("新增种草人群成本", lambda v: per(v["spend"], v["new_interest_users"]), "number"),
    Column("新增深度种草人群", "new_true_interest_users", "integer"),
    Column(
        "新增深度种草人群成本", lambda v: per(v["spend"], v["new_true_interest_users"]), "number"
    ),
    Column("私信咨询数|私信进线数", "dm_enquiries_24h", "integer"),
    Column("私信开口数", "dm_openings_24h", "integer"),
    Column("私信留资数", "dm_leads_7d", "integer"),
    Column("直播间观看次数", "live_views_24h", "integer"),
    Column("直播间支付订单量", "live_paid_orders_24h", "integer"),
    Column("直播间支付金额", "live_paid_gmv_24h", "number"),
    Column("进店访问量", "shop_visits_7d", "integer"),
    Column("商品加购量", "add_to_cart_7d", "integer"),
    Column("7日下单订单量", "orders_created_7d_by_click", "integer"),
    Column("7日下单金额", "gmv_created_7d_by_click", "number"),
    Column("7日下单ROI", lambda v: per(v["gmv_created_7d_by_click"], v["spend"]), "number"),
    Column("7日支付订单量", "orders_paid_7d_by_click", "integer"),
    Column("7日支付金额", "gmv_paid_7d_by_click", "number"),
    Column("7日支付ROI", lambda v: per(v["gmv_paid_7d_by_click"], v["spend"]), "number"),
    Column("7日支付转化率", lambda v: share(v["orders_paid_7d_by_click"], v["clicks"]), "percent"),
)


def report_columns(
    source: str, breakdown: Breakdown = None, *, has_account: bool = True
) -> tuple[Column, ...]:
    """The columns of a report, the day first; not every report names its account."""
    ids = [column for name in LEVELS[source][1:] for column in _ID_COLUMNS[name]]
    return (
        Column("时间", _moment, "day"),
        *(_ACCOUNT if has_account else ()),
        *ids,
        *((_BREAKDOWNS[breakdown],) if breakdown else ()),
        *_METRICS,
    )


def _moment(values: Values) -> Value:
    day, hour = values["stat_date"], values["hour"]
    return day if hour is None else f"{day} {hour:02d}:00 - {hour:02d}:59"


class _Group(NamedTuple):
    day: date
    hour: int | None
    ids: tuple[str, ...]


def report(
    source: str,
    leaf_days: Iterable[LeafDay],
    export_day: date,
    unit: TimeUnit = "day",
    breakdown: Breakdown = None,
    *,
    has_account: bool = True,
) -> list[Record]:
    """The rows of a report over these leaf-days, by time and ids, as known on the export day.

    What a level or a breakdown cannot show (a campaign since deleted, a hidden search word) is
    in no row; what had no impression on a day has none either, but for accounts.
    """
    names = (*LEVELS[source], breakdown) if breakdown else LEVELS[source]
    sums: dict[_Group, dict[str, int]] = defaultdict(
        lambda: dict.fromkeys((*FIGURES, *CREDITED), 0)
    )
    leaf_of: dict[_Group, Leaf] = {}
    hours: Sequence[int | None] = range(HOURS) if unit == "hour" else (None,)
    for one in leaf_days:
        ids = tuple(getattr(one.leaf, name) for name in names)
        if None in ids or not (one.figures["impressions"] or source == "juguang__accounts"):
            continue
        for hour in hours:
            group = _Group(one.day, hour, ids)
            leaf_of[group] = one.leaf
            _add(sums[group], one, hour, export_day)
    groups = sorted(sums, key=lambda group: (group.day, group.hour or 0, group.ids))
    cut = (source, unit, breakdown or "")
    shown = {column.of for column in report_columns(source, breakdown, has_account=has_account)}
    return [_record(cut, leaf_of[group], shown, group, sums[group]) for group in groups]


def _add(total: dict[str, int], one: LeafDay, hour: int | None, export_day: date) -> None:
    for name, amount in (one.figures if hour is None else one.in_hour(hour)).items():
        total[name] += amount
    for purchase in one.purchases_before(export_day):
        if hour in (None, purchase.hour):
            _credit(total, purchase)


def _credit(total: dict[str, int], purchase: Purchase) -> None:
    total["orders_created_7d_by_click"] += 1
    total["gmv_created_7d_by_click"] += purchase.fen
    if purchase.is_paid:
        total["orders_paid_7d_by_click"] += 1
        total["gmv_paid_7d_by_click"] += purchase.fen
    # In the live room only what follows the click within a day counts.
    if purchase.is_paid and purchase.is_live and purchase.delay == 0:
        total["live_paid_orders_24h"] += 1
        total["live_paid_gmv_24h"] += purchase.fen


def _record(
    cut: Key, leaf: Leaf, shown: Container[object], group: _Group, sums: dict[str, int]
) -> Record:
    values: dict[str, Value] = {
        name: yuan(amount) if name in MONEY else amount for name, amount in sums.items()
    }
    values |= {
        "stat_date": group.day,
        "hour": group.hour,
        # What a report does not show need not be the same for all that a row of it sums up.
        **{name: value if name in shown else None for name, value in asdict(leaf).items()},
        # Also where the rows do not name it, somebody knows whose they are.
        "account_id": leaf.account_id,
        "account_name": f"合成投放账户{leaf.account_id}" if "account_name" in shown else None,
        "note_url": f"{_NOTE_URL}{leaf.note_id}" if "note_url" in shown else None,
        "interactions": sum(sums[name] for name in _INTERACTIONS),
    }
    # Hours, and values of a breakdown, are lines of one key: they are replaced together.
    ids = group.ids[: len(LEVELS[cut[0]])]
    return Record((*cut, *ids, group.day.isoformat()), values, group.day, line=group.hour or 0)
