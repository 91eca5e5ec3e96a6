"""How an expectation of a suite reads as a check in the UI."""

from pathlib import Path
from typing import Any

import dagster as dg

from expectations.suite import Expectation


def words(item: Expectation, means: str) -> str:
    """What is expected, what a failure means, what mends it, and who answers for it."""
    return f"{item.description} {means}. What mends it: {item.suggested_fix} Owner: {item.owner}."


def counts(
    name: str, result: dict[str, Any] | None, keys: str, docs: Path | None, *, is_fresh: bool
) -> dict[str, Any]:
    """What was counted, as metadata of the check, with its place in the Data Docs.

    Args:
        name: of the expectation.
        result: of it, as JSON; None if it never had rows.
        keys: the first failing rows in words, empty without any.
        docs: the page of its suite, if there is one.
        is_fresh: whether the rows are those of this run.
    """
    metadata: dict[str, Any] = {"rows_are_of_this_run": is_fresh}
    if result is not None:
        metadata |= {
            "rows_checked": result["evaluated_count"],
            "rows_failing": result["unexpected_count"],
            "share_failing": round(result["share"] or 0.0, 6),
            "sample_keys": keys or "none",
        }
    if docs is not None:
        metadata["data_docs"] = dg.MetadataValue.path(f"{docs}#{name}")
    return metadata
