"""What must not be read in any sentence: the secrets of an address and of its options."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from pydantic import SecretStr

from orchestration.sections import InboxSettings

# Before the host: who asks, and often the password. Behind a question mark: keys that sign.
_USER = re.compile(r"://([^/@\s]*)@")
_QUERY = re.compile(r"(?<=\S)\?\S+")
# What is shorter is no secret, and every word that holds it would go with it.
_SHORTEST = 4


@dataclass(frozen=True)
class Secrets:
    """`options` in the clear, for fsspec; `texts` to look for in whatever is to be told."""

    options: dict[str, Any] = field(repr=False)
    texts: tuple[str, ...] = field(repr=False)

    @classmethod
    def of(cls, settings: InboxSettings) -> Secrets:
        """Those of an inbox."""
        url = settings.url.get_secret_value()
        in_url = [part for user in _USER.findall(url) for part in user.split(":")]
        texts = {*_texts(settings.options), *in_url, *map(unquote, in_url)}
        longest_first = sorted((t for t in texts if len(t) >= _SHORTEST), key=len, reverse=True)
        return cls(_in_the_clear(settings.options), tuple(longest_first))

    def hidden(self, told: object) -> str:
        """A text on one line, with `…` in the place of every secret."""
        text = " ".join(str(told).split()) or type(told).__name__
        text = _QUERY.sub("", _USER.sub("://", text))
        for secret in self.texts:
            text = text.replace(secret, "…")
        return text.rstrip(".")


def _in_the_clear(options: Mapping[str, Any]) -> dict[str, Any]:
    def clear(value: Any) -> Any:
        if isinstance(value, Mapping):
            return _in_the_clear(value)
        return value.get_secret_value() if isinstance(value, SecretStr) else value

    return {name: clear(value) for name, value in options.items()}


def _texts(options: Mapping[str, Any]) -> Iterator[str]:
    for value in options.values():
        if isinstance(value, Mapping):
            yield from _texts(value)
        elif isinstance(value, SecretStr):
            yield value.get_secret_value()
