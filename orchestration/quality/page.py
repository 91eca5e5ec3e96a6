"""A page of data quality as one HTML file: no script, nothing from elsewhere. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

# A page that a telephone can scroll; `seedbed ingest --json` and the tables have the rest.
_ROWS_SHOWN = 100
Cell = str | int


@dataclass(frozen=True)
class Section:
    """One table: `verdict` says in a sentence what a person should know, `is_flagged` if to look.

    With `is_linked` the first cell of a row names a page beside this one.
    """

    title: str
    verdict: str
    columns: tuple[str, ...] = ()
    rows: Sequence[tuple[Cell, ...]] = ()
    is_flagged: bool = False
    is_linked: bool = False


def page_of(title: str, about: str, sections: Sequence[Section]) -> str:
    """The page; what is to be looked at is in bold, and said in words."""
    return _template().render(title=title, about=about, sections=sections, most=_ROWS_SHOWN)


def index_of(weeks: Sequence[str]) -> str:
    """The index of all pages, the newest week first."""
    rows = [(week,) for week in sorted(weeks, reverse=True)]
    section = Section("Weeks", f"{len(rows)} pages.", ("week",), rows, is_linked=True)
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
