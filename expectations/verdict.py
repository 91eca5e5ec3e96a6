"""From counts to decisions: which file is loaded, and when the whole run stops. Pure."""

from __future__ import annotations

from typing import Literal

Decision = Literal["loaded", "held"]


def judge(rows: int, rejected: int, max_share: float, min_rows: int) -> Decision:
    """Load a file without its rejected rows, or hold it whole.

    Args:
        rows: staged rows of the file.
        rejected: how many of them fail at least one critical expectation.
        max_share: the largest share of rejected rows, 0 to 1, with which a file is loaded.
        min_rows: below this many rows a share is no evidence, and the file is loaded.

    A file without one good row is held whatever its size: loaded, it would say that nothing
    was sold on the days that it covers.
    """
    if rejected == 0:
        return "loaded"
    if rejected == rows:
        return "held"
    return "held" if rows >= min_rows and rejected / rows > max_share else "loaded"


def exceeds_run_share(rows: int, rejected: int, max_share: float) -> bool:
    """Whether so many rows of all merchants fail together that the fault is not theirs."""
    return rows > 0 and rejected / rows > max_share
