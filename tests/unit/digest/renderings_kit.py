"""Digests rendered, and what page and Slack show of them."""

from html.parser import HTMLParser
from typing import Any

from digest_forms import FORMS
from digest_samples import (
    CASES,
)

from orchestration.digest.content import DigestContent
from orchestration.digest.render import RenderedDigest, render_digest
from orchestration.register import Recipient

OWNER = Recipient(channel="email", address="owner@example.com", digest="merchant")

WEEKS = CASES | FORMS


class Page(HTMLParser):
    """Reads back what a page shows: rows as (first cell, second cell), tags, attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.rows: list[list[list[str]]] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._open = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th") and self.rows:
            self.rows[-1].append([])
            self._open = True

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._open = False

    def handle_data(self, data: str) -> None:
        if self._open and data.strip():
            self.rows[-1][-1].append(data.strip())

    def figures(self) -> list[tuple[str, str]]:
        """Label and value of every row of figures."""
        return [(r[0][0], r[1][0]) for r in self.rows if len(r) == 2 and r[0] and r[1]]


def render(content: DigestContent) -> RenderedDigest:
    return render_digest(content, build_id="20240916T013000Z", revision=1)


def slack_texts(blocks: Any) -> list[str]:
    if isinstance(blocks, dict):
        own = [blocks["text"]] if isinstance(blocks.get("text"), str) else []
        return own + [text for value in blocks.values() for text in slack_texts(value)]
    if isinstance(blocks, list):
        return [text for value in blocks for text in slack_texts(value)]
    return []


def messages(rendered: RenderedDigest) -> list[dict[str, Any]]:
    """The first screen and what follows it, as Slack gets them."""
    return [rendered.slack, *([rendered.slack_thread] if rendered.slack_thread else [])]


def said_in_slack(rendered: RenderedDigest) -> str:
    texts = [text for message in messages(rendered) for text in slack_texts(message["blocks"])]
    return "\n".join(texts)
