"""Categories of conditions: names of the tree that they say they are of. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from difflib import get_close_matches

from orchestration.incentives.programmes.checks.finding import Finding, warning
from orchestration.incentives.programmes.checks.metrics import placed_conditions
from orchestration.incentives.programmes.load import Programmes
from orchestration.incentives.taxonomies import TAXONOMIES_FILE, Category


def category_findings(
    programmes: Programmes, categories: Collection[Category]
) -> Iterator[Finding]:
    """Categories that their tree does not have, or whose tree is not loaded."""
    trees: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for one in categories:
        trees[one.taxonomy, one.taxonomy_version].add(one.name)
    for record in programmes.records:
        for place, condition in placed_conditions(record.version):
            if condition.taxonomy is None or condition.taxonomy_version is None:
                continue
            where = record.where(*place, condition.written)
            tree = f"{condition.taxonomy} {condition.taxonomy_version}"
            known = trees.get((condition.taxonomy, condition.taxonomy_version))
            if known is None:
                yield warning(
                    "categories",
                    where,
                    f"{condition.id}: {TAXONOMIES_FILE} has no {tree}, so its names cannot be "
                    "checked; add the tree if you have it",
                )
                continue
            for name in condition.categories:
                if name not in known:
                    close = get_close_matches(name, known, n=1, cutoff=0.5)
                    meant = f" ('{close[0]}' perhaps)" if close else ""
                    yield Finding(
                        "categories",
                        where,
                        f"{condition.id}: {tree} has no category '{name}'{meant}; mend it, or add "
                        f"it to {TAXONOMIES_FILE}",
                    )
