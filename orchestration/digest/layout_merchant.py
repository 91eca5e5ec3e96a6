"""Lay out a merchant's digest: verdict, one action, four figures, the data's state; then detail."""

from __future__ import annotations

from orchestration.digest import sentences
from orchestration.digest.blocks import (
    Block,
    Callout,
    Divider,
    Document,
    Heading,
    Note,
    Paragraph,
)
from orchestration.digest.content import HEADLINE, ORDERS, DigestContent, Fact, SourceState
from orchestration.digest.figures import figures
from orchestration.digest.incentive_wording import incentive_line
from orchestration.digest.layout_sections import (
    advertising,
    correction_note,
    correction_table,
    incentives,
    live,
    platform_note,
)
from orchestration.digest.sections import bars, cohort_table, source_table
from orchestration.digest.wording import Wording, inert

# Anonymous orders below this share change no customer figure that anybody would act on.
_ANONYMOUS_SHARE_TOLD = 0.05


def lay_out_merchant(content: DigestContent) -> Document:
    """The merchant's digest in its own language, without build and revision."""
    words = Wording(content.locale)
    name, span = inert(content.name), words.formats.span(content.week, content.as_of)
    verdict = sentences.verdict(content, words)
    gmv = content.fact("week", "gmv")
    if gmv.value is None:
        subject = words.say("{name}, {span}: {verdict}", name=name, span=span, verdict=verdict)
    else:
        subject = words.say(
            "{name}, {span}: GMV about {money}. {verdict}",
            name=name,
            span=span,
            money=words.formats.rough_money(gmv.value, gmv.unit),
            verdict=verdict,
        )
    todo = sentences.action(content.action, words)
    return Document(
        language=content.locale,
        subject=subject,
        title=words.say("{name}: the week of {span}", name=name, span=span),
        summary=todo,
        blocks=(*_first_screen(content, words, verdict, todo), Divider(), *_detail(content, words)),
        footer=_footer(content, words),
        shortened=words.say("Shortened here; the e-mail has the rest."),
    )


def headline(content: DigestContent) -> tuple[Fact, ...]:
    """The facts of the first screen."""
    return tuple(content.fact("week", figure) for figure in HEADLINE)


def _first_screen(
    content: DigestContent, words: Wording, verdict: str, todo: str
) -> tuple[Block, ...]:
    findings = [sentences.finding(insight, words) for insight in content.insights]
    nearest = incentive_line(content, words)
    return (
        Paragraph(verdict, is_lead=True),
        *(Paragraph(text) for text in findings if text),
        Callout(words.say("One thing to do"), todo),
        *([nearest] if nearest else []),
        figures(headline(content), words, is_headline=True),
        *correction_note(content, words),
        *_data_state(content, words),
    )


def _data_state(content: DigestContent, words: Wording) -> list[Block]:
    orders = content.source(ORDERS)
    if orders is None:
        return []
    notes: list[Block] = [_coverage(orders, words)]
    if orders.bridged_days:
        text = words.say(
            "Data: {days} lie between two exports and count as days without orders.",
            days=words.formats.days(orders.bridged_days),
        )
        notes.append(Note(text, is_caution=True))
    if orders.rows_quarantined:
        text = words.count(
            "{n} order line is not counted: its quantity, amount or date cannot be right.",
            "{n} order lines are not counted: their quantity, amount or date cannot be right.",
            orders.rows_quarantined,
        )
        notes.append(Note(text, is_caution=True))
    if orders.rows_held:
        text = words.count(
            "{n} row waits in a file that was held whole, and is not counted.",
            "{n} rows wait in a file that was held whole, and are not counted.",
            orders.rows_held,
        )
        notes.append(Note(text, is_caution=True))
    return notes


def _coverage(orders: SourceState, words: Wording) -> Note:
    if not orders.missing_days:
        return Note(_all_in(orders, words))
    if not orders.days_covered:
        text = words.say("Data: no order export covers this week. Unknown is not zero.")
        return Note(text, is_caution=True)
    text = words.say(
        "Data: orders of {days} are missing. Changes compare only days that both weeks have.",
        days=words.formats.days(orders.missing_days),
    )
    return Note(text, is_caution=True)


def _all_in(orders: SourceState, words: Wording) -> str:
    if orders.latest_effective_at is None:
        return words.say("Data: orders of all 7 days are in.")
    return words.say(
        "Data: orders of all 7 days are in, by the export of {moment} (Beijing time).",
        moment=words.formats.moment(orders.latest_effective_at),
    )


def _detail(content: DigestContent, words: Wording) -> list[Block]:
    week = [f for f in content.facts if f.period == "week" and f.figure not in HEADLINE]
    month = [f for f in content.facts if f.period == "month_to_date"]
    blocks: list[Block] = [
        *incentives(content, words),
        Heading(words.say("Customers and orders")),
        figures(week, words),
        *_customer_notes(content, words),
    ]
    if content.cohorts:
        blocks += [Heading(words.say("Do customers come back?")), cohort_table(content, words)]
    if content.trailing_weeks:
        blocks += [Heading(words.say("The last weeks")), bars(content, words)]
    blocks += [
        *advertising(content, words),
        *live(content, words),
        Heading(words.say("This month so far")),
        figures(month, words),
        *correction_table(content, words),
        Heading(words.say("Where the numbers come from")),
        source_table(content, words),
        *platform_note(content, words),
    ]
    return blocks


def _customer_notes(content: DigestContent, words: Wording) -> list[Block]:
    notes: list[Block] = []
    if "first_seen" in content.fact("week", "new_customers").caveats and content.joined_on:
        text = words.say(
            "We do not have your orders since you joined on {joined}; whoever bought before our "
            "data begin counts as new.",
            joined=words.formats.full_day(content.joined_on),
        )
        notes.append(Note(text))
    gmv, anonymous = content.fact("week", "gmv").value, content.fact("week", "anonymous_gmv").value
    if gmv and anonymous and anonymous / gmv >= _ANONYMOUS_SHARE_TOLD:
        text = words.say(
            "{share} of GMV has no buyer number: it counts as sales, never as a customer.",
            share=words.formats.share(anonymous / gmv),
        )
        notes.append(Note(text))
    return notes


def period(content: DigestContent, words: Wording) -> str:
    """Which days a digest is about."""
    return words.say(
        "Period: {span}, business days in Beijing time.",
        span=words.formats.full_span(content.week, content.as_of),
    )


def _footer(content: DigestContent, words: Wording) -> tuple[str, ...]:
    formats = words.formats
    known = [s.latest_effective_at for s in content.sources if s.latest_effective_at]
    lines = [period(content, words)]
    if known:
        lines.append(
            words.say("Data as of {moment} (Beijing time).", moment=formats.moment(max(known)))
        )
    lines.append(words.say("GMV: all paid orders by day of payment; refunds are not taken off."))
    return tuple(lines)
