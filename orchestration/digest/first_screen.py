"""A merchant's first screen: verdict, one action, incentive or correction, figures, the data.

It holds at most ten numbers and 400 Chinese characters, and fits 390 x 700 pixels: orders and
their range in the verdict are three, each figure with its change two, a correction two and the
distance to an incentive one. Days, times and names are no such numbers.
"""

from __future__ import annotations

from orchestration.digest import sentences
from orchestration.digest.blocks import Block, Callout, Paragraph
from orchestration.digest.content import HEADLINE, DigestContent, Fact
from orchestration.digest.figures import figures
from orchestration.digest.incentive_wording import incentive_line
from orchestration.digest.layout_corrections import correction_note
from orchestration.digest.silences import data_state
from orchestration.digest.wording import Wording

_FIGURES = 3
# Beside a verdict with its range a correction takes the place of one figure.
_FIGURES_BESIDE_CORRECTION = 2


def headline(content: DigestContent) -> tuple[Fact, ...]:
    """The facts shown as figures; none of a week of which nothing is known."""
    is_told = sentences.tells_orders(content)
    wanted = [name for name in HEADLINE if not (is_told and name == "order_count")]
    room = _FIGURES_BESIDE_CORRECTION if is_told and content.restatements else _FIGURES
    facts = tuple(content.fact("week", name) for name in wanted[:room])
    return facts if any(fact.is_known for fact in facts) else ()


def first_screen(content: DigestContent, words: Wording) -> list[Block]:
    """What is read before anything is scrolled or opened."""
    blocks: list[Block] = [Paragraph(sentences.verdict(content, words), is_lead=True)]
    if not sentences.tells_orders(content):
        blocks += sentences.findings(content, words)
    blocks.append(Callout(words.say("One thing to do"), sentences.action(content.action, words)))
    blocks += _above_figures(content, words)
    if facts := headline(content):
        blocks.append(figures(facts, words, is_headline=True))
    state = data_state(content, words)
    return [*blocks, state] if state else blocks


def _above_figures(content: DigestContent, words: Wording) -> list[Block]:
    """What was told wrongly comes before what can be had; never both, and neither twice."""
    if content.restatements:
        return correction_note(content, words)
    nearest = incentive_line(content, words)
    return [nearest] if nearest and content.action.incentive is None else []
