"""Data Docs of each validation in the home's docs, a page per week and suite, and their index."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from expectations.data_docs import page_of
from expectations.engine import Outcome
from expectations.suite import Expectation
from orchestration.files import write_private
from orchestration.home import Home
from orchestration.periods import BUSINESS_ZONE, last_closed_week
from orchestration.quality import page
from orchestration.settings import now


def write_data_docs(
    home: Home,
    suite: str,
    expectations: Sequence[Expectation],
    outcomes: Mapping[str, Outcome],
    validated: str,
) -> Path:
    """Write the page of a validation, in the place of an earlier one of the same week.

    The week is the last closed one, as for the page of data quality. Pages of earlier weeks stay.

    Args:
        home: where the page goes.
        suite: the name of the suite, which names the page.
        expectations: what was asked, each of them in `outcomes`.
        outcomes: as `expectations.engine.validate` gave them.
        validated: what was looked at, such as `1,204 newly staged rows`.
    """
    moment = now()
    week = last_closed_week(moment)
    path = home.data_docs / week.iso / f"{suite}.html"
    is_new = not path.exists()
    about = (
        f"{validated}, validated on {moment.astimezone(BUSINESS_ZONE):%Y-%m-%d %H:%M} "
        "(Asia/Shanghai). Counts alone: no cell is quoted."
    )
    write_private(path, page_of(f"{suite}, {week.iso}", about, expectations, outcomes).encode())
    if is_new:
        write_private(data_docs_index(home), _index(home).encode())
    return path


def data_docs_index(home: Home) -> Path:
    """Where the index of all weeks and suites lies, once there is a page."""
    return home.data_docs / "index.html"


def newest_data_docs(home: Home) -> dict[str, Path]:
    """The page of the last validation of each suite that was validated, by its name."""
    pages = sorted(home.data_docs.glob("*-W*/[!.]*.html"), key=lambda path: path.parent.name)
    return dict(sorted((path.stem, path) for path in pages))


def _index(home: Home) -> str:
    weeks = sorted(home.data_docs.glob("*-W*"), reverse=True)
    sections = [_section(folder) for folder in weeks]
    about = "What Great Expectations found, by week and suite: the last validation of each week."
    return page.page_of("Data Docs", about, sections)


def _section(folder: Path) -> page.Section:
    suites = sorted(path.stem for path in folder.glob("[!.]*.html"))
    rows = [(page.Link(suite, f"{folder.name}/{suite}.html"),) for suite in suites]
    return page.Section(folder.name, f"Suites: {len(rows)}.", ("suite",), rows)
