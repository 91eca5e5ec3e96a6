"""The advertising of one account at its finest: what each leaf of it did on each day.

A leaf is one creative, keyword and search word. Every report is a sum over leaves, so that the
levels agree with one another but for what a level cannot show.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

FIGURES = (
    "spend",
    "impressions",
    "clicks",
    "likes",
    "comments",
    "saves",
    "follows",
    "shares",
    "cta_clicks",
    "screenshots",
    "image_saves",
    "search_widget_clicks",
    "post_search_reads",
    "new_interest_users",
    "new_true_interest_users",
    "dm_enquiries_24h",
    "dm_openings_24h",
    "dm_leads_7d",
    "live_views_24h",
    "shop_visits_7d",
    "add_to_cart_7d",
)
# The window of what a click is credited with: a day's figures grow until it has passed.
ATTRIBUTION_DAYS = 7
HOURS = 24
# The share of a day's clicks in each hour, in thousandths.
_HOURLY = (
    10,
    5,
    3,
    2,
    2,
    4,
    10,
    25,
    40,
    50,
    55,
    55,
    60,
    55,
    50,
    48,
    48,
    50,
    55,
    65,
    85,
    95,
    80,
    48,
)
# Of a thousand impressions so many clicks, of a hundred clicks so many of the others.
_CLICKS = (20, 90)
_IMPRESSIONS, _HIDDEN_IMPRESSIONS = (100, 900), (50, 300)
_OF_CLICKS = {
    "likes": 12,
    "comments": 2,
    "saves": 7,
    "follows": 2,
    "shares": 1,
    "cta_clicks": 9,
    "screenshots": 1,
    "image_saves": 1,
    "search_widget_clicks": 3,
    "post_search_reads": 5,
    "new_interest_users": 15,
    "new_true_interest_users": 4,
    "dm_enquiries_24h": 3,
    "dm_openings_24h": 2,
    "dm_leads_7d": 1,
    "live_views_24h": 0,
    "shop_visits_7d": 20,
    "add_to_cart_7d": 5,
}
_LIVE_VIEWS_OF_CLICKS = 60
_FEN_PER_CLICK = (60, 280)
_BUYING_SHARE, _PAYING_SHARE = 0.006, 0.8
# The second account of a merchant rests for some days: rows of zeros, and no ratio.
_RESTING_DAYS = range(9, 12)


@dataclass(frozen=True)
class Leaf:
    """A creative with its place in the account; None where a level does not show it.

    `campaign_id` None is what the account paid for a campaign since deleted: no level below
    the account shows it. `note_id` is None for a creative that leads to a live room.
    """

    account_id: str
    campaign_id: str | None = None
    campaign_name: str | None = None
    placement: str | None = None
    unit_id: str | None = None
    unit_name: str | None = None
    creative_id: str | None = None
    creative_name: str | None = None
    note_id: str | None = None
    keyword: str | None = None
    search_word: str | None = None


@dataclass(frozen=True)
class Purchase:
    """An order credited to a click `delay` days before, 0 to 6; the click was in this hour."""

    delay: int
    hour: int
    fen: int
    is_paid: bool
    is_live: bool


@dataclass(frozen=True)
class LeafDay:
    """What one leaf did on one day: counts, spend in fen, and the orders credited to its clicks."""

    leaf: Leaf
    day: date
    figures: dict[str, int]
    purchases: tuple[Purchase, ...] = field(default=())

    def in_hour(self, hour: int) -> dict[str, int]:
        """The part of the day's figures that falls into one hour; the 24 parts make the day."""
        before, after = sum(_HOURLY[:hour]), sum(_HOURLY[: hour + 1])
        whole = sum(_HOURLY)
        return {
            name: amount * after // whole - amount * before // whole
            for name, amount in self.figures.items()
        }

    def purchases_before(self, export_day: date) -> Iterator[Purchase]:
        """The orders that an export of this day knows of."""
        age = (export_day - self.day).days
        return (purchase for purchase in self.purchases if purchase.delay < age)


