"""What earlier digests said otherwise: a note on the first screen, and a table with the reason."""

from __future__ import annotations

from datetime import timedelta

from orchestration.digest.blocks import Block, Cell, Heading, Note, Table
from orchestration.digest.content import DigestContent
from orchestration.digest.labels import figure_label, quantity
from orchestration.digest.values import Restatement
from orchestration.digest.wording import Wording

# The first screen owns up to what weighs most; all of it stands below.
_CORRECTIONS_AT_THE_TOP = 1
_CORRECTIONS_LISTED = 12


def correction_note(content: DigestContent, words: Wording) -> list[Block]:
    """What earlier digests said wrongly: the weightiest on the first screen."""
    if not content.restatements:
        return []
    parts = [_correction(one, words) for one in content.restatements[:_CORRECTIONS_AT_THE_TOP]]
    left = len(content.restatements) - _CORRECTIONS_AT_THE_TOP
    if left > 0:
        parts.append(words.say("More corrections stand below."))
    return [Note(words.joined(parts), is_caution=True)]


def _correction(one: Restatement, words: Wording) -> str:
    figure = figure_label(one.figure, words)
    span = words.formats.span(one.restated_week, one.restated_week + timedelta(days=6))
    if one.value_now is None:
        return words.say(
            "Correction: {figure} of {span} is not known any more; we said {told}.",
            figure=figure,
            span=span,
            told=quantity(one.value_told, one.unit, words),
        )
    if one.value_told is None:
        return words.say(
            "Correction: {figure} of {span} is {now}; it was unknown when we wrote.",
            figure=figure,
            span=span,
            now=quantity(one.value_now, one.unit, words),
        )
    return words.say(
        "Correction: {figure} of {span} is {now}; we said {told}.",
        figure=figure,
        span=span,
        now=quantity(one.value_now, one.unit, words),
        told=quantity(one.value_told, one.unit, words),
    )


def correction_table(content: DigestContent, words: Wording) -> list[Block]:
    """All corrections, and how many exports they come from."""
    if not content.restatements:
        return []
    rows = tuple(
        (
            Cell(words.formats.span(one.restated_week, one.restated_week + timedelta(days=6))),
            Cell(figure_label(one.figure, words)),
            Cell(quantity(one.value_told, one.unit, words)),
            Cell(quantity(one.value_now, one.unit, words)),
        )
        for one in content.restatements[:_CORRECTIONS_LISTED]
    )
    left = len(content.restatements) - _CORRECTIONS_LISTED
    table = Table(
        caption=words.say("Figures that have changed since we told them"),
        header=(words.say("Week"), words.say("Figure"), words.say("As told"), words.say("Now")),
        rows=rows,
        note=" · ".join(_correction_notes(content, left, words)),
        text_columns=2,
    )
    return [Heading(words.say("Corrections")), table]


def _correction_notes(content: DigestContent, left: int, words: Wording) -> list[str]:
    notes: list[str] = []
    # All figures of a correction come from orders; the widest of them has every file.
    widest = max(content.restatements, key=lambda one: one.cause_file_count)
    if arrived := widest.cause_file_count - widest.withdrawn_file_count:
        text = words.count(
            "Why: {n} file of orders has come in since.",
            "Why: {n} files of orders have come in since.",
            arrived,
        )
        notes.append(text)
    if widest.withdrawn_file_count:
        text = words.count(
            "Why: {n} file of orders no longer counts.",
            "Why: {n} files of orders no longer count.",
            widest.withdrawn_file_count,
        )
        notes.append(text)
    if left > 0:
        notes.append(words.more(left))
    return notes
