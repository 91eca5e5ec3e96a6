"""Facts as a block of figures: what all of them share is said once, above them."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from datetime import date

from orchestration.digest.blocks import Figure, Figures
from orchestration.digest.codes import Caveat
from orchestration.digest.content import Fact
from orchestration.digest.labels import SHARE_FROM, fact_value, figure_label, is_money
from orchestration.digest.wording import Wording, mark

_BASES = {
    "previous_week": mark("last week {value}"),
    "previous_month_to_date_same_days": mark("same days last month {value}"),
}
_AGAINST = {
    "previous_week": mark("against last week, {span}"),
    "previous_month_to_date_same_days": mark("against the same days last month, {span}"),
}
_LIKE_FOR_LIKE = {
    "previous_week": mark("against the same days of last week"),
    "previous_month_to_date_same_days": mark("against the same days of last month"),
}
_NO_BASE = {
    "previous_week": mark("no base: no figures for last week"),
    "previous_month_to_date_same_days": mark("no base: no figures for last month"),
}
_AFTERSALES = frozenset({"refund_amount", "net_gmv"})
_SHAREABLE: tuple[Caveat, ...] = ("unknown", "partial", "like_for_like", "no_base", "promotion")


def figures(facts: Sequence[Fact], words: Wording, *, is_headline: bool = False) -> Figures:
    """Facts (one or more) of one period, under a caption that names period and comparison.

    Headline ones are value and change alone: what they are compared with, and which days are in, is
    told by caption and verdict.
    """
    known = [fact for fact in facts if fact.is_known]
    shared = _told_by_all(known or facts)
    return Figures(
        caption=" · ".join(_caption(facts, known, shared, words, is_headline=is_headline)),
        figures=tuple(_figure(fact, shared, words, is_headline=is_headline) for fact in facts),
        is_headline=is_headline,
    )


def _told_by_all(facts: Sequence[Fact]) -> list[Caveat]:
    return [caveat for caveat in _SHAREABLE if all(caveat in fact.caveats for fact in facts)]


def _caption(
    facts: Sequence[Fact],
    known: Sequence[Fact],
    shared: Sequence[Caveat],
    words: Wording,
    *,
    is_headline: bool,
) -> list[str]:
    first = facts[0]
    parts = [words.formats.span(first.period_start, first.period_end)]
    if not known:
        return [*parts, words.say("order export missing")]
    if "partial" in shared and not is_headline:
        parts.append(_part(known[0], words))
    if first.comparison is None:
        return parts
    if "promotion" in first.caveats:
        parts.append(words.say("a promotion: no fair comparison"))
    elif "no_base" in shared:
        parts.append(words.say(_NO_BASE[first.comparison]))
    elif "like_for_like" in shared:
        parts.append(words.say(_LIKE_FOR_LIKE[first.comparison]))
    elif first.base_period_start is not None:
        start = first.base_period_start
        span = words.formats.span(start, _base_end(first, start))
        parts.append(words.say(_AGAINST[first.comparison], span=span))
    return parts


def _base_end(fact: Fact, start: date) -> date:
    """The last day compared with; a shorter month ends earlier."""
    if fact.period == "week":
        return start + (fact.period_end - fact.period_start)
    return start.replace(day=min(fact.period_end.day, monthrange(start.year, start.month)[1]))


def _figure(fact: Fact, shared: Sequence[Caveat], words: Wording, *, is_headline: bool) -> Figure:
    is_told_by_change = is_headline and fact.base is not None and fact.change is not None
    return Figure(
        label=figure_label(fact.figure, words),
        value=fact_value(fact, words),
        is_known=fact.is_known,
        base="" if is_told_by_change else _base(fact, shared, words),
        change=_change(fact, words),
        note=" · ".join(_notes(fact, shared, words)),
    )


def _change(fact: Fact, words: Wording) -> str:
    """The change as a share; of few things as a number of them, which misleads nobody."""
    if fact.change is None:
        return ""
    if fact.value is None or fact.base is None or is_money(fact.unit):
        return words.formats.change(fact.change)
    if max(fact.value, fact.base) >= SHARE_FROM:
        return words.formats.change(fact.change)
    return words.formats.signed_number(fact.value - fact.base)


def _base(fact: Fact, shared: Sequence[Caveat], words: Wording) -> str:
    if fact.comparison is None or not fact.is_known or "promotion" in fact.caveats:
        return ""
    if "no_base" in fact.caveats:
        return "" if "no_base" in shared else words.say(_NO_BASE[fact.comparison])
    if "like_for_like" in fact.caveats:
        if fact.change is None:
            return words.say("nothing to compare with")
        return "" if "like_for_like" in shared else words.say(_LIKE_FOR_LIKE[fact.comparison])
    if fact.base is None:
        return ""
    base = fact.model_copy(update={"value": fact.base})
    return words.say(_BASES[fact.comparison], value=fact_value(base, words))


def _notes(fact: Fact, shared: Sequence[Caveat], words: Wording) -> list[str]:
    notes: list[str] = []
    if "unknown" in fact.caveats and fact.figure in _AFTERSALES:
        notes.append(words.say("no after-sales export yet"))
    elif "unknown" in fact.caveats and "unknown" not in shared:
        notes.append(words.say("order export missing"))
    if "partial" in fact.caveats and "partial" not in shared:
        notes.append(_part(fact, words))
    if "first_seen" in fact.caveats:
        is_new = fact.figure == "new_customers"
        notes.append(
            words.say("first seen in our data") if is_new else words.say("seen before in our data")
        )
    return notes


def _part(fact: Fact, words: Wording) -> str:
    if fact.days_covered is None or fact.days_in_period is None:
        return words.say("not all days are in")
    return words.say(
        "{covered} of {days} days",
        covered=words.formats.number(fact.days_covered),
        days=words.formats.number(fact.days_in_period),
    )
