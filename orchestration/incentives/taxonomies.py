"""The platform's three trees of categories as data: `rulebook/taxonomies.csv`, read and checked.

Advertising industries, shop categories and content categories are different trees that share
words; a name of one is never looked up in another.
"""

from __future__ import annotations

import csv
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from orchestration.incentives.checked_yaml import RulebookError

TAXONOMIES_FILE = "taxonomies.csv"
Taxonomy = Literal["ad_industry", "shop_category", "content_category"]
TAXONOMIES: tuple[str, ...] = get_args(Taxonomy)
_COLUMNS = ["taxonomy", "taxonomy_version", "level", "name", "parent"]
# The deepest of the three, that of shops, has four.
_LEVELS = ("1", "2", "3", "4")


@dataclass(frozen=True, order=True)
class Category:
    """One node of one version of a tree; `parent` is the name above it, empty at level 1."""

    taxonomy: str
    taxonomy_version: str
    level: int
    name: str
    parent: str


def load_taxonomies(folder: Path, shipped: Path) -> list[Category]:
    """The categories of a home, or the shipped ones where the home is older than they are.

    Raises:
        RulebookError: the file has other columns, or a row cannot be a node of its tree.
    """
    path = folder / TAXONOMIES_FILE
    path = path if path.exists() else shipped / TAXONOMIES_FILE
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream)
            if reader.fieldnames != _COLUMNS:
                raise RulebookError(
                    f"{path} has the columns {', '.join(reader.fieldnames or ['none'])}; "
                    f"it needs {', '.join(_COLUMNS)}, in this order."
                )
            rows = [(reader.line_num, _category(path, reader.line_num, row)) for row in reader]
    except (UnicodeDecodeError, csv.Error) as error:
        raise RulebookError(f"{path} is no CSV in UTF-8: {error}; save it as one.") from error
    _refuse_broken_trees(path, rows)
    return sorted(category for _, category in rows)


def _category(path: Path, line: int, row: dict[str, Any]) -> Category:
    cells = {name: (row[name] or "").strip() for name in _COLUMNS}
    place = f"{path}, line {line}"
    if None in row:
        raise RulebookError(f"{place} has more cells than columns; put commas in quotes.")
    if cells["taxonomy"] not in TAXONOMIES:
        raise RulebookError(
            f"{place}: '{cells['taxonomy']}' is no taxonomy; use {', '.join(TAXONOMIES)}."
        )
    if cells["level"] not in _LEVELS:
        raise RulebookError(f"{place}: level '{cells['level']}' is not 1, 2, 3 or 4.")
    if not cells["name"] or not cells["taxonomy_version"]:
        raise RulebookError(f"{place} has no name or no taxonomy_version; fill in both.")
    if (cells["level"] == "1") == bool(cells["parent"]):
        raise RulebookError(
            f"{place}: a category of level 1 has no parent, any other has one; correct it."
        )
    return Category(
        cells["taxonomy"],
        cells["taxonomy_version"],
        int(cells["level"]),
        cells["name"],
        cells["parent"],
    )


def _refuse_broken_trees(path: Path, rows: list[tuple[int, Category]]) -> None:
    nodes = {(one.taxonomy, one.taxonomy_version, one.level, one.name) for _, one in rows}
    seen: set[Category] = set()
    for line, one in rows:
        if one in seen:
            raise RulebookError(f"{path}, line {line}: '{one.name}' stands here a second time.")
        seen.add(one)
        above = (one.taxonomy, one.taxonomy_version, one.level - 1, one.parent)
        if one.parent and above not in nodes:
            raise RulebookError(
                f"{path}, line {line}: its parent '{one.parent}' is no category of level "
                f"{one.level - 1} of {one.taxonomy} {one.taxonomy_version}; add it."
            )


def category_rows(categories: list[Category]) -> list[dict[str, Any]]:
    """Rows of the hand-over `rulebook_categories`."""
    return [asdict(one) for one in categories]
