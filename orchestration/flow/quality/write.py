"""Write the page of a week into the home's docs; the pages of earlier weeks stay as they were."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from orchestration.files import write_private
from orchestration.flow.quality.sections import sections_of
from orchestration.flow.workspace import Workspace
from orchestration.home import Home
from orchestration.periods import BUSINESS_ZONE, Week, last_closed_week
from orchestration.quality.page import Section, index_of, page_of
from orchestration.settings import now


def page_path(home: Home, week: Week) -> Path:
    """Where the page of a week lies."""
    return home.docs / "quality" / f"{week.iso}.html"


@dataclass(frozen=True)
class QualityPage:
    """A page, and what of it a person should look at; nothing of a page that was kept."""

    path: Path
    flagged: list[Section]


def write_quality_page(workspace: Workspace, week: Week) -> QualityPage:
    """Write the page of a week and the index.

    An earlier week that has a page keeps it: what is held or late now was not so then.

    Raises:
        WarehouseError: nothing is published.
    """
    path = page_path(workspace.home, week)
    path.parent.mkdir(parents=True, exist_ok=True)
    flagged: list[Section] = []
    if week == last_closed_week(now()) or not path.exists():
        moment = f"{now().astimezone(BUSINESS_ZONE):%Y-%m-%d %H:%M}"
        about = (
            f"{week.monday} to {week.as_of}. Files, checks and quarantine as they stood on "
            f"{moment} (Asia/Shanghai). In bold is what a person should look at; what it means is "
            "in docs/quality.md."
        )
        sections = sections_of(workspace, week)
        flagged = [section for section in sections if section.is_flagged]
        page = page_of(f"Data quality of {week.iso}", about, sections)
        write_private(path, page.encode())
    weeks = [one.stem for one in path.parent.glob("*-W*.html")]
    write_private(path.with_name("index.html"), index_of(weeks).encode())
    return QualityPage(path, flagged)
