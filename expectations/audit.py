"""Ask the suite of a mart of all its rows, before anybody reads them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from expectations.engine import Outcome, validate, words_of
from expectations.found import count_rows, named_rows, result_of
from expectations.mart_suite import MartSuite
from expectations.result import ExpectationResult, MartResult
from expectations.suite import Expectation

if TYPE_CHECKING:
    import duckdb

# No rule reads a clock: who asks says which day it is.
TODAY = "{today}"


def audit_mart(connection: duckdb.DuckDBPyConnection, suite: MartSuite, today: date) -> MartResult:
    """Ask a mart's suite of all its rows.

    Args:
        connection: a DuckDB that shows the mart under its name; nothing is written to it.
        suite: what is expected.
        today: the business day beyond which no row may speak; stands for `{today}` in a query.

    Raises:
        SuiteError: an expectation cannot be built.
    """
    import duckdb

    asked = [_on(expectation, today) for expectation in suite.expectations]
    try:
        rows = count_rows(connection, f"from {suite.mart}")
    except duckdb.Error as error:
        fault = Outcome(passed=False, fault=f"the mart cannot be read: {words_of(error)}")
        unread = [result_of(one, fault, 0, (), fault.fault) for one in asked]
        return MartResult(suite.mart, 0, tuple(unread), {one.name: fault for one in asked})
    outcomes = validate(connection, suite.mart, asked, suite.keys)
    found = [_result(connection, suite, one, outcomes[one.name], rows) for one in asked]
    return MartResult(suite.mart, rows, tuple(found), outcomes)


def _on(expectation: Expectation, today: date) -> Expectation:
    query = expectation.kwargs.get("unexpected_rows_query")
    if query is None or TODAY not in query:
        return expectation
    dated = query.replace(TODAY, f"date '{today}'")
    return expectation.model_copy(
        update={"kwargs": {**expectation.kwargs, "unexpected_rows_query": dated}}
    )


def _result(
    connection: duckdb.DuckDBPyConnection,
    suite: MartSuite,
    expectation: Expectation,
    outcome: Outcome,
    rows: int,
) -> ExpectationResult:
    import duckdb

    samples: tuple[dict[str, str | int], ...] = ()
    fault = outcome.fault
    if fault is None and outcome.unexpected_count and outcome.failing_query:
        try:
            samples = named_rows(connection, outcome.failing_query, suite.keys, suite.hashed)
        except duckdb.Error as error:
            fault = f"its failing rows cannot be named: {words_of(error)}"
    return result_of(expectation, outcome, rows, samples, fault)
