"""Lay out a merchant's digest: verdict, one action, four figures, state of the data; then detail."""

from __future__ import annotations

from calendar import monthrange

from orchestration.digest import sentences
from orchestration.digest.blocks import (
    Block,
    Callout,
    Divider,
    Document,
    Figures,
    Heading,
    Note,
    Paragraph,
)
from orchestration.digest.compose_merchant import HEADLINE
from orchestration.digest.content import ORDERS, DigestContent, Fact, SourceState
from orchestration.digest.labels import shown
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
    figures = Figures(
        caption=_compared_weeks(content, words),
        figures=tuple(shown(fact, words) for fact in headline(content)),
        is_headline=True,
    )
    return (
        Paragraph(verdict, is_lead=True),
        *(Paragraph(text) for text in findings if text),
        Callout(words.say("One thing to do"), todo),
        figures,
        *_data_state(content, words),
    )


def _compared_weeks(content: DigestContent, words: Wording) -> str:
    span = words.formats.span(content.week, content.as_of)
    start = content.fact("week", "gmv").base_period_start
    if start is None:
        return span
    end = start + (content.as_of - content.week)
    return words.say(
        "{span}, against last week, {base_span}",
        span=span,
        base_span=words.formats.span(start, end),
    )


def _data_state(content: DigestContent, words: Wording) -> list[Block]:
    orders = content.source(ORDERS)
    if orders is None:
        return []
    formats = words.formats
    if not orders.missing_days:
        notes = [Note(_all_in(orders, words))]
    elif orders.days_covered:
        missing = words.say(
            "Data: orders of {days} are missing ({covered} of 7 days are in). Changes compare "
            "only days that both weeks have.",
            days=formats.days(orders.missing_days),
            covered=formats.number(orders.days_covered),
        )
        notes = [Note(missing, is_caution=True)]
    else:
        notes = [
            Note(
                words.say("Data: no order export covers this week. Unknown is not zero."),
                is_caution=True,
            )
        ]
    if orders.rows_quarantined:
        text = words.count(
            "{n} row set aside because it cannot be believed, and not counted; see quarantine.",
            "{n} rows set aside because they cannot be believed, and not counted; see quarantine.",
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
    return list(notes)


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
        Heading(words.say("Customers and orders")),
        Figures(_compared_weeks(content, words), tuple(shown(fact, words) for fact in week)),
        *_customer_notes(content, words),
    ]
    if content.cohorts:
        blocks += [Heading(words.say("Do customers come back?")), cohort_table(content, words)]
    if content.trailing_weeks:
        blocks += [Heading(words.say("The last weeks")), bars(content, words)]
    blocks += [
        Heading(words.say("This month so far")),
        Figures(_month_caption(month[0], words), tuple(shown(fact, words) for fact in month)),
        Heading(words.say("Where the numbers come from")),
        source_table(content, words),
    ]
    return blocks


def _month_caption(fact: Fact, words: Wording) -> str:
    span = words.formats.span(fact.period_start, fact.period_end)
    start = fact.base_period_start
    if start is None:
        return span
    last_day = monthrange(start.year, start.month)[1]
    end = start.replace(day=min(fact.period_end.day, last_day))
    return words.say(
        "{span}, against the same days last month, {base_span}",
        span=span,
        base_span=words.formats.span(start, end),
    )


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


def _footer(content: DigestContent, words: Wording) -> tuple[str, ...]:
    formats = words.formats
    known = [s.latest_effective_at for s in content.sources if s.latest_effective_at]
    lines = [
        words.say(
            "Period: {span}, business days in Beijing time.",
            span=formats.full_span(content.week, content.as_of),
        )
    ]
    if known:
        lines.append(
            words.say("Data as of {moment} (Beijing time).", moment=formats.moment(max(known)))
        )
    lines.append(words.say("GMV: all paid orders by day of payment; refunds are not taken off."))
    return tuple(lines)
