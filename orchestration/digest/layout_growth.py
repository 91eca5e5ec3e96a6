"""Lay out cohorts of merchants and segments for the data team: one compact table each."""

from __future__ import annotations

from orchestration.digest.blocks import Block, Cell, Heading, Table
from orchestration.digest.labels import quantity
from orchestration.digest.team_values import Growth, MerchantCohort, Segment
from orchestration.digest.wording import Wording, inert

# A screen of a telephone; the marts have them all.
_LISTED = 12


def growth_tables(growth: Growth | None, words: Wording) -> list[Block]:
    """Who still sells, by the month of joining, and how each industry grew; none of nothing."""
    if growth is None:
        return []
    month = words.formats.full_month(growth.month)
    blocks: list[Block] = []
    if growth.cohorts:
        heading = Heading(words.say("Merchants by the month they joined"))
        blocks += [heading, _cohorts(growth.cohorts, month, words)]
    if growth.segments:
        blocks += [Heading(words.say("Industries")), _segments(growth.segments, month, words)]
    return blocks


def _cohorts(cohorts: tuple[MerchantCohort, ...], month: str, words: Wording) -> Table:
    number = words.formats.number
    return Table(
        caption=words.say("Who had paid orders in {month}", month=month),
        header=(
            words.say("Joined"),
            words.term("figure", "merchants"),
            words.say("With data"),
            words.say("With orders"),
        ),
        rows=tuple(
            (
                Cell(words.formats.full_month(one.joined_month)),
                Cell(number(one.merchants)),
                Cell(number(one.known)),
                Cell(words.say("unknown") if one.active is None else number(one.active)),
            )
            for one in cohorts[:_LISTED]
        ),
        note=words.more(len(cohorts) - _LISTED),
    )


def _segments(segments: tuple[Segment, ...], month: str, words: Wording) -> Table:
    shown = segments[:_LISTED]
    notes = [words.more(len(segments) - _LISTED)]
    if not all(one.is_complete and (one.is_base_complete or _no_base(one)) for one in shown):
        notes.insert(0, words.say("* days are missing in the month or a year before"))
    return Table(
        caption=words.say("{month} against the same month a year before", month=month),
        header=(
            words.say("Industry"),
            words.say("Merchants with orders"),
            words.term("figure", "gmv"),
            words.say("On a year before"),
        ),
        rows=tuple(_segment(one, words) for one in shown),
        note=" · ".join(note for note in notes if note),
    )


def _no_base(one: Segment) -> bool:
    return one.gmv_change is None


def _segment(one: Segment, words: Wording) -> tuple[Cell, ...]:
    """What lacks days has a star, and a change that lacks them on either side too."""
    star = "" if one.is_complete else "*"
    is_fair = one.is_complete and one.is_base_complete
    change = words.say("no base")
    if one.gmv_change is not None:
        change = words.formats.change(one.gmv_change) + ("" if is_fair else "*")
    return (
        Cell(inert(one.name) if one.name else words.say("All")),
        Cell(words.formats.number(one.active) + star),
        Cell(quantity(one.gmv, one.currency, words) + star),
        Cell(change),
    )
