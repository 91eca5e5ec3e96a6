"""A rulebook with single values changed, as a person says it on the command line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from orchestration.incentives.plain_yaml import RulebookError, node_of, plain, read_node

_FOLDER = "programmes"


@dataclass(frozen=True)
class Override:
    """`programme.path=value`, as in `store_live_growth.reward.window_cap=50000`.

    A path begins in the programme's newest version, or at the top with `versions`; entries of a
    list are named by number, from 0.
    """

    programme: str
    path: tuple[str, ...]
    value: Any
    text: str


def parse_override(text: str) -> Override:
    """Read an override; the value is YAML.

    Raises:
        RulebookError: it is no `programme.path=value`, or the value is no YAML.
    """
    place, is_given, value = text.partition("=")
    programme, *path = place.split(".")
    if not is_given or not path or not all([programme, *path]):
        raise RulebookError(
            f"'{text}' changes nothing; write programme.path=value, such as "
            "private_domain_weekly.reward.window_cap=50000."
        )
    return Override(programme, tuple(path), plain(node_of(value, f"'{text}'")), text)


def apply_overrides(folder: Path, overrides: Sequence[Override]) -> None:
    """Change files of a rulebook in place.

    Raises:
        RulebookError: there is no such programme or place in it.
    """
    for override in overrides:
        file = folder / _FOLDER / f"{override.programme}.yml"
        if not file.exists():
            known = ", ".join(sorted(path.stem for path in (folder / _FOLDER).glob("*.yml")))
            raise RulebookError(
                f"There is no programme '{override.programme}' to change; there are {known}."
            )
        document = plain(read_node(file))
        _change(document, override)
        text = yaml.safe_dump(document, allow_unicode=True, sort_keys=False)
        file.write_text(text, encoding="utf-8")


def _change(document: dict[str, Any], override: Override) -> None:
    *way, last = override.path
    place: Any = document if override.path[0] == "versions" else _newest(document)
    try:
        for step in way:
            place = place[_key(place, step)]
        place[_key(place, last)] = override.value
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise RulebookError(
            f"'{override.text}' names no place in programme {override.programme}; its newest "
            f"version has {', '.join(_newest(document))}."
        ) from error


def _newest(document: dict[str, Any]) -> dict[str, Any]:
    return document["versions"][-1]


def _key(place: Any, step: str) -> Any:
    return int(step) if isinstance(place, list) else step
