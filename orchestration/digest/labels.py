"""Names of figures and sources, and the one text of a fact's number."""

from __future__ import annotations

from decimal import Decimal

from orchestration.digest.content import Fact
from orchestration.digest.glossary import glossary
from orchestration.digest.wording import Wording, inert

# Below this, one customer moves a share by more than 3 points: counts say it better.
SHARE_FROM = 30
_PER_CURRENCY = "gmv_"


def figure_label(figure: str, words: Wording) -> str:
    """The name of a figure; GMV of one currency names the currency."""
    if figure.startswith(_PER_CURRENCY):
        return words.say("GMV in {currency}", currency=figure.removeprefix(_PER_CURRENCY))
    return words.term("figure", figure)


def source_name(source: str, words: Wording) -> str:
    """The name of a source; one that has no name yet is shown by its id."""
    return words.term("source", source) if source in glossary()["source"] else inert(source)


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
