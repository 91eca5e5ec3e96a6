"""Sections beside orders: incentives, advertising, broadcasts, 千帆's own page, other shops."""

from __future__ import annotations

from decimal import Decimal

from orchestration.digest.blocks import Block, Cell, Heading, Note, Table
from orchestration.digest.content import DigestContent
from orchestration.digest.incentive_wording import incentive_figures
from orchestration.digest.labels import quantity
from orchestration.digest.values import AdRole, LiveSession, Reconciliation
from orchestration.digest.wording import Wording, inert, mark

_SESSIONS_LISTED = 7
_CAUSES = {
    "uncovered_days": mark("days without an order file {money}"),
    "quarantined": mark("order lines not counted {money}"),
    "cancelled_after_payment": mark("orders cancelled after payment {money}"),
    "other": mark("unexplained {money}"),
}


def peers_note(content: DigestContent, words: Wording) -> list[Note]:
    """How similar merchants did, beside this one; a broader group is called so."""
    peers, gmv = content.peers, content.fact("week", "gmv")
    if peers is None or gmv.change is None:
        return []
    own, theirs = (words.formats.change(value) for value in (gmv.change, peers.median_change))
    name = inert(peers.name)
    if peers.level == "industry_l2":
        text = words.say(
            "Similar shops: the median of {n} in {name} (yours among them) is {theirs}, yours is "
            "{own}; GMV against the week before.",
            n=words.formats.number(peers.shops),
            name=name,
            theirs=theirs,
            own=own,
        )
    elif peers.level == "industry_l1":
        text = words.say(
            "Similar shops: too few are in your own branch. The median of {n} in all of {name} "
            "(yours among them) is {theirs}, yours is {own}; GMV against the week before.",
            n=words.formats.number(peers.shops),
            name=name,
            theirs=theirs,
            own=own,
        )
    else:
        text = words.say(
            "Other shops: too few are in your industry. The median of all {n} that we know (yours "
            "among them) is {theirs}, yours is {own}; GMV against the week before.",
            n=words.formats.number(peers.shops),
            theirs=theirs,
            own=own,
        )
    return [Note(text)]


def incentives(content: DigestContent, words: Wording) -> list[Block]:
    """Programmes of the platform, if the merchant is a candidate for any."""
    figures = incentive_figures(content, words)
    return [Heading(words.say("Incentives")), *figures] if figures else []


def advertising(content: DigestContent, words: Wording) -> list[Block]:
    """Spend and what came of it, by KFS role."""
    if not content.ad_roles:
        return []
    currency = content.ad_roles[0].currency
    spend = _sum([role.spend for role in content.ad_roles])
    base = _sum([role.base_spend for role in content.ad_roles])
    told = words.say(
        "Spend {spend}, the week before {base}.",
        spend=quantity(spend, currency, words),
        base=quantity(base, currency, words),
    )
    table = Table(
        caption=told,
        header=(
            words.term("column", "placement"),
            words.term("column", "spend"),
            words.term("column", "clicks"),
            words.term("column", "orders"),
            words.term("column", "gmv_per_yuan"),
        ),
        rows=tuple(_role(role, words) for role in content.ad_roles),
        note=words.say(
            "Orders and GMV per yuan: paid within 7 days of a click; the last days are still "
            "growing."
        ),
    )
    return [Heading(words.say("Advertising")), table]


def _sum(values: list[Decimal | None]) -> Decimal | None:
    known = [value for value in values if value is not None]
    return sum(known, Decimal("0.00")) if known else None


def _role(role: AdRole, words: Wording) -> tuple[Cell, ...]:
    formats = words.formats
    gain = role.gmv / role.spend if role.gmv is not None and role.spend else None
    return (
        Cell(words.term("placement", role.role)),
        Cell("" if role.spend is None else formats.money(role.spend, role.currency)),
        Cell("" if role.clicks is None else formats.number(role.clicks)),
        Cell("" if role.orders is None else formats.number(role.orders)),
        Cell("" if gain is None else formats.decimal(gain)),
    )


def live(content: DigestContent, words: Wording) -> list[Block]:
    """Broadcasts of the week, if there were any."""
    sessions = content.live_sessions
    if not sessions:
        return []
    left = len(sessions) - _SESSIONS_LISTED
    table = Table(
        caption=words.count("{n} day with a broadcast", "{n} days with a broadcast", len(sessions)),
        header=(
            words.say("Day"),
            words.term("column", "minutes"),
            words.term("column", "viewers"),
            words.term("column", "orders"),
            words.term("figure", "gmv"),
        ),
        rows=tuple(_session(one, words) for one in sessions[:_SESSIONS_LISTED]),
        note=" · ".join(_session_notes(sessions, left, words)),
    )
    return [Heading(words.say("Broadcasts")), table]


def _session(one: LiveSession, words: Wording) -> tuple[Cell, ...]:
    formats = words.formats
    return (
        Cell(formats.day(one.day) + ("*" if one.is_first_ever else "")),
        Cell("" if one.minutes is None else formats.number(one.minutes)),
        Cell("" if one.viewers is None else formats.number(one.viewers)),
        Cell("" if one.orders is None else formats.number(one.orders)),
        Cell("" if one.gmv is None else formats.money(one.gmv, one.currency)),
    )


def _session_notes(sessions: tuple[LiveSession, ...], left: int, words: Wording) -> list[str]:
    notes = [words.say("GMV as the platform credits it to the broadcast")]
    if any(one.is_first_ever for one in sessions):
        notes.append(words.say("* your first broadcast"))
    if left > 0:
        notes.append(words.more(left))
    return notes


def platform_note(content: DigestContent, words: Wording) -> list[Block]:
    """Whether our GMV is that of the shop's own page, and else why not."""
    told = content.reconciliation
    if told is None:
        return []
    if told.gmv == told.platform_gmv:
        text = words.count(
            "GMV of {n} day is the same as on the shop's page in Qianfan.",
            "GMV of {n} days is the same as on the shop's page in Qianfan.",
            told.days_compared,
        )
        return [Note(text)]
    text = words.say(
        "The shop's page in Qianfan says {theirs}, our orders {ours}. Where it differs: {causes}.",
        theirs=words.formats.money(told.platform_gmv, told.currency),
        ours=quantity(told.gmv, told.currency, words),
        causes=words.formats.listed(_causes(told, words)),
    )
    return [Note(text)]


def _causes(told: Reconciliation, words: Wording) -> list[str]:
    return [
        words.say(message, money=words.formats.signed_money(getattr(told, cause), told.currency))
        for cause, message in _CAUSES.items()
        if getattr(told, cause)
    ]
