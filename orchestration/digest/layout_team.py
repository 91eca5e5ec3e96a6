"""Lay out the data team's digest: is everything in, does it add up, who is waited for."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from orchestration.digest import sentences
from orchestration.digest.blocks import (
    Block,
    Callout,
    Divider,
    Document,
    Figure,
    Figures,
    Heading,
    Note,
    Paragraph,
)
from orchestration.digest.content import DigestContent, Fact
from orchestration.digest.labels import is_money, shown
from orchestration.digest.sections import merchant_table
from orchestration.digest.wording import Wording

# A first screen holds four; with several currencies the rest stands below.
_HEADLINE_FIGURES = 4


def lay_out_team(content: DigestContent) -> Document:
    """The team's digest in the team's language, without build and revision."""
    words = Wording(content.locale)
    span = words.formats.span(content.week, content.as_of)
    verdict = sentences.verdict(content, words)
    todo = sentences.action(content.action, words)
    return Document(
        language=content.locale,
        subject=words.say("Data team, {span}: {verdict}", span=span, verdict=verdict),
        title=words.say("Data team: the week of {span}", span=span),
        summary=todo,
        blocks=(
            Paragraph(verdict, is_lead=True),
            Callout(words.say("One thing to do"), todo),
            Figures(
                span,
                tuple(_headline_figure(f, content, words) for f in team_headline(content)),
                True,
            ),
            Divider(),
            *_detail(content, words),
        ),
        footer=(
            words.say(
                "Period: {span}, business days in Beijing time.",
                span=words.formats.full_span(content.week, content.as_of),
            ),
        ),
        shortened=words.say("Shortened here; the e-mail has the rest."),
    )


def team_headline(content: DigestContent) -> tuple[Fact, ...]:
    """The facts of the first screen: whole merchants, sales, rows set aside."""
    by_figure = {fact.figure: fact for fact in content.facts}
    money = [fact for fact in content.facts if is_money(fact.unit)]
    wanted = ("merchants_complete", "order_count", "rows_quarantined")
    first, *rest = [by_figure[name] for name in wanted if name in by_figure] or [None]
    chosen = [fact for fact in (first, *money[:1], *rest) if fact is not None]
    return tuple(chosen[:_HEADLINE_FIGURES])


_WHOLES = {"merchants_complete": "merchants", "rows_quarantined": "rows_read"}


def _headline_figure(fact: Fact, content: DigestContent, words: Wording) -> Figure:
    """A figure that is part of a whole says of how many."""
    values = {f.figure: f.value for f in content.facts}
    whole: Decimal | None = values.get(_WHOLES.get(fact.figure, ""))
    figure = shown(fact, words)
    if whole is None:
        return figure
    return replace(figure, base=words.say("of {whole}", whole=words.formats.number(whole)))


def _detail(content: DigestContent, words: Wording) -> list[Block]:
    table = merchant_table(content.merchants, words)
    below = [fact for fact in content.facts if fact not in team_headline(content)]
    return [
        Heading(words.say("Who is waited for")),
        table or Note(words.say("Nobody: all days are in, and no row was set aside.")),
        Heading(words.say("All counts")),
        Figures(
            words.say("Rows read = loaded + set aside + held + skipped"),
            tuple(shown(fact, words) for fact in below),
        ),
    ]
