"""`merchants.yml`: read with care, and changed without losing what people wrote around it."""

from __future__ import annotations

import re
from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from orchestration.files import write_private
from orchestration.register.model import Register, RegisterError, in_order_of, problems
from orchestration.register.yaml_edit import edited
from orchestration.yaml_guard import TrickError, refuse_brackets, refuse_tricks

# A merchant takes some 500 bytes: more than 10,000 merchants are no register but a mistake.
_MAX_BYTES = 5_000_000
_NUMBER_TAGS = ("tag:yaml.org,2002:int", "tag:yaml.org,2002:float")
_WHOLE_NUMBER = re.compile(r"(?:0|[1-9][0-9]*)\Z")


class _Loader(yaml.CSafeLoader):
    """Plain values only: no key twice, and 00123, 1_000 or 12:30 stay the text that they are."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[object] = set()
        for key, _ in node.value:
            word = refuse_brackets(key).value
            if word in seen:
                raise TrickError(
                    key.start_mark, f"'{word}' stands there twice; take one of the two out"
                )
            seen.add(word)
        return super().construct_mapping(node, deep)


_Loader.yaml_implicit_resolvers = {
    first: [pair for pair in pairs if pair[0] not in _NUMBER_TAGS]
    for first, pairs in _Loader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver(_NUMBER_TAGS[0], _WHOLE_NUMBER, list("0123456789"))


def read_register(path: Path) -> Register:
    """Read and check `merchants.yml`.

    Raises:
        RegisterError: the file is missing, is no YAML, or an entry is wrong.
    """
    return _parsed(_text(path), path)


def write_register(path: Path, register: Register) -> Path | None:
    """Make `merchants.yml` say this; comments stay where what they speak of stays.

    Nothing is written if it says so already. Else the file is replaced at once, and what it was
    is kept beside it.

    Returns:
        Where the former file is kept, or None if nothing was written.

    Raises:
        RegisterError: the file cannot be read.
    """
    text = _text(path)
    current = _parsed(text, path)
    wanted = in_order_of(current, register)
    if wanted == current:
        return None
    changed = _changed(text, current, wanted, path)
    backup = path.with_name(f"{path.name}.bak")
    write_private(backup, text.encode())
    write_private(path, changed.encode())
    return backup


def _changed(text: str, current: Register, wanted: Register, path: Path) -> str:
    """The text that says what is wanted, with its comments if that can be."""
    try:
        changed = edited(text, current, wanted)
        if _parsed(changed, path) == wanted:
            return changed
    except (yaml.YAMLError, RegisterError):
        # Comments between brackets and beside an emptied list have no place to stay.
        pass
    return edited("", Register(), wanted)


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(_MAX_BYTES + 1)
    except FileNotFoundError as error:
        raise RegisterError(f"{path} is missing; `seedbed init` writes an empty one.") from error
    if len(content) > _MAX_BYTES:
        raise RegisterError(
            f"{path} is larger than {_MAX_BYTES:,} bytes, more than 10,000 merchants need; look "
            "what went into it, or take the backup beside it."
        )
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RegisterError(
            f"{path} is not valid YAML: byte {error.start + 1} is no UTF-8; save it as UTF-8."
        ) from error


def _parsed(text: str, path: Path) -> Register:
    try:
        refuse_tricks(text, _Loader)
        content = yaml.load(text, Loader=_Loader)
    except (yaml.YAMLError, ValueError) as error:
        raise RegisterError(f"{path} is not valid YAML: {_yaml_fault(error)}.") from error
    try:
        return Register.model_validate({} if content is None else content)
    except ValidationError as error:
        (place, told), *others = problems(error)
        count = f"{len(others)} more {'fault' if len(others) == 1 else 'faults'}"
        more = f" ({count} after this one)" if others else ""
        raise RegisterError(f"{path}: {_shown(place, content)}: {told}{more}.") from error


def _yaml_fault(error: Exception) -> str:
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error)
    mark = getattr(error, "problem_mark", None)
    return f"line {mark.line + 1}, column {mark.column + 1}: {problem}" if mark else problem


def _shown(place: tuple[str | int, ...], content: Any) -> str:
    """Where a fault is: a merchant by its id, other entries by their number from 1."""
    parts = [str(part + 1) if isinstance(part, int) else part for part in place]
    if len(place) > 1 and place[0] == "merchants":
        entry = content["merchants"][place[1]]
        known_by = entry.get("merchant_id") if isinstance(entry, dict) else None
        parts[:2] = [f"merchant {known_by}" if known_by else f"merchants › {parts[1]}"]
    return " › ".join(parts) or "the whole file"
