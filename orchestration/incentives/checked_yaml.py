"""A YAML file of the rulebook, checked by a typed model, with faults named by line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from orchestration.incentives.plain_yaml import (
    Place,
    RulebookError,
    nearest,
    places,
    plain,
    read_node,
)

__all__ = ["Document", "Place", "RulebookError", "Strict", "checked", "read_document", "read_yaml"]

_Model = TypeVar("_Model", bound=BaseModel)
_Says = TypeVar("_Says", bound=BaseModel, covariant=True)
# Where a place of some content stands: 'FILE, line 7', or a cell of a workbook.
Where = Callable[[Place], str]

# Where the checker's own words do not say what to do.
_WORDS = {
    "missing": "it is missing; add it",
    "extra_forbidden": "no such field is known here; mend its spelling, or take it out",
    "string_type": "it must be text; put it between quotes",
    "bool_type": "it must be true or false",
    "tuple_type": "it must be a list; begin each entry with '- '",
    "model_type": "it must have fields; write each as 'field: value'",
    "model_attributes_type": "it must have fields; write each as 'field: value'",
    "too_short": "it must have at least one entry",
    "string_too_short": "it is blank; fill it in",
    "date_type": "it must be a day, such as 2024-07-24",
    "datetime_type": "it must be a time with its zone, such as 2024-07-24T00:00:00+08:00",
    "int_type": "it must be a whole number",
    "decimal_type": "it must be a number",
    "is_instance_of": "it must be a number",
}
_CAPS = "a cap says over what: window_cap, merchant_cap, claims_cap or budget"


class Strict(BaseModel):
    """What a rulebook file says: known keys and exact types only."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


@dataclass(frozen=True)
class Document(Generic[_Says]):
    """What one file says, and where each place of it stands."""

    says: _Says
    where: Where


def read_yaml(path: Path, model: type[_Model]) -> _Model:
    """Read a file as a model, numbers and days as YAML understands them.

    Raises:
        RulebookError: the file is missing, is no YAML, says a thing twice, or a value is wrong.
    """
    node = read_node(path)
    try:
        content = yaml.SafeLoader("").construct_document(node) if node else None
    except (yaml.YAMLError, ValueError) as error:
        raise RulebookError(f"{path} is not valid YAML: {error}.") from error
    return checked(content, model, _in_file(path, node))


def read_document(path: Path, model: type[_Model]) -> Document[_Model]:
    """Read a file as a model that takes numbers and days as text, and so loses nothing of them.

    Raises:
        RulebookError: the file is missing, is no YAML, says a thing twice, or values are wrong.
    """
    node = read_node(path)
    where = _in_file(path, node)
    return Document(checked(plain(node), model, where), where)


def checked(content: Any, model: type[_Model], where: Where) -> _Model:
    """Some content as a model.

    Raises:
        RulebookError: values are wrong; every one is told with where it stands.
    """
    content = {} if content is None else content
    try:
        return model.model_validate(content)
    except ValidationError as error:
        found = [(_place(one, content), _told(one)) for one in _errors(error)]
        raise RulebookError(
            *(f"{where(place)}: {_named(place)}: {told}." for place, told in found)
        ) from error


def _in_file(path: Path, node: yaml.Node | None) -> Where:
    lines = dict(places(node))
    return lambda place: f"{path}, line {nearest(lines, place)}"


def _errors(error: ValidationError) -> list[ErrorDetails]:
    """Everything that is wrong; a list of nothing but faulty entries is not too short as well."""
    errors = error.errors()
    return [
        one
        for one in errors
        if one["type"] != "too_short" or not any(_is_below(one, other) for other in errors)
    ]


def _is_below(above: ErrorDetails, error: ErrorDetails) -> bool:
    length = len(above["loc"])
    return len(error["loc"]) > length and error["loc"][:length] == above["loc"]


def _place(error: ErrorDetails, content: Any) -> Place:
    """The place that a fault speaks of, without the names of the kinds that were tried."""
    place: list[str | int] = []
    below: Any = content
    for part in error["loc"]:
        if isinstance(below, list) and isinstance(part, int):
            below = below[part]
        elif isinstance(below, dict) and part in below:
            below = below.get(part)
        else:
            continue
        place.append(part)
    return (*place, error["loc"][-1]) if error["type"] == "missing" else tuple(place)


def _named(place: Place) -> str:
    """A place in words; entries of a list are counted from 1."""
    parts = (str(part + 1) if isinstance(part, int) else part for part in place)
    return " › ".join(parts) or "the whole file"


def _told(error: ErrorDetails) -> str:
    """What is wrong, in a part sentence."""
    kind, context = error["type"], error.get("ctx", {})
    if kind == "extra_forbidden" and "cap" in str(error["loc"][-1]):
        return _CAPS
    if kind == "literal_error":
        return f"it must be {context['expected']}, and is '{error['input']}'"
    if kind == "union_tag_invalid":
        return f"'{context['tag']}' is no {_bare(context)}; choose {context['expected_tags']}"
    if kind == "union_tag_not_found":
        return f"its {_bare(context)} is missing; add it"
    return _WORDS.get(kind) or error["msg"].removeprefix("Value error, ")


def _bare(context: dict[str, Any]) -> str:
    return str(context["discriminator"]).strip("'")
