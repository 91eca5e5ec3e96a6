"""What no YAML that people write here has use for, and what can make a small file huge."""

from __future__ import annotations

from typing import Any

import yaml

# An entry of a register or a rulebook lies at most seven levels deep. The reader written in C
# falls over at some ten thousand.
_MAX_DEPTH = 20


class TrickError(ValueError):
    """A place that is refused, told as the YAML reader tells its own faults."""

    def __init__(self, mark: Any, problem: str):
        self.problem_mark, self.problem = mark, problem
        super().__init__(f"line {mark.line + 1}, column {mark.column + 1}: {problem}")


def refuse_tricks(text: str, loader: Any) -> None:
    """Refuse aliases, tags and deep brackets; nothing is built from the text.

    Raises:
        TrickError: one of them stands in it.
        yaml.YAMLError: it is no YAML.
    """
    depth = 0
    for event in yaml.parse(text, Loader=loader):
        problem = None
        if isinstance(event, yaml.AliasEvent):
            problem = f"'*{event.anchor}' repeats another place; write out what it stands for"
        elif getattr(event, "tag", None):
            problem = f"the tag '{getattr(event, 'tag', '')}' is not understood; take it out"
        elif isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > _MAX_DEPTH:
            problem = f"brackets are nested more than {_MAX_DEPTH} deep; look for one unclosed"
        if problem:
            raise TrickError(event.start_mark, problem)


def refuse_brackets(key: yaml.Node) -> yaml.ScalarNode:
    """A key as the word that it must be.

    Raises:
        TrickError: it is a list or a mapping.
    """
    if not isinstance(key, yaml.ScalarNode):
        raise TrickError(key.start_mark, "brackets stand where a field must; mend it")
    return key
