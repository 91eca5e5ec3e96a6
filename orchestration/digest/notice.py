"""The short notice that goes in a digest's place: a sentence, and what to do. No figures."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from orchestration.digest import sentences
from orchestration.digest.blocks import Block, Callout, Document, Note, Paragraph
from orchestration.digest.content import DigestContent
from orchestration.digest.layout_merchant import period
from orchestration.digest.render import RenderedDigest, render_document
from orchestration.digest.wording import Wording, inert, mark

NoticeReason = Literal["nothing_known", "held"]
_LEADS: dict[NoticeReason, str] = {
    "nothing_known": mark("No figures for this week: no export of it has reached us."),
    "held": mark("The figures of this week are still being checked; they follow after that."),
}


def render_notice(
    content: DigestContent, reason: NoticeReason, build_id: str, revision: int
) -> RenderedDigest:
    """Render the notice for all channels, in the merchant's language."""
    words = Wording(content.locale)
    name, span = inert(content.name), words.formats.span(content.week, content.as_of)
    lead = words.say(_LEADS[reason])
    todo = _todo(content, reason, words)
    document = Document(
        language=content.locale,
        subject=words.say("{name}, {span}: {verdict}", name=name, span=span, verdict=lead),
        title=words.say("{name}: the week of {span}", name=name, span=span),
        summary=lead,
        blocks=(Paragraph(lead, is_lead=True), todo),
        footer=(period(content, words),),
        shortened=words.say("Shortened here; the e-mail has the rest."),
    )
    notice = render_document(content, document, build_id, revision)
    return replace(notice, is_notice=True)


def _todo(content: DigestContent, reason: NoticeReason, words: Wording) -> Block:
    if reason == "held":
        return Note(words.say("There is nothing for you to do."))
    return Callout(words.say("One thing to do"), sentences.action(content.action, words))
