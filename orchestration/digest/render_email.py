"""E-mail: the document as one HTML page with inline styles, no script, no outside content."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import css_inline
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from orchestration.digest.blocks import Document

_TEMPLATES = Path(__file__).parent / "templates"
# Shades that can be told apart side by side; also the classes heat-0 … heat-4 in email.css.
HEAT_STEPS = 5
# Gmail clips a page of more than 102 kB; ours stay well below.
MAIL_BYTES = 90_000


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["heat"] = heat_step
    environment.filters["percent"] = lambda share: f"{round(share * 100)}%"
    return environment.get_template("email.html.j2")


@cache
def _styles() -> tuple[str, str]:
    """Styles to inline, and those for the head (a media query cannot stand on an element)."""
    return (
        (_TEMPLATES / "email.css").read_text(encoding="utf-8"),
        (_TEMPLATES / "email_head.css").read_text(encoding="utf-8"),
    )


@cache
def _inliner() -> css_inline.CSSInliner:
    # Never fetch: a digest holds no address that anybody else chose.
    return css_inline.CSSInliner(
        inline_style_tags=False,
        keep_style_tags=True,
        load_remote_stylesheets=False,
        extra_css=_styles()[0],
    )


def heat_step(share: float) -> int:
    """The shade of a share (0..1)."""
    return min(int(share * HEAT_STEPS), HEAT_STEPS - 1)


def render_email(document: Document) -> str:
    """The document as HTML, readable from 320 px on, in light and dark."""
    html = _template().render(document=document, head_styles=_styles()[1])
    return _inliner().inline(html)
