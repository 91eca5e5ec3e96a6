"""Programmes and facts as their files say them: plain content, and YAML. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import yaml
from pydantic import BaseModel

# The fields of a file come in the order of the model; lines are broken where a page is.
_WIDTH = 100


class _Dumper(yaml.SafeDumper):
    """Numbers and days are plain words, as people write them and as they are read again."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - aliases are never read
        return True


_BOOLEANS, _NOTHING = re.compile(r"(?:true|false)\Z"), re.compile(r"(?:|~|null)\Z")
_Dumper.yaml_implicit_resolvers = {}
_Dumper.add_implicit_resolver("tag:yaml.org,2002:bool", _BOOLEANS, ["t", "f"])
_Dumper.add_implicit_resolver("tag:yaml.org,2002:null", _NOTHING, ["", "~", "n"])


def as_written(says: BaseModel) -> dict[str, Any]:
    """What a file says: numbers and days as text, what is left out not there."""
    return _plain(says.model_dump(by_alias=True, exclude_none=True))


def as_yaml(says: BaseModel) -> str:
    """The text of a file that says this."""
    return as_yaml_text(as_written(says))


def as_yaml_text(content: Mapping[str, Any]) -> str:
    """Plain content as YAML."""
    return yaml.dump(
        content,
        Dumper=_Dumper,
        allow_unicode=True,
        sort_keys=False,
        default_flow_style=None,
        width=_WIDTH,
    )


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    if isinstance(value, bool):
        return value
    if isinstance(value, Decimal):
        return _digits(value)
    return value.isoformat() if isinstance(value, date) else str(value)


def _digits(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
