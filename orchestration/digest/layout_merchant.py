"""Lay out a merchant's digest: verdict, one action, four figures, the data's state; then detail."""

from __future__ import annotations

from orchestration.digest import sentences
from orchestration.digest.blocks import (
    Block,
    Divider,
    Document,
    Heading,
    Note,
)
from orchestration.digest.content import DigestContent
from orchestration.digest.figures import figures
from orchestration.digest.first_screen import first_screen
from orchestration.digest.layout_corrections import correction_table
from orchestration.digest.layout_sections import (
    advertising,
    incentives,
    live,
    peers_note,
    platform_note,
)
from orchestration.digest.promotion_wording import promotion_section
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
    return Document(
        language=content.locale,
        subject=subject,
        title=words.say("{name}: the week of {span}", name=name, span=span),
        summary=sentences.action(content.action, words),
        blocks=(*first_screen(content, words), Divider(), *_detail(content, words)),
        footer=_footer(content, words),
        shortened=words.say("Shortened here; the e-mail has the rest."),
    )


def _detail(content: DigestContent, words: Wording) -> list[Block]:
    week = [f for f in content.facts if f.period == "week" and f.is_known]
    month = [f for f in content.facts if f.period == "month_to_date"]
    blocks: list[Block] = [*incentives(content, words), *promotion_section(content, words)]
    if week:
        blocks += [
            Heading(words.say("Customers and orders")),
            figures(week, words),
            *_customer_notes(content, words),
        ]
    if content.cohorts:
        blocks += [Heading(words.say("Do customers come back?")), cohort_table(content, words)]
    if content.trailing_weeks:
        blocks += [Heading(words.say("The last weeks")), bars(content, words)]
        if sentences.is_swing(content):
            blocks += sentences.findings(content, words)
        blocks += peers_note(content, words)
    blocks += [
        *advertising(content, words),
        *live(content, words),
        Heading(words.say("This month so far")),
        figures(month, words),
        *correction_table(content, words),
        Heading(words.say("Where the numbers come from")),
        source_table(content, words),
        *platform_note(content, words),
        *_next_export(content, words),
    ]
    return blocks


def _next_export(content: DigestContent, words: Wording) -> list[Block]:
    if content.next_export is None:
        return []
    return [Note(sentences.action(content.next_export, words))]


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
