"""Names of figures and sources, and the one text of a fact's number."""

from __future__ import annotations

from decimal import Decimal

from orchestration.digest.content import Fact
from orchestration.digest.wording import Wording, inert, mark

# Below this, one customer moves a share by more than 3 points: counts say it better.
SHARE_FROM = 30
FIGURES = {
    "gmv": mark("GMV"),
    "order_count": mark("Paid orders"),
    "aov": mark("Average per order"),
    "active_customers": mark("Customers"),
    "new_customers": mark("New customers"),
    "returning_customers": mark("Returning customers"),
    "anonymous_order_count": mark("Orders without a buyer number"),
    "anonymous_gmv": mark("GMV of orders without a buyer number"),
    "refund_amount": mark("Refunds"),
    "net_gmv": mark("GMV after refunds"),
    "merchants": mark("Merchants"),
    "merchants_complete": mark("Merchants with a whole week"),
    "merchants_partial": mark("Merchants with part of the week"),
    "merchants_missing": mark("Merchants without any day"),
    "rows_read": mark("Rows read"),
    "rows_loaded": mark("Rows loaded"),
    "rows_quarantined": mark("Rows set aside"),
    "rows_held": mark("Rows in held files"),
    "rows_skipped": mark("Rows skipped"),
    "files_loaded": mark("Files loaded"),
    "files_held": mark("Files held"),
}
SOURCES = {
    "qianfan__orders": mark("Qianfan orders"),
    "qianfan__aftersales": mark("Qianfan after-sales"),
    "juguang__accounts": mark("Juguang account report"),
    "qianfan__live_sessions": mark("Qianfan live sessions"),
    "qianfan__shop_days": mark("Qianfan shop days"),
    "qianfan__items": mark("Qianfan items"),
    "juguang__campaigns": mark("Juguang campaign report"),
    "juguang__units": mark("Juguang unit report"),
    "juguang__creatives": mark("Juguang creative report"),
    "juguang__notes": mark("Juguang note report"),
    "juguang__keywords": mark("Juguang keyword report"),
    "juguang__search_words": mark("Juguang search word report"),
    "seedbed__incentive_grants": mark("Incentives received"),
}
_PER_CURRENCY = "gmv_"


def figure_label(figure: str, words: Wording) -> str:
    """The name of a figure; GMV of one currency names the currency."""
    if figure.startswith(_PER_CURRENCY):
        return words.say("GMV in {currency}", currency=figure.removeprefix(_PER_CURRENCY))
    return words.say(FIGURES[figure])


def source_name(source: str, words: Wording) -> str:
    """The name of a source; one that has no name yet is shown by its id."""
    return words.say(SOURCES[source]) if source in SOURCES else inert(source)


def is_money(unit: str) -> bool:
    """Whether the unit is a currency code rather than a thing that is counted."""
    return len(unit) == 3 and unit.isupper()


def fact_value(fact: Fact, words: Wording) -> str:
    """The number of a fact, the same text wherever it stands; an unknown one says so."""
    if fact.value is None and fact.is_known:
        return words.say("none")
    return quantity(fact.value, fact.unit, words)


def quantity(value: Decimal | None, unit: str, words: Wording) -> str:
    """A number as its unit is written; None is unknown."""
    if value is None:
        return words.say("unknown")
    if is_money(unit):
        return words.formats.money(value, unit)
    return words.formats.number(value)
