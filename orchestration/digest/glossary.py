"""The terms of 千帆, 聚光 and the digest: `locale/glossary.toml`, the one place of each."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

GLOSSARY = Path(__file__).parent / "locale" / "glossary.toml"
# By group, name and locale.
Glossary = Mapping[str, Mapping[str, Mapping[str, str]]]


@cache
def glossary() -> Glossary:
    """All terms: group, name, locale, and there the term."""
    with GLOSSARY.open("rb") as file:
        return tomllib.load(file)
