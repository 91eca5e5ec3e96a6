"""A YAML file as nodes with their lines: nothing is executed, and nothing small becomes huge."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from orchestration.yaml_guard import TrickError, refuse_brackets, refuse_tricks

Place = tuple[str | int, ...]


class RulebookError(Exception):
    """The rulebook cannot be used; `faults` has a sentence for each thing that is wrong.

    Each names file, line, place and mend; the message is the first, with how many follow.
    """

    def __init__(self, first: str, *others: str):
        self.faults = (first, *others)
        count = f"{len(others)} more {'fault' if len(others) == 1 else 'faults'}"
        super().__init__(f"{first} ({count} after this one)" if others else first)


# A programme takes some 3,000 bytes, a statement about a merchant 120.
MAX_BYTES = 2_000_000
_BOOLEANS = {"true": True, "false": False}
_NOTHING = ("", "~", "null")


def read_node(path: Path) -> yaml.Node | None:
    """The content of a file as nodes; None if there is none.

    Raises:
        RulebookError: it is missing, too large, no YAML in UTF-8, says a thing twice, or uses tags
            or aliases.
    """
    return node_of(_text(path), str(path))


def node_of(text: str, name: str) -> yaml.Node | None:
    """A text as nodes; `name` is what an error calls it.

    Raises:
        RulebookError: it is no YAML, says a thing twice, or uses tags or aliases.
    """
    try:
        refuse_tricks(text, yaml.CSafeLoader)
        node = yaml.compose(text, Loader=yaml.CSafeLoader)
        _refuse_odd_keys(node)
    except (yaml.YAMLError, ValueError) as error:
        raise RulebookError(f"{name}{_yaml_fault(error)}.") from error
    return node


def plain(node: yaml.Node | None) -> Any:
    """What nodes say, numbers and days as the text that was written: 4.2 is never a float."""
    if isinstance(node, yaml.MappingNode):
        return {key.value: plain(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [plain(entry) for entry in node.value]
    if node is None:
        return None
    is_quoted = isinstance(node, yaml.ScalarNode) and bool(node.style)
    if is_quoted:
        return node.value
    return None if node.value in _NOTHING else _BOOLEANS.get(node.value, node.value)


def places(node: yaml.Node | None, place: Place = ()) -> Iterator[tuple[Place, int]]:
    """Place and line of every key and entry."""
    pairs: list[tuple[str | int, yaml.Node, yaml.Node]] = []
    if isinstance(node, yaml.SequenceNode):
        pairs = [(number, entry, entry) for number, entry in enumerate(node.value)]
    elif isinstance(node, yaml.MappingNode):
        pairs = [(key.value, key, value) for key, value in node.value]
    for part, marked, value in pairs:
        yield (*place, part), marked.start_mark.line + 1
        yield from places(value, (*place, part))


def nearest(lines: Mapping[Place, int], place: Place) -> int:
    """The line of a place, or of the closest thing above it (a missing key has no line)."""
    while place and place not in lines:
        place = place[:-1]
    return lines.get(place, 1)


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except FileNotFoundError as error:
        raise RulebookError(f"{path} is missing; `seedbed init` writes the shipped one.") from error
    except OSError as error:
        raise RulebookError(f"{path} cannot be read: {error.strerror}.") from error
    if len(content) > MAX_BYTES:
        raise RulebookError(
            f"{path} is larger than {MAX_BYTES:,} bytes, more than any rules need; look what went "
            "into it."
        )
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RulebookError(
            f"{path} is not valid YAML: byte {error.start + 1} is no UTF-8; save it as UTF-8."
        ) from error


def _refuse_odd_keys(node: yaml.Node | None) -> None:
    """Refuse equal keys, of which YAML itself silently keeps the last, and keys that are lists."""
    if isinstance(node, yaml.SequenceNode):
        for entry in node.value:
            _refuse_odd_keys(entry)
    if not isinstance(node, yaml.MappingNode):
        return
    seen: set[str] = set()
    for key, value in node.value:
        word = refuse_brackets(key).value
        if word in seen:
            raise TrickError(key.start_mark, f"'{word}' stands here a second time")
        seen.add(word)
        _refuse_odd_keys(value)


def _yaml_fault(error: Exception) -> str:
    """Our own sentences say what to mend; the reader's are told to be its own."""
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error)
    if mark is None:
        return f" is not valid YAML: {problem}"
    told = problem if isinstance(error, TrickError) else f"this is not valid YAML: {problem}"
    return f", line {mark.line + 1}: {told}"
