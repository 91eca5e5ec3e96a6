"""What a suite found: plain values that can be stored as JSON. No cell values in here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from expectations.engine import Outcome


@dataclass(frozen=True)
class ExpectationResult:
    """How one expectation came out.

    `evaluated_count`: rows looked at. `unexpected_count`: rows that fail, None where rows are not
    counted (a table expectation) or could not be (see `fault`). `share`: the one over the
    other, 0 to 1, None without rows. `passed` allows for `mostly`, `unexpected_count` does not.
    `samples`: the first few failing rows: of a source as merchant_id, file_sha256 and row_number,
    of a mart by the columns of its grain.
    `fault`: why there is no answer and the source or the mart must stop, or None.
    """

    name: str
    description: str
    severity: str
    kind: str
    owner: str
    suggested_fix: str
    passed: bool
    evaluated_count: int
    unexpected_count: int | None
    share: float | None
    samples: tuple[dict[str, str | int], ...]
    fault: str | None

    def as_json(self) -> dict[str, Any]:
        """The same as JSON types."""
        return {**asdict(self), "samples": list(self.samples)}


@dataclass(frozen=True)
class SuiteResult:
    """How the newly staged rows of one source came out.

    `failing_rows`: a Parquet with one row per rejected row and rule: merchant_id, _file_sha256,
    _row_number, rule, reason; sorted by all of them, complete. `outcomes`: what each expectation
    came to by its name, for its Data Docs.
    """

    source: str
    row_count: int
    expectations: tuple[ExpectationResult, ...]
    failing_rows: Path
    outcomes: Mapping[str, Outcome]

    @property
    def structural_faults(self) -> tuple[str, ...]:
        """A sentence per expectation that raised, or per critical table one that failed."""
        return tuple(f"{one.name}: {one.fault}" for one in self.expectations if one.fault)

    def as_json(self) -> dict[str, Any]:
        """The figures as JSON types; the path of the failing rows and the outcomes are none."""
        return {
            "source": self.source,
            "row_count": self.row_count,
            "expectations": [one.as_json() for one in self.expectations],
            "structural_faults": list(self.structural_faults),
        }


@dataclass(frozen=True)
class MartResult:
    """How all rows of one mart came out; `outcomes` as in SuiteResult."""

    mart: str
    row_count: int
    expectations: tuple[ExpectationResult, ...]
    outcomes: Mapping[str, Outcome]

    def as_json(self) -> dict[str, Any]:
        """The figures as JSON types; the outcomes are none."""
        return {
            "mart": self.mart,
            "row_count": self.row_count,
            "expectations": [one.as_json() for one in self.expectations],
        }
