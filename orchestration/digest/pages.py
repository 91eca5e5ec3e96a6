"""The pages behind the links of a digest: one asks before it acts, one says what was done. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import get_args

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from orchestration.digest.links import Purpose, label
from orchestration.digest.wording import Wording, inert, mark
from orchestration.register import Locale

_TEMPLATES = Path(__file__).parent / "templates"
_EXPIRED = mark(
    "This link does nothing: it has expired, or a part of it is missing. Write to whoever sends "
    "you the digests instead."
)


def asking_page(purpose: Purpose, locale: str, name: str) -> str:
    """What the button does that acts; nothing has happened yet."""
    words = Wording(locale)
    told = words.say("Press the button, and whoever makes this digest is told.")
    if purpose == "unsubscribe":
        told = words.say("Press the button to get this weekly digest no more.")
    button = label(purpose, words)
    return _page(locale, label(purpose, words), [("", inert(name)), ("", told)], button)


def done_page(purpose: Purpose, locale: str, name: str) -> str:
    """What was done."""
    words = Wording(locale)
    told = words.say("Thank you. Whoever makes this digest has been told.")
    if purpose == "unsubscribe":
        told = words.say(
            "You get this weekly digest no more. Should that be a mistake, write to whoever sent "
            "it to you."
        )
    return _page(locale, label(purpose, words), [("", inert(name)), ("", told)])


def expired_page() -> str:
    """A link that does nothing; nobody knows whose it was, so in every language."""
    texts = [(locale, Wording(locale).say(_EXPIRED)) for locale in get_args(Locale)]
    return _page("en", "Seedbed", texts)


def _page(language: str, title: str, texts: Sequence[tuple[str, str]], button: str = "") -> str:
    told = [{"language": other, "text": text} for other, text in texts]
    return _template().render(language=language, title=title, texts=told, button=button)


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("page.html.j2")
