"""A numbered correction: what has changed since it was told, figure by figure, old and new."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from orchestration.digest.blocks import Block, Cell, Divider, Document, Paragraph, Table
from orchestration.digest.content import DigestContent, Fact
from orchestration.digest.labels import fact_value, figure_label
from orchestration.digest.layout_merchant import period
from orchestration.digest.render import RenderedDigest, lay_out, render_document
from orchestration.digest.wording import Wording


@dataclass(frozen=True)
class FigureChange:
    """One figure as it was told and as it is now; of a comparison the change is told, not both.

    `now` is the present fact; `value`, `change` and `is_known` are what was told of it.
    """

    now: Fact
    value: Decimal | None
    change: Decimal | None
    is_known: bool

    @property
    def is_of_value(self) -> bool:
        return (self.value, self.is_known) != (self.now.value, self.now.is_known)


@dataclass(frozen=True)
class Changes:
    """What differs: figures one by one; cohort cells and earned incentives by their number."""

    figures: tuple[FigureChange, ...]
    cohort_cells: int = 0
    incentives: int = 0

    def __bool__(self) -> bool:
        return bool(self.figures or self.cohort_cells or self.incentives)


@dataclass(frozen=True)
class Correction:
    """The digest as it is now, under what has changed; and the changes alone, for a thread."""

    digest: RenderedDigest
    note: RenderedDigest


def change_lines(changes: Changes, locale: str) -> list[tuple[str, str, str]]:
    """Figure, as told, as it is now; in words."""
    words = Wording(locale)
    lines = [_line(change, words) for change in changes.figures]
    if changes.cohort_cells:
        count = words.count("{n} number", "{n} numbers", changes.cohort_cells)
        lines.append((words.say("Do customers come back?"), "", count))
    if changes.incentives:
        count = words.count("{n} number", "{n} numbers", changes.incentives)
        lines.append((words.say("Incentives"), "", count))
    return lines


def render_correction(
    content: DigestContent, changes: Changes, number: int, build_id: str, revision: int
) -> Correction:
    """Render a correction for all channels, in the reader's language."""
    words = Wording(content.locale)
    document = lay_out(content)
    title = words.say("Correction {n}", n=words.formats.number(number))
    subject = words.say("{correction}: {subject}", correction=title, subject=document.subject)
    news = _news(changes, title, words)
    whole = replace(
        document, subject=subject, blocks=(*news, Divider(), *document.blocks), summary=title
    )
    note = Document(
        language=content.locale,
        subject=subject,
        title=title,
        summary=title,
        blocks=news,
        footer=(period(content, words),),
        shortened=document.shortened,
    )
    return Correction(
        render_document(content, whole, build_id, revision),
        render_document(content, note, build_id, revision),
    )


def _news(changes: Changes, title: str, words: Wording) -> tuple[Block, ...]:
    lead = words.say(
        "{correction}: newer exports have changed figures of this week.", correction=title
    )
    rows = tuple(tuple(Cell(text) for text in line) for line in change_lines(changes, words.locale))
    table = Table(
        caption=words.say("What has changed"),
        header=(words.say("Figure"), words.say("As told"), words.say("Now")),
        rows=rows,
    )
    return Paragraph(lead, is_lead=True), table


def _line(change: FigureChange, words: Wording) -> tuple[str, str, str]:
    label = figure_label(change.now.figure, words)
    if change.now.period == "month_to_date":
        label = words.say("{figure}, this month so far", figure=label)
    if change.is_of_value:
        before = change.now.model_copy(update={"value": change.value, "is_known": change.is_known})
        return label, fact_value(before, words), fact_value(change.now, words)
    label = words.say("{figure}, the change", figure=label)
    return label, _shown(change.change, words), _shown(change.now.change, words)


def _shown(change: Decimal | None, words: Wording) -> str:
    return words.say("unknown") if change is None else words.formats.change(change)
