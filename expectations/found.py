"""From an outcome to a result: failing rows counted and named, in the way of gate and audit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from expectations.engine import Outcome
from expectations.result import ExpectationResult
from expectations.suite import Expectation

if TYPE_CHECKING:
    import duckdb

# Enough to find the rows and see what is wrong; quarantine and the marts have them all.
SAMPLE_SIZE = 5
# As of a file's hash: enough to tell two apart.
_DIGITS = 12


def count_rows(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    """How many rows a query has."""
    row = connection.execute(f"select count(*) from ({query})").fetchone()
    return int(row[0]) if row else 0


def named_rows(
    connection: duckdb.DuckDBPyConnection,
    query: str,
    keys: Sequence[str],
    hashed: Sequence[str] = (),
) -> tuple[dict[str, str | int], ...]:
    """The keys of the first few rows of a query, in their order; dates and times as text.

    Of those that are `hashed` the first digits of the SHA-256 stand for the value.
    """
    shown = [f"left(sha256({key}), {_DIGITS}) as {key}" if key in hashed else key for key in keys]
    found = connection.execute(
        f"select distinct {', '.join(shown)} from ({query}) order by all limit {SAMPLE_SIZE}"
    )
    names = [key.lstrip("_") for key in keys]
    return tuple(
        {name: _plain(value) for name, value in zip(names, row, strict=True)}
        for row in found.fetchall()
    )


def _plain(value: object) -> str | int:
    return value if isinstance(value, str | int) else str(value)


def result_of(
    expectation: Expectation,
    outcome: Outcome,
    rows: int,
    samples: tuple[dict[str, str | int], ...],
    fault: str | None,
) -> ExpectationResult:
    """What is kept of an expectation of so many rows; with a fault it has not passed."""
    count = outcome.unexpected_count if outcome.fault is None else None
    return ExpectationResult(
        name=expectation.name,
        description=expectation.description,
        severity=expectation.severity,
        kind=expectation.kind,
        owner=expectation.owner,
        suggested_fix=expectation.suggested_fix,
        passed=outcome.passed and fault is None,
        evaluated_count=rows,
        unexpected_count=count,
        share=count / rows if count is not None and rows else None,
        samples=samples,
        fault=fault,
    )
