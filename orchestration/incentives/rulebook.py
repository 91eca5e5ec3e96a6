"""The rulebook of a home: read from `rulebook/`, checked, compiled to tables."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from orchestration.incentives.checked_yaml import RulebookError, Strict, read_yaml
from orchestration.incentives.promotions import Promotions, load_promotions, promotion_rows
from orchestration.incentives.sendable import Sendable, load_sendable
from orchestration.incentives.taxonomies import Category, category_rows, load_taxonomies
from orchestration.rows import SOURCE_NAME

__all__ = ["Rulebook", "RulebookError", "compile_tables", "load_rulebook"]

SETTINGS_FILE = "settings.yml"
DEFAULT_RULEBOOK = Path(__file__).parent / "default_rulebook"
# `<platform>__<entity>`, as everywhere a source is named.
SourceId = Annotated[str, Field(pattern=f"^{SOURCE_NAME}$")]


class Parameters(Strict):
    """Numbers that the definitions leave to the programme."""

    history_warmup_days: int = Field(ge=0)
    first_broadcast_minutes: int = Field(ge=0, default=0)
    reconciliation_tolerance: float = Field(ge=0, le=1, default=0.01)


class SourceRule(Strict):
    """When the export of one source is due, and whether a week needs it."""

    is_required: bool
    due_hours: int = Field(ge=0)


class Settings(Strict):
    """What `settings.yml` says."""

    parameters: Parameters
    sources: dict[SourceId, SourceRule]


@dataclass(frozen=True)
class Rulebook:
    """All that the rulebook says today."""

    settings: Settings
    promotions: Promotions
    categories: list[Category]
    sendable: Sendable


def load_rulebook(folder: Path) -> Rulebook:
    """Read and check the rulebook of a home.

    Raises:
        RulebookError: a file is missing, is no YAML, says a thing twice, or a value is wrong.
    """
    settings = read_yaml(folder / SETTINGS_FILE, Settings)
    return Rulebook(
        settings,
        load_promotions(folder, DEFAULT_RULEBOOK),
        load_taxonomies(folder, DEFAULT_RULEBOOK),
        load_sendable(folder, DEFAULT_RULEBOOK),
    )


def compile_tables(rulebook: Rulebook) -> dict[str, list[dict[str, Any]]]:
    """Rows of the hand-overs `rulebook_*`, by hand-over."""
    settings = rulebook.settings
    return {
        "rulebook_parameters": [
            {"parameter": name, "value": str(value)}
            for name, value in settings.parameters.model_dump().items()
        ],
        "rulebook_sources": [
            {"source": source, "is_required": rule.is_required, "due_hours": rule.due_hours}
            for source, rule in sorted(settings.sources.items())
        ],
        "rulebook_promotions": promotion_rows(rulebook.promotions),
        "rulebook_categories": category_rows(rulebook.categories),
    }


def install_default_rulebook(folder: Path) -> None:
    """Give a home the shipped rulebook; a file that is there already is left as it is."""
    folder.mkdir(parents=True, exist_ok=True)
    for shipped in sorted(DEFAULT_RULEBOOK.iterdir()):
        if not (folder / shipped.name).exists():
            shutil.copyfile(shipped, folder / shipped.name)