def invent_leaf_days(
    merchant_id: str, account_id: str, *, seed: int, first_day: date, weeks: int
) -> tuple[LeafDay, ...]:
    """Every leaf on every day of so many weeks, by day."""
    chance = random.Random(f"{seed}/ads/{account_id}")
    leaves = _leaves(merchant_id, account_id, chance)
    return tuple(
        _leaf_day(leaf, first_day + timedelta(days=day), _rests(account_id, day), chance)
        for day in range(weeks * 7)
        for leaf in leaves
    )


def _rests(account_id: str, day: int) -> bool:
    return account_id.endswith("2") and day in _RESTING_DAYS


def _leaves(merchant_id: str, account_id: str, chance: random.Random) -> list[Leaf]:
    notes = ["".join(chance.choices("0123456789abcdef", k=24)) for _ in range(3)]
    feed = _campaign(account_id, 1, "种草信息流", "信息流")
    search = _campaign(account_id, 2, "品牌搜索", "搜索")
    creatives = [
        _creative(feed, 1, 1, notes[0]),
        _creative(feed, 1, 2, notes[1]),
        _creative(feed, 2, 3, None),
    ]
    for number, note_id in ((4, notes[1]), (5, notes[2])):
        for word in ("礼物", "推荐", "平价"):
            keyword = f"{merchant_id}{word}"
            for search_word in (f"{keyword} 小众", None):
                found = _creative(search, 3, number, note_id)
                creatives.append(_searched(found, keyword, search_word))
    return [*creatives, Leaf(account_id)]


def _campaign(account_id: str, number: int, name: str, placement: str) -> Leaf:
    return Leaf(
        account_id,
        campaign_id=f"{account_id}1{number:02d}",
        campaign_name=f"{name}计划{number}",
        placement=placement,
    )


def _creative(campaign: Leaf, unit: int, number: int, note_id: str | None) -> Leaf:
    return Leaf(
        campaign.account_id,
        campaign.campaign_id,
        campaign.campaign_name,
        campaign.placement,
        unit_id=f"{campaign.account_id}2{unit:02d}",
        unit_name=f"单元{unit}",
        creative_id=f"{campaign.account_id}3{number:02d}",
        creative_name=f"创意{number}",
        note_id=note_id,
    )


def _searched(creative: Leaf, keyword: str, search_word: str | None) -> Leaf:
    return Leaf(**{**creative.__dict__, "keyword": keyword, "search_word": search_word})


def _leaf_day(leaf: Leaf, day: date, is_resting: bool, chance: random.Random) -> LeafDay:
    is_rest = leaf.campaign_id is None
    impressions = (
        0 if is_resting else chance.randrange(*(_HIDDEN_IMPRESSIONS if is_rest else _IMPRESSIONS))
    )
    clicks = impressions * chance.randint(*_CLICKS) // 1000
    is_live = leaf.creative_id is not None and leaf.note_id is None
    figures = {
        "spend": clicks * chance.randint(*_FEN_PER_CLICK),
        "impressions": impressions,
        "clicks": clicks,
    }
    for name, share in _OF_CLICKS.items():
        expected = _LIVE_VIEWS_OF_CLICKS if is_live and name == "live_views_24h" else share
        figures[name] = clicks * expected * chance.randint(50, 150) // 10_000
    bought = sum(chance.random() < _BUYING_SHARE for _ in range(clicks))
    purchases = tuple(_purchase(is_live, chance) for _ in range(bought))
    return LeafDay(leaf, day, figures, purchases)


def _purchase(is_live: bool, chance: random.Random) -> Purchase:
    return Purchase(
        # Half of what is bought, is bought on the day of the click.
        delay=max(0, chance.randrange(-ATTRIBUTION_DAYS, ATTRIBUTION_DAYS)),
        hour=chance.choices(range(HOURS), weights=_HOURLY)[0],
        fen=chance.randrange(2_000, 40_000),
        is_paid=chance.random() < _PAYING_SHARE,
        is_live=is_live,
    )
