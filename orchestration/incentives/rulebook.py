"""The rulebook of a home: read from `rulebook/`, checked, compiled to tables."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from orchestration.incentives.checked_yaml import RulebookError, Strict, read_yaml
from orchestration.incentives.programmes.checks import faults_of
from orchestration.incentives.programmes.load import Programmes, load_programmes
from orchestration.incentives.programmes.rows import programme_rows
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
    # Below five a median tells too much of the single ones.
    least_peers: int = Field(ge=5, default=10)


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
    programmes: Programmes
    sendable: Sendable


def load_settings_file(folder: Path) -> Settings:
    """The parameters and due times of a home.

    Raises:
        RulebookError: the file is missing, is no YAML, or a value is wrong.
    """
    return read_yaml(folder / SETTINGS_FILE, Settings)


def load_rulebook(folder: Path) -> Rulebook:
    """Read and check the rulebook of a home.

    Raises:
        RulebookError: a file is missing, is no YAML, says a thing twice, or a value is wrong; or
            programmes contradict themselves or one another.
    """
    settings = load_settings_file(folder)
    categories = load_taxonomies(folder, DEFAULT_RULEBOOK)
    programmes = load_programmes(folder, DEFAULT_RULEBOOK)
    if faults := faults_of(programmes, categories):
        raise RulebookError(*faults)
    return Rulebook(
        settings,
        load_promotions(folder, DEFAULT_RULEBOOK),
        categories,
        programmes,
        load_sendable(folder, DEFAULT_RULEBOOK),
    )


def compile_tables(rulebook: Rulebook) -> dict[str, list[dict[str, Any]]]:
    """Rows of the hand-overs `rulebook_*`, by hand-over.

    The parameter `rulebook_hash` names all that they say, however the files are written.
    """
    settings = rulebook.settings
    tables: dict[str, list[dict[str, Any]]] = {
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
        **programme_rows(rulebook.programmes),
    }
    named = {"parameter": "rulebook_hash", "value": _hash(tables)}
    tables["rulebook_parameters"].append(named)
    return tables


def rulebook_hash(rulebook: Rulebook) -> str:
    """The parameter `rulebook_hash` of compiled tables: equal when rulebooks say the same."""
    [named] = [
        row["value"]
        for row in compile_tables(rulebook)["rulebook_parameters"]
        if row["parameter"] == "rulebook_hash"
    ]
    return named


def _hash(tables: Mapping[str, Iterable[Mapping[str, Any]]]) -> str:
    """Hex sha256 over the rows, in whatever order they come."""
    rows = (
        json.dumps([name, row], ensure_ascii=False, sort_keys=True, default=str)
        for name, rows in tables.items()
        for row in rows
    )
    return hashlib.sha256("\n".join(sorted(rows)).encode()).hexdigest()


def install_default_rulebook(folder: Path) -> None:
    """Give a home the shipped rulebook; what is there already is left as it is.

    A folder that is there is complete: a programme that somebody took out does not come back.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for shipped in sorted(DEFAULT_RULEBOOK.iterdir()):
        target = folder / shipped.name
        if target.exists():
            continue
        if shipped.is_dir():
            shutil.copytree(shipped, target)
        else:
            shutil.copyfile(shipped, target)
