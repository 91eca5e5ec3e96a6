"""Incentives in words: amounts in their own unit, states, and the nearest one as a sentence.

"Up to" is all that a cap says: nothing here promises an amount.
"""

from __future__ import annotations

from decimal import Decimal

from orchestration.digest.blocks import Figure, Figures, Note, Paragraph
from orchestration.digest.content import DigestContent
from orchestration.digest.glossary import glossary
from orchestration.digest.values import Incentive, NextStep, ProgrammeState
from orchestration.digest.wording import Wording, inert, mark

_STATUSES = {
    "in_progress": mark("running"),
    "eligible": mark("open to you"),
    "achieved": mark("reached"),
    "exhausted": mark("used up"),
    "expired": mark("over"),
}
# Who is no candidate reads nothing of it: a list of closed doors helps nobody.
_TOLD = frozenset(_STATUSES)
_LISTED = 8
# Programmes of the platform are told in its own money.
YUAN = "CNY"
_MONEY_METRICS = frozenset({"gmv", "net_gmv", "ad_spend", "live_gmv"})


def incentive_amount(amount: Decimal, unit: str, currency: str, words: Wording) -> str:
    """An amount of an incentive with its unit; units are never added."""
    money = words.formats.money(amount, currency)
    if unit == "coupon_value":
        return words.say("{money} of discounts", money=money)
    if unit == "ad_credit":
        return words.say("{money} of ad credit", money=money)
    if unit == "commission_waiver":
        return words.say("{money} of commission", money=money)
    if unit == "fee_waiver":
        return words.say("{money} of fees", money=money)
    return words.count("{n} exposure", "{n} exposures", int(amount))


def incentive_line(content: DigestContent, words: Wording) -> Paragraph | None:
    """The incentive that is nearest, as one line; None where nothing can be had.

    What it gives at most stands below: a first screen has room for the distance alone.
    """
    nearest = next(iter(content.incentives), None)
    if nearest is None or nearest.status not in ("in_progress", "eligible"):
        return None
    currency = content.fact("week", "gmv").unit
    parts = [distance(nearest, currency, words)]
    if nearest.is_assumption:
        parts.append(words.say("The rule is not confirmed by the platform."))
    return Paragraph(words.joined(parts))


def distance(incentive: Incentive, currency: str, words: Wording) -> str:
    """What an incentive still lacks, in its own unit, and until when."""
    name = inert(incentive.name)
    step = incentive.next_step
    if step is not None and step.gap > 0 and incentive.last_day is not None:
        return words.say(
            "Incentive “{name}”: {gap} more of {metric} until {day}.",
            name=name,
            gap=_quantity(step, step.gap, currency, words),
            metric=_metric(step.metric, words),
            day=words.formats.day(incentive.last_day),
        )
    if incentive.last_day is None:
        return words.say("Incentive “{name}”: open to you.", name=name)
    return words.say(
        "Incentive “{name}”: running until {day}.",
        name=name,
        day=words.formats.day(incentive.last_day),
    )


def _quantity(step: NextStep, quantity: Decimal, currency: str, words: Wording) -> str:
    if step.metric in _MONEY_METRICS:
        return words.formats.money(quantity, currency)
    return words.formats.number(quantity.to_integral_value(rounding="ROUND_CEILING"))


def _metric(metric: str, words: Wording) -> str:
    return words.term("goal", metric) if metric in glossary()["goal"] else inert(metric)


def incentive_figures(content: DigestContent, words: Wording) -> list[Figures | Note]:
    """Programmes that are open, had or over, with what they give at most and until when."""
    told = [one for one in content.incentives if one.status in _TOLD]
    if not told:
        return []
    currency = content.fact("week", "gmv").unit
    left = len(told) - _LISTED
    shown = Figures(
        caption=words.say("What each gives at most, by what we know of the platform's rules"),
        figures=tuple(_figure(one, currency, words) for one in told[:_LISTED]),
    )
    notes = " · ".join(_notes(told[:_LISTED], left, words))
    return [shown, Note(notes)] if notes else [shown]


