"""A YAML file of the rulebook, checked by a typed model, with faults named by line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

_Model = TypeVar("_Model", bound=BaseModel)


class RulebookError(Exception):
    """The rulebook cannot be used; the message names file, line, place and mend."""


class Strict(BaseModel):
    """What a rulebook file says: known keys and exact types only."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


def read_yaml(path: Path, model: type[_Model]) -> _Model:
    """Read a file as a model.

    Raises:
        RulebookError: the file is missing, is no YAML, says a thing twice, or a value is wrong.
    """
    try:
        text = path.read_text(encoding="utf-8")
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        content = yaml.safe_load(text)
    except FileNotFoundError as error:
        raise RulebookError(f"{path} is missing; `seedbed init` writes the shipped one.") from error
    except (yaml.YAMLError, UnicodeDecodeError, ValueError) as error:
        raise RulebookError(f"{path} is not valid YAML: {error}.") from error
    lines = dict(_lines(path, node, ()))
    try:
        return model.model_validate(content if content is not None else {})
    except ValidationError as error:
        first = error.errors()[0]
        place = tuple(part for part in first["loc"] if part != "[key]")
        name = " › ".join(str(part) for part in place) or "the whole file"
        raise RulebookError(
            f"{path}, line {_nearest(lines, place)}: {name}: {first['msg']}."
        ) from error


def _lines(path: Path, node: yaml.Node | None, place: tuple[Any, ...]) -> Iterator[tuple[Any, int]]:
    """Place and line of every key and entry; YAML itself silently keeps the last of equal keys."""
    if isinstance(node, yaml.SequenceNode):
        for number, entry in enumerate(node.value):
            yield (*place, number), entry.start_mark.line + 1
            yield from _lines(path, entry, (*place, number))
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
