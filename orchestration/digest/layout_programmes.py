"""Lay out the digest of those who keep the rulebook."""

from __future__ import annotations

from decimal import Decimal

from orchestration.digest.blocks import (
    Block,
    Cell,
    Document,
    Heading,
    Note,
    Table,
)
from orchestration.digest.content import DigestContent
from orchestration.digest.incentive_wording import (
    YUAN,
    incentive_amount,
    missing_step,
    programme_figures,
)
from orchestration.digest.labels import source_name
from orchestration.digest.team_document import team_document
from orchestration.digest.values import Incentive, ProgrammeState, Standing, Standings
from orchestration.digest.wording import Wording, inert, mark

_HEADINGS = {
    "lapsing": mark("Ends within 14 days"),
    "open": mark("Further open, and what is missing"),
    "achieved": mark("Reached"),
    "undecidable": mark("Not decided: something is missing"),
}
_CAPTIONS = {
    "lapsing": mark("What ends first stands first"),
    "open": mark("What ends first stands first"),
    "achieved": mark("What was given is known from grant records alone"),
    "undecidable": mark("Once it is there, the decision follows"),
}
_SUBJECT = mark("Programmes, {span}: {verdict}")
_TITLE = mark("Programmes: the week of {span}")


def lay_out_programmes(content: DigestContent) -> Document:
    """The digest in the team's language, without build and revision."""
    words = Wording(content.locale)
    return team_document(
        content,
        words,
        subject=_SUBJECT,
        title=_TITLE,
        detail=_detail(content, words),
    )


def _detail(content: DigestContent, words: Wording) -> list[Block]:
    blocks: list[Block] = []
    for standings in content.standings:
        blocks += [Heading(words.say(_HEADINGS[standings.kind])), _table(standings, words)]
    moved = [one for one in content.programmes if one.open or one.earned or one.budget is not None]
    if counts := programme_figures(content, words):
        blocks += [Heading(words.say("All programmes")), *counts]
    if moved:
        blocks += [Heading(words.say("Amounts")), _amounts(moved, words)]
    assumed = [one for one in content.programmes if one.is_assumption]
    if assumed:
        blocks += [
            Heading(words.say("Decisions that rest on assumptions")),
            _assumed(assumed, words),
        ]
    return blocks


def _table(standings: Standings, words: Wording) -> Table:
    left = standings.count - len(standings.first)
    header = (words.say("Merchant"), words.say("Programme"), *_columns(standings.kind, words))
    return Table(
        caption=words.say(_CAPTIONS[standings.kind]),
        header=header,
        rows=tuple(_row(standings.kind, one, words) for one in standings.first),
        note=words.more(left),
        # the day until when stands on one line, whatever its neighbours need
        text_columns=len(header) - (standings.kind in ("lapsing", "open")),
    )


def _columns(kind: str, words: Wording) -> tuple[str, ...]:
    if kind == "achieved":
        return words.say("By the rules"), words.say("Given")
    if kind == "undecidable":
        return (words.say("Missing"),)
    return words.say("To go"), words.say("Until")


def _row(kind: str, one: Standing, words: Wording) -> tuple[Cell, ...]:
    incentive = one.incentive
    named = Cell(inert(one.merchant)), Cell(inert(incentive.name))
    if kind == "achieved":
        return (
            *named,
            Cell(_earned(incentive, words)),
            Cell(
                words.say("see Qianfan")
                if incentive.granted is None
                else _amount(incentive.granted, incentive.unit, words)
            ),
        )
    if kind == "undecidable":
        missing = [source_name(name, words) for name in incentive.missing]
        told = words.formats.listed(missing) if missing else words.say("exports of earlier times")
        return *named, Cell(told)
    until = "" if incentive.last_day is None else words.formats.day(incentive.last_day)
    return *named, Cell(missing_step(incentive, YUAN, words)), Cell(until)


def _earned(incentive: Incentive, words: Wording) -> str:
    """A programme that tells neither amount nor cap has nothing to be unknown."""
    if incentive.earned is None and incentive.cap is None:
        return words.say("not published")
    earned = _amount(incentive.earned, incentive.unit, words)
    if incentive.told_before is None:
        return earned
    before = _amount(incentive.told_before, incentive.unit, words)
    return words.say("{amount}, we had said {before}", amount=earned, before=before)


def _amounts(programmes: list[ProgrammeState], words: Wording) -> Table:
    """What is earned, what open windows can still give, and the budget; units are never added."""
    return Table(
        caption=words.say("By the rules, in the unit of each programme"),
        header=(
            words.say("Programme"),
            words.say("Earned this week"),
            words.say("Can still be earned"),
            words.say("Of the budget"),
        ),
        rows=tuple(
            (
                Cell(inert(one.name)),
                Cell(_amount(one.earned, one.unit, words)),
                Cell(_amount(one.can_be_earned, one.unit, words)),
                Cell(_budget(one, words)),
            )
            for one in programmes
        ),
        text_columns=4,
    )


def _budget(one: ProgrammeState, words: Wording) -> str:
    if one.budget is None or one.committed is None:
        return words.say("no budget")
    return words.say(
        "{committed} of {budget}",
        committed=_amount(one.committed, one.unit, words),
        budget=_amount(one.budget, one.unit, words),
    )


def _assumed(programmes: list[ProgrammeState], words: Wording) -> Note:
    names = [
        words.say("{name} (certainty {certainty})", name=inert(one.name), certainty=one.certainty)
        for one in programmes
    ]
    return Note(
        words.say("Not confirmed by the platform: {names}.", names=words.formats.listed(names))
    )


def _amount(amount: Decimal | None, unit: str, words: Wording) -> str:
    return words.say("unknown") if amount is None else incentive_amount(amount, unit, YUAN, words)
