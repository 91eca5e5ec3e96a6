"""The rulebook of a home: read from `rulebook/settings.yml`, checked, compiled to tables."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from orchestration.rows import SOURCE_NAME

SETTINGS_FILE = "settings.yml"
DEFAULT_RULEBOOK = Path(__file__).parent / "default_rulebook"
# `<platform>__<entity>`, as everywhere a source is named.
SourceId = Annotated[str, Field(pattern=f"^{SOURCE_NAME}$")]


class RulebookError(Exception):
    """The rulebook cannot be used; the message names file, line, place and mend."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Parameters(_Strict):
    """Numbers that the definitions leave to the programme."""

    history_warmup_days: int = Field(ge=0)
    first_broadcast_minutes: int = Field(ge=0, default=0)
    reconciliation_tolerance: float = Field(ge=0, le=1, default=0.01)


class SourceRule(_Strict):
    """When the export of one source is due, and whether a week needs it."""

    is_required: bool
    due_hours: int = Field(ge=0)


class Rulebook(_Strict):
    """All that the rulebook says today."""

    parameters: Parameters
    sources: dict[SourceId, SourceRule]


def load_rulebook(folder: Path) -> Rulebook:
    """Read and check the rulebook of a home.

    Raises:
        RulebookError: the file is missing, is no YAML, says a thing twice, or a value is wrong.
    """
    path = folder / SETTINGS_FILE
    try:
        text = path.read_text(encoding="utf-8")
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        content = yaml.safe_load(text)
    except FileNotFoundError as error:
        raise RulebookError(f"{path} is missing; `seedbed init` writes the shipped one.") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise RulebookError(f"{path} is not valid YAML: {error}.") from error
    lines = dict(_lines(path, node, ()))
    try:
        return Rulebook.model_validate(content if content is not None else {})
    except ValidationError as error:
        first = error.errors()[0]
        place = tuple(part for part in first["loc"] if part != "[key]")
        name = " › ".join(str(part) for part in place) or "the whole file"
        raise RulebookError(
            f"{path}, line {_nearest(lines, place)}: {name}: {first['msg']}."
        ) from error


def _lines(path: Path, node: yaml.Node | None, place: tuple[Any, ...]) -> Iterator[tuple[Any, int]]:
    """Place and line of every key; YAML itself keeps the last of two equal keys silently."""
    if not isinstance(node, yaml.MappingNode):
        return
    seen: set[str] = set()
    for key, value in node.value:
        line = key.start_mark.line + 1
        if key.value in seen:
            raise RulebookError(f"{path}, line {line}: '{key.value}' stands here a second time.")
        seen.add(key.value)
        yield (*place, key.value), line
        yield from _lines(path, value, (*place, key.value))


def _nearest(lines: dict[Any, int], place: tuple[Any, ...]) -> int:
    """The line of a place, or of the closest thing above it (a missing key has no line)."""
    while place and place not in lines:
        place = place[:-1]
    return lines.get(place, 1)


def compile_tables(rulebook: Rulebook) -> dict[str, list[dict[str, Any]]]:
    """Rows of the hand-overs `rulebook_parameters` and `rulebook_sources`, by hand-over."""
    return {
        "rulebook_parameters": [
            {"parameter": name, "value": str(value)}
            for name, value in rulebook.parameters.model_dump().items()
        ],
        "rulebook_sources": [
            {"source": source, "is_required": rule.is_required, "due_hours": rule.due_hours}
            for source, rule in sorted(rulebook.sources.items())
        ],
    }


def install_default_rulebook(folder: Path) -> None:
    """Give a home the shipped rulebook; a file that is there already is left as it is."""
    folder.mkdir(parents=True, exist_ok=True)
    for shipped in sorted(DEFAULT_RULEBOOK.glob("*.yml")):
        if not (folder / shipped.name).exists():
            shutil.copyfile(shipped, folder / shipped.name)
