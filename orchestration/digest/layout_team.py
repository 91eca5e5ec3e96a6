"""Lay out the data team's digest: is everything in, does it add up, who is waited for."""

from __future__ import annotations

from dataclasses import replace

from orchestration.digest.blocks import (
    Block,
    Document,
    Figures,
    Heading,
    Note,
)
from orchestration.digest.content import DigestContent, Fact
from orchestration.digest.figures import figures
from orchestration.digest.incentive_wording import programme_figures
from orchestration.digest.labels import is_money
from orchestration.digest.layout_growth import growth_tables
from orchestration.digest.layout_health import data_health, ui_links
from orchestration.digest.sections import merchant_table, movers_table
from orchestration.digest.team_document import team_document
from orchestration.digest.wording import Wording, mark

# Figures that are part of a whole, and that whole.
_WHOLES = {"merchants_complete": "merchants", "rows_quarantined": "rows_read"}
_SUBJECT = mark("Data team, {span}: {verdict}")
_TITLE = mark("Data team: the week of {span}")


def lay_out_team(content: DigestContent) -> Document:
    """The team's digest in the team's language, without build and revision."""
    words = Wording(content.locale)
    document = team_document(
        content,
        words,
        subject=_SUBJECT,
        title=_TITLE,
        first=_first_figures(content, words),
        detail=_detail(content, words),
    )
    return replace(document, links=ui_links(content, words))


def team_headline(content: DigestContent) -> tuple[Fact, ...]:
    """The facts of the first screen: whole merchants, GMV, orders, rows set aside."""
    by_figure = {fact.figure: fact for fact in content.facts}
    currencies = [fact.figure for fact in content.facts if is_money(fact.unit)]
    wanted = ("merchants_complete", *currencies[:1], "order_count", "rows_quarantined")
    return tuple(by_figure[name] for name in wanted if name in by_figure)


def _first_figures(content: DigestContent, words: Wording) -> list[Figures]:
    """The headline; a figure that is part of a whole says of how many."""
    facts = team_headline(content)
    if not facts:
        return []
    values = {fact.figure: fact.value for fact in content.facts}
    block = figures(facts, words, is_headline=True)
    told = tuple(
        figure
        if (whole := values.get(_WHOLES.get(fact.figure, ""))) is None
        else replace(figure, base=words.say("of {whole}", whole=words.formats.number(whole)))
        for fact, figure in zip(facts, block.figures, strict=True)
    )
    return [replace(block, figures=told)]


def _detail(content: DigestContent, words: Wording) -> list[Block]:
    nobody = Note(words.say("Nobody: all days are in, and no row was set aside."))
    blocks: list[Block] = [
        Heading(words.say("Who is waited for")),
        merchant_table(content.merchants, words) or nobody,
    ]
    blocks += data_health(content, words)
    blocks += _movers(content, words)
    programmes = programme_figures(content, words)
    if programmes:
        blocks += [Heading(words.say("Incentives")), *programmes]
    blocks += growth_tables(content.growth, words)
    below = [fact for fact in content.facts if fact not in team_headline(content)]
    if below:
        blocks += [
            Heading(words.say("All counts")),
            figures(below, words),
            Note(words.say("Rows read = loaded + set aside + held + skipped.")),
        ]
    return blocks


def _movers(content: DigestContent, words: Wording) -> list[Block]:
    """Whose orders stand out, and of how many that can be said."""
    movers = content.movers
    if movers is None:
        return []
    counted = words.count(
        "{n} merchant has enough weeks to be judged by its own ups and downs.",
        "{n} merchants have enough weeks to be judged by their own ups and downs.",
        movers.judged,
    )
    blocks: list[Block] = [Heading(words.say("Whose orders stand out"))]
    if table := movers_table(movers.outside, words):
        return [*blocks, table, Note(counted)]
    nobody = words.say("Nobody's: all that can be judged are within their usual range.")
    return [*blocks, Note(words.joined([nobody, counted]) if movers.judged else counted)]
