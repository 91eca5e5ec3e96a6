"""What a reader can do by a link of a digest, in the reader's language; and the pages behind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

from orchestration.digest.blocks import Link
from orchestration.digest.render import RenderedDigest, render_forms
from orchestration.digest.wording import Wording, mark

Answer = Literal["done", "not_for_us", "looks_wrong"]
Purpose = Literal["read", "done", "not_for_us", "looks_wrong", "unsubscribe"]

_LABELS: dict[str, str] = {
    "read": mark("Read in the browser"),
    "done": mark("We have done it"),
    "not_for_us": mark("This is not for us"),
    "looks_wrong": mark("A number looks wrong"),
    "unsubscribe": mark("Unsubscribe"),
}


def label(purpose: Purpose, words: Wording) -> str:
    """What a link or button says."""
    return words.say(_LABELS[purpose])


def with_links(rendered: RenderedDigest, links: Mapping[Purpose, str]) -> RenderedDigest:
    """The same digest with a reader's links below its footer, in each of its forms."""
    words = Wording(rendered.content.locale)
    found = tuple(Link(label(purpose, words), address) for purpose, address in links.items())
    document = replace(rendered.document, links=(*rendered.document.links, *found))
    return render_forms(replace(rendered, document=document))
