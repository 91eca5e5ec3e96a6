"""Render a digest: one content, one document, and from it Slack, e-mail and plain text."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from orchestration.digest.blocks import Document
from orchestration.digest.content import HEADLINE, DigestContent, content_hash
from orchestration.digest.labels import fact_value, figure_label
from orchestration.digest.layout_merchant import lay_out_merchant
from orchestration.digest.layout_programmes import lay_out_programmes
from orchestration.digest.layout_team import lay_out_team, team_headline
from orchestration.digest.render_email import render_email
from orchestration.digest.render_slack import render_slack, render_slack_thread
from orchestration.digest.render_text import render_text
from orchestration.digest.render_xlsx import render_xlsx
from orchestration.digest.wording import Wording

# The three numbers that a command prints: the first of the headline.
_KEY_FIGURES = 3


@dataclass(frozen=True)
class RenderedDigest:
    """One revision of a digest, ready for every channel."""

    content: DigestContent
    content_hash: str
    build_id: str
    revision: int
    document: Document
    subject: str
    slack: dict[str, Any]
    slack_thread: dict[str, Any] | None
    html: str
    text: str
    # A short notice that goes in the place of figures that must not be told.
    is_notice: bool = False

    @cached_property
    def xlsx(self) -> bytes | None:
        """The figures as a workbook, made when it is asked for; None of a notice."""
        return None if self.is_notice else render_xlsx(self.content)


def lay_out(content: DigestContent) -> Document:
    """The document of a content, in its own language."""
    if content.kind == "merchant":
        return lay_out_merchant(content)
    return lay_out_team(content) if content.kind == "data_team" else lay_out_programmes(content)


def render_digest(content: DigestContent, build_id: str, revision: int) -> RenderedDigest:
    """Render a content for all channels."""
    return render_document(content, lay_out(content), build_id, revision)


def render_document(
    content: DigestContent, document: Document, build_id: str, revision: int
) -> RenderedDigest:
    """Render what says something of a content; build and revision stand in the footer only."""
    words = Wording(content.locale)
    stamp = words.say(
        "Build {build}, revision {revision}.",
        build=build_id,
        revision=words.formats.number(revision),
    )
    document = replace(document, footer=(*document.footer, stamp))
    return RenderedDigest(
        content=content,
        content_hash=content_hash(content),
        build_id=build_id,
        revision=revision,
        document=document,
        subject=document.subject,
        **_forms(document),
    )


def render_forms(rendered: RenderedDigest) -> RenderedDigest:
    """The forms made again of a document that was changed."""
    return replace(rendered, **_forms(rendered.document))


def _forms(document: Document) -> dict[str, Any]:
    return {
        "slack": render_slack(document),
        "slack_thread": render_slack_thread(document),
        "html": render_email(document),
        "text": render_text(document),
    }


def key_figures(content: DigestContent) -> list[tuple[str, str]]:
    """The three numbers that matter, as label and text, in the digest's own language."""
    words = Wording(content.locale)
    facts = (
        [content.fact("week", figure) for figure in HEADLINE]
        if content.kind == "merchant"
        else team_headline(content)
    )
    return [
        (figure_label(fact.figure, words), fact_value(fact, words)) for fact in facts[:_KEY_FIGURES]
    ]
