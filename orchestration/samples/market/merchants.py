"""Invented merchants: who they are, what they sell, and their entries in the register."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

_LOCALES = ("zh-CN", "en", "it")
# What a name begins with; followed by what the shop sells and the word for synthetic.
_NAMES = (
    ("松间", "Pine"),
    ("北屿", "North Isle"),
    ("麦浪", "Wheatwave"),
    ("浅川", "Shallow Creek"),
    ("青禾", "Green Crop"),
    ("半夏", "Midsummer"),
    ("云汀", "Cloud Bank"),
    ("拾光", "Gleaned Light"),
    ("木棉", "Kapok"),
    ("溪午", "Noon Brook"),
)
# Industries of both levels, the English word for the shop, and goods with prices in yuan.
_TRADES = (
    ("家居", "家居饰品", "小铺", "Home", (("陶瓷花瓶", "89.00"), ("亚麻抱枕", "59.90"))),
    ("食品", "茶饮", "茶铺", "Tea", (("茉莉花茶 100g", "39.90"), ("凤凰单丛 50g", "1268.00"))),
    ("美妆个护", "护肤", "护肤", "Skincare", (("修护面霜 50ml", "199.00"), ("洁面泡泡", "79.00"))),
    ("服饰", "女装", "衣橱", "Wardrobe", (("羊毛开衫", "359.00"), ("棉麻长裙", "268.00"))),
    ("旅游", "海岛游", "旅行", "Travel", (("海岛七日定金", "2000.00"), ("浮潜面镜", "128.00"))),
)
# Names that mean something to a spreadsheet, a browser, Slack, or a reader of total rows; and
# one written from right to left. They are names of goods all the same.
_ODD_GOODS = (
    ("=1+1 组合装", "45.50"),
    ("<script>alert(1)</script> 马克杯", "66.00"),
    ("<!channel> 直播专享", "99.00"),
    ("合计三件套", "128.00"),
    ("\u202eمزهرية\u202c 复刻款", "75.00"),
)
_PLAIN_GOODS = (("旅行套装", "118.00"), ("礼盒装", "288.00"), ("体验装", "9.90"))
_ODD_GOODS_EVERY = 4
# Nobody sells advertising to every third merchant; every fourth of all has two accounts.
_WITHOUT_ADS_EVERY, _TWO_ACCOUNTS_EVERY = 3, 4
_PRIVATE_DOMAIN_EVERY = 5
_ID_DIGITS = "0123456789abcdef"
_ID_LENGTH = 24


@dataclass(frozen=True)
class Item:
    """Something for sale: 24 hexadecimal digits, the merchant's own code, its price in yuan."""

    item_id: str
    sku: str
    name: str
    price: Decimal


@dataclass(frozen=True)
class Merchant:
    """One invented merchant; `number` counts from 1 and decides its habits."""

    merchant_id: str
    number: int
    name_zh: str
    name_en: str
    locale: str
    shop_id: str
    account_ids: tuple[str, ...]
    industry_l1: str
    industry_l2: str
    joined_on: date
    is_private_domain: bool
    items: tuple[Item, ...]
    currency: str = "CNY"


def invent_merchants(seed: int, count: int, first_day: date) -> tuple[Merchant, ...]:
    """The first `count` merchants; the same ones whatever the count.

    A third of them joined on the first day, so that their whole past is known; the others
    earlier, but for every seventh, which joins a week later.
    """
    return tuple(_merchant(seed, number, first_day) for number in range(1, count + 1))


def _merchant(seed: int, number: int, first_day: date) -> Merchant:
    chance = random.Random(f"{seed}/merchant/{number}")
    name_zh, name_en = _NAMES[number % len(_NAMES)]
    industry_l1, industry_l2, shop_zh, shop_en, _ = _TRADES[number % len(_TRADES)]
    merchant_id = f"m{number:03d}"
    return Merchant(
        merchant_id=merchant_id,
        number=number,
        name_zh=f"{name_zh}{shop_zh}{number}号（合成数据）",
        name_en=f"{name_en} {shop_en} {number} (synthetic data)",
        locale=_LOCALES[number % len(_LOCALES)],
        shop_id=f"s-{merchant_id}-{chance.randrange(16**6):06x}",
        account_ids=_account_ids(number),
        industry_l1=industry_l1,
        industry_l2=industry_l2,
        joined_on=_joined_on(number, first_day, chance),
        is_private_domain=number % _PRIVATE_DOMAIN_EVERY == 0,
        items=_items(number, chance),
    )


def _account_ids(number: int) -> tuple[str, ...]:
    if number % _WITHOUT_ADS_EVERY == 0:
        return ()
    count = 2 if number % _TWO_ACCOUNTS_EVERY == 0 else 1
    return tuple(str(7_000_000 + number * 10 + place) for place in range(1, count + 1))


def _joined_on(number: int, first_day: date, chance: random.Random) -> date:
    if number % 7 == 0:
        return first_day + timedelta(weeks=1)
    if number % 3 == 1:
        return first_day
    return first_day - timedelta(days=chance.randrange(30, 700))


def _items(number: int, chance: random.Random) -> tuple[Item, ...]:
    goods = [*_TRADES[number % len(_TRADES)][-1], *_PLAIN_GOODS]
    if number % _ODD_GOODS_EVERY == 0:
        goods += _ODD_GOODS
    return tuple(
        Item(
            item_id="".join(chance.choices(_ID_DIGITS, k=_ID_LENGTH)),
            # Leading zeros belong to the code.
            sku=f"00{number:03d}{place:02d}",
            name=name,
            price=Decimal(price),
        )
        for place, (name, price) in enumerate(goods, start=1)
    )


def register_entry(merchant: Merchant) -> dict[str, Any]:
    """A merchant as `merchants.yml` has it."""
    return {
        "merchant_id": merchant.merchant_id,
        "name": {"zh": merchant.name_zh, "en": merchant.name_en},
        "locale": merchant.locale,
        "timezone": "Asia/Shanghai",
        "currency": merchant.currency,
        "industry_l1": merchant.industry_l1,
        "industry_l2": merchant.industry_l2,
        # A date of its own: YAML writes the same object a second time as an alias.
        "joined_on": date.fromordinal(merchant.joined_on.toordinal()),
        "private_domain": merchant.is_private_domain,
        "shops": [{"shop_id": merchant.shop_id, "name": merchant.name_zh}],
        "ad_accounts": [
            {"account_id": account_id, "platform": "juguang"} for account_id in merchant.account_ids
        ],
        "recipients": [
            {"channel": "slack", "address": f"C{merchant.number:07d}", "digest": "merchant"},
            {
                "channel": "email",
                "address": f"{merchant.merchant_id}@example.com",
                "digest": "merchant",
            },
        ],
    }


def register_entries(merchants: Iterable[Merchant]) -> dict[str, Any]:
    """The whole register as `merchants.yml` has it, the data team's own digests too."""
    return {
        "merchants": [register_entry(merchant) for merchant in merchants],
        "team": {
            "locale": "en",
            "recipients": [
                {"channel": "email", "address": "team@example.com", "digest": "data_team"}
            ],
        },
    }