def _figure(one: Incentive, currency: str, words: Wording) -> Figure:
    status = words.say(_STATUSES[one.status])
    until = "" if one.last_day is None else words.formats.day(one.last_day)
    return Figure(
        label=inert(one.name) + ("*" if one.is_assumption else ""),
        value=words.say("not published")
        if one.cap is None
        else incentive_amount(one.cap, one.unit, currency, words),
        is_known=one.cap is not None,
        base=words.say("{status}, until {day}", status=status, day=until) if until else status,
        note=" · ".join(
            filter(None, (_had(one, currency, words), missing_step(one, currency, words)))
        ),
    )


def _had(one: Incentive, currency: str, words: Wording) -> str:
    """What was given, by the records of it; else what the rules say is due."""
    if one.granted is not None:
        given = incentive_amount(one.granted, one.unit, currency, words)
        return words.say("given: {amount}", amount=given)
    if one.told_before is not None and one.earned is not None:
        return words.say(
            "earned: {amount}, we had said {before}",
            amount=incentive_amount(one.earned, one.unit, currency, words),
            before=incentive_amount(one.told_before, one.unit, currency, words),
        )
    if one.earned:
        earned = incentive_amount(one.earned, one.unit, currency, words)
        return words.say("earned: {amount}", amount=earned)
    return ""


def missing_step(one: Incentive, currency: str, words: Wording) -> str:
    """What is missing to the next tier or goal; '' where nothing can be had or is missing."""
    step = one.next_step
    if step is None or step.gap <= 0 or one.status not in ("in_progress", "eligible"):
        return ""
    return words.say(
        "{gap} more of {metric}",
        gap=_quantity(step, step.gap, currency, words),
        metric=_metric(step.metric, words),
    )


def programme_figures(content: DigestContent, words: Wording) -> list[Figures | Note]:
    """How all merchants stand, by programme; those are left out that nobody is in."""
    told = [one for one in content.programmes if one.open or one.achieved or one.undecidable]
    if not told:
        return []
    shown = Figures(
        caption=words.say("Windows of all merchants, by programme"),
        figures=tuple(_programme(one, words) for one in told),
    )
    if any(one.is_assumption for one in told):
        return [shown, Note(words.say("* not confirmed by the platform"))]
    return [shown]


def _programme(one: ProgrammeState, words: Wording) -> Figure:
    number = words.formats.number
    earned = incentive_amount(one.earned, one.unit, YUAN, words) if one.earned else ""
    return Figure(
        label=inert(one.name) + ("*" if one.is_assumption else ""),
        value=words.say("{open} open", open=number(one.open)),
        base=words.say(
            "{reached} reached, {unknown} unknown",
            reached=number(one.achieved),
            unknown=number(one.undecidable),
        ),
        change=words.say("earned: {amount}", amount=earned) if earned else "",
        note=" · ".join(_moving(one, words)),
    )


def _moving(one: ProgrammeState, words: Wording) -> list[str]:
    """What was gained this week, and what is about to lapse."""
    told: list[str] = []
    if one.gained:
        told.append(words.count("{n} gained this week", "{n} gained this week", one.gained))
    if one.lapsing:
        text = words.count(
            "{n} ends within 14 days and is not reached",
            "{n} end within 14 days and are not reached",
            one.lapsing,
        )
        told.append(text)
    return told


def _notes(told: list[Incentive], left: int, words: Wording) -> list[str]:
    notes: list[str] = []
    if any(one.is_assumption for one in told):
        notes.append(words.say("* not confirmed by the platform"))
    if any(one.granted is None for one in told):
        notes.append(words.say("what was given stands in Qianfan"))
    if left > 0:
        notes.append(words.more(left))
    return notes
