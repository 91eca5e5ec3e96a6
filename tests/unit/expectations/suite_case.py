"""What a test of a suite knows of its source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

Changes = dict[str, Any]

SUNDAY, MONDAY = date(2024, 6, 30), date(2024, 7, 1)


def utc(text: str) -> datetime:
    """A time as it is staged: UTC without a zone."""
    return datetime.fromisoformat(text)


# Monday 09:30 in Shanghai.
EXPORTED = utc("2024-07-01 01:30")


@dataclass(frozen=True)
class Case:
    """What a test knows of one source.

    `valid`: a row with every figure that the suite compares. `own`: the column that tells rows
    apart. `needed`: columns that may not be empty; all others may. `edges`: changes that still
    pass. `broken`: a rule and the changes that only it rejects. `told`: a warning and the rows
    that only it tells.
    """

    valid: Changes
    own: str
    needed: Sequence[str]
    edges: Sequence[Changes] = ()
    broken: Sequence[tuple[str, Changes]] = ()
    told: dict[str, Sequence[Changes]] = field(default_factory=dict)
