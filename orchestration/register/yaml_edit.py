"""Change the text of `merchants.yml` where the register changed, and nowhere else. Pure.

What is written anew stands between quotes unless every reader of YAML takes it for text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from io import StringIO
from typing import Any

import yaml
from pydantic import BaseModel
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import YAMLError
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from orchestration.register.model import Register, fields_of

# A letter first, then nothing that YAML knows as a mark.
_PLAIN = re.compile(r"[^\W\d_][\w@./-]*")
_YAML_WORDS = frozenset(("y", "n", "yes", "no", "on", "off", "true", "false", "null"))
# Wider than any line: an entry stays on its line however long it is.
_WIDTH = 1 << 20


def edited(text: str, current: Register, wanted: Register) -> str:
    """The text of `merchants.yml` changed from one register to another.

    Raises:
        yaml.YAMLError: the text cannot be edited.
    """
    editor = YAML()
    editor.preserve_quotes = True
    editor.width = _WIDTH
    editor.indent(mapping=2, sequence=4, offset=2)
    try:
        document = editor.load(text)
        # A file of comments alone holds no document that could carry them.
        above = text if document is None else ""
        document = CommentedMap() if document is None else document
        _edit_merchants(document, current, wanted)
        if wanted.team != current.team:
            team = document.setdefault("team", CommentedMap())
            _edit_fields(team, fields_of(current.team), fields_of(wanted.team))
        written = StringIO()
        editor.dump(document, written)
    except YAMLError as error:
        raise yaml.YAMLError(str(error).partition("\n")[0]) from error
    return above + written.getvalue()


def _edit_merchants(document: CommentedMap, current: Register, wanted: Register) -> None:
    entries = document.get("merchants")
    if not entries:
        # An empty list stands between brackets, and would keep them.
        entries = document["merchants"] = CommentedSeq()
    for place in range(len(entries) - 1, -1, -1):
        old = current.merchants[place]
        new = wanted.get(old.merchant_id)
        if new is None:
            del entries[place]
        elif new != old:
            _edit_fields(entries[place], fields_of(old), fields_of(new))
    known = {merchant.merchant_id for merchant in current.merchants}
    entries.extend(_block(m) for m in wanted.merchants if m.merchant_id not in known)


def _edit_fields(entry: CommentedMap, old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
    for field in (*old, *new):
        if field not in new:
            entry.pop(field, None)
        elif new[field] != old.get(field):
            entry[field] = _node(new[field])


def _block(entry: BaseModel) -> CommentedMap:
    return CommentedMap((field, _node(value)) for field, value in fields_of(entry).items())


def _node(value: Any) -> Any:
    """A value as YAML: lists line by line, what is in them and names on one line."""
    if isinstance(value, str):
        is_plain = _PLAIN.fullmatch(value) and value.casefold() not in _YAML_WORDS
        return value if is_plain else DoubleQuotedScalarString(value)
    if isinstance(value, list | tuple):
        items = CommentedSeq(map(_node, value))
        if not items:
            items.fa.set_flow_style()
        return items
    if isinstance(value, Mapping):
        inline = CommentedMap((field, _node(part)) for field, part in value.items())
        inline.fa.set_flow_style()
        return inline
    return value
