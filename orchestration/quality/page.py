"""A page of data quality as one HTML file: no script, nothing from elsewhere. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

# A page that a telephone can scroll; `seedbed ingest --json` and the tables have the rest.
_ROWS_SHOWN = 100


@dataclass(frozen=True)
class Link:
    """A cell that leads to another page of the home's docs; `to` is relative to its own page."""

    text: str
    to: str

    def __str__(self) -> str:
        return self.text


Cell = str | int | Link


@dataclass(frozen=True)
class Section:
    """One table: `verdict` says in a sentence what to know of it, `is_flagged` whether to look."""

    title: str
    verdict: str
    columns: tuple[str, ...] = ()
    rows: Sequence[tuple[Cell, ...]] = ()
    is_flagged: bool = False


def page_of(title: str, about: str, sections: Sequence[Section]) -> str:
    """The page; what is to be looked at is in bold, and said in words."""
    return _template().render(title=title, about=about, sections=sections, most=_ROWS_SHOWN)


def index_of(weeks: Sequence[str]) -> str:
    """The index of all pages, the newest week first."""
    rows = [(Link(week, f"{week}.html"),) for week in sorted(weeks, reverse=True)]
    section = Section("Weeks", f"{len(rows)} pages.", ("week",), rows)
    return page_of("Data quality", "One page for each closed week.", [section])


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        # The name of a file or a header is whatever somebody typed.
        autoescape=True,
        undefined=StrictUndefined,
    )
    return environment.get_template("week.html.j2")
