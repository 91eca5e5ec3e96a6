"""Names of figures and sources, and how one fact becomes one shown figure."""

from __future__ import annotations

from orchestration.digest.blocks import Figure
from orchestration.digest.content import Fact
from orchestration.digest.wording import Wording, inert, mark

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
    "juguang__account": mark("Juguang account report"),
}
_BASES = {
    "previous_week": mark("last week {value}"),
    "previous_month_to_date_same_days": mark("same days last month {value}"),
}
_LIKE_FOR_LIKE = {
    "previous_week": mark("the same days of last week"),
    "previous_month_to_date_same_days": mark("the same days of last month"),
}
_NO_BASE = {
    "previous_week": mark("no base: no figures for last week"),
    "previous_month_to_date_same_days": mark("no base: no figures for last month"),
}
_AFTERSALES = frozenset({"refund_amount", "net_gmv"})
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
    if fact.value is None:
        return words.say("none") if fact.is_known else words.say("unknown")
    if is_money(fact.unit):
        return words.formats.money(fact.value, fact.unit)
    return words.formats.number(fact.value)


def shown(fact: Fact, words: Wording) -> Figure:
    """A fact with its comparison and its caveats in words."""
    return Figure(
        label=figure_label(fact.figure, words),
        value=fact_value(fact, words),
        is_known=fact.is_known,
        base=_base(fact, words),
        change="" if fact.change is None else words.formats.change(fact.change),
        note=_note(fact, words),
    )


def _base(fact: Fact, words: Wording) -> str:
    if fact.comparison is None or not fact.is_known:
        return ""
    if "no_base" in fact.caveats:
        return words.say(_NO_BASE[fact.comparison])
    if "like_for_like" in fact.caveats:
        if fact.change is None:
            return words.say("no day to compare with")
        return words.say(_LIKE_FOR_LIKE[fact.comparison])
    if fact.base is None:
        return ""
    plain = fact.model_copy(update={"value": fact.base})
    return words.say(_BASES[fact.comparison], value=fact_value(plain, words))


def _note(fact: Fact, words: Wording) -> str:
    notes: list[str] = []
    if "unknown" in fact.caveats:
        notes.append(
            words.say("no after-sales export yet")
            if fact.figure in _AFTERSALES
            else words.say("order export missing")
        )
    if "partial" in fact.caveats:
        notes.append(_part(fact, words))
    if "first_seen" in fact.caveats:
        notes.append(
            words.say("first seen in our data")
            if fact.figure == "new_customers"
            else words.say("seen before in our data")
        )
    return " · ".join(notes)


def _part(fact: Fact, words: Wording) -> str:
    if fact.days_covered is None or fact.days_in_period is None:
        return words.say("some days of some merchants are missing")
    return words.say(
        "{covered} of {days} days",
        covered=words.formats.number(fact.days_covered),
        days=words.formats.number(fact.days_in_period),
    )
