"""The frame of digests about all merchants: verdict, one action, then what each has of its own."""

from __future__ import annotations

from collections.abc import Sequence

from orchestration.digest import sentences
from orchestration.digest.blocks import Block, Callout, Divider, Document, Paragraph
from orchestration.digest.content import DigestContent
from orchestration.digest.wording import Wording


def team_document(
    content: DigestContent,
    words: Wording,
    *,
    subject: str,
    title: str,
    first: Sequence[Block] = (),
    detail: Sequence[Block],
) -> Document:
    """A digest in the team's language, without build and revision.

    Args:
        content: what it says.
        words: the team's language.
        subject: a sentence with places for `span` and `verdict`, already marked.
        title: a sentence with a place for `span`, already marked.
        first: what stands on the first screen below the action.
        detail: what stands below the first screen.
    """
    span = words.formats.span(content.week, content.as_of)
    verdict = sentences.verdict(content, words)
    todo = sentences.action(content.action, words)
    return Document(
        language=content.locale,
        subject=words.say(subject, span=span, verdict=verdict),
        title=words.say(title, span=span),
        summary=todo,
        blocks=(
            Paragraph(verdict, is_lead=True),
            Callout(words.say("One thing to do"), todo),
            *first,
            Divider(),
            *detail,
        ),
        footer=(
            words.say(
                "Period: {span}, business days in Beijing time.",
                span=words.formats.full_span(content.week, content.as_of),
            ),
        ),
        shortened=words.say("Shortened here; the e-mail has the rest."),
    )
