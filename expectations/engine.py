"""The only place that asks Great Expectations: expectations in, outcomes out.

Its import costs seconds, so it happens inside the functions that need it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from expectations.suite import Expectation, SuiteError

if TYPE_CHECKING:
    import duckdb
    from great_expectations.datasource.fluent.sql_datasource import SQLDatasource

# As DuckDB names its errors. These speak of the query; others quote the cell that they fail on.
_ERROR = re.compile(r"\b[A-Z]\w+(?: [A-Z]\w+)* Error\b")
_OF_THE_QUERY = ("Binder Error", "Catalog Error", "Parser Error")


class _Dialect(StrEnum):
    """A dialect as Great Expectations spells them: a name with a `.value`."""

    DUCKDB = "duckdb"


@dataclass(frozen=True)
class Outcome:
    """What Great Expectations says of one expectation.

    `unexpected_count` is None for a table expectation. `failing_query` gives every failing row
    with at least the key columns. `fault` tells why there is no answer, or None. `answer` is what
    it said itself, for its Data Docs; it may quote cells.
    """

    passed: bool
    unexpected_count: int | None = None
    failing_query: str | None = None
    detail: str | None = None
    fault: str | None = None
    answer: Any = None


def allow_duckdb() -> None:
    """Let Great Expectations read results from DuckDB.

    It closes the connection before it fetches the rows, unless it takes the dialect for one
    that must be kept open; DuckDB needs that and is not in its private list, so every
    expectation would end in an IndexError.
    """
    from great_expectations.execution_engine import sqlalchemy_execution_engine as engine

    kept_open: tuple[Any, ...] = engine._PERSISTED_CONNECTION_DIALECTS  # pyright: ignore[reportPrivateUsage]
    if _Dialect.DUCKDB not in kept_open:
        engine._PERSISTED_CONNECTION_DIALECTS = (  # pyright: ignore[reportAttributeAccessIssue,reportPrivateUsage]
            *kept_open,
            _Dialect.DUCKDB,
        )


def validate(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    expectations: Sequence[Expectation],
    keys: Sequence[str],
) -> dict[str, Outcome]:
    """Ask every expectation of all rows of a table or view, and if one raises each alone.

    Once a query has failed, DuckDB answers no other of its transaction.

    Args:
        connection: an open DuckDB; it stays open and is not used itself.
        table: the name of the table or view in it.
        expectations: what is asked.
        keys: the columns by which a failing row is named.

    Returns:
        The outcome of each expectation by its name.

    Raises:
        SuiteError: an expectation is not one that Great Expectations knows.
    """
    outcomes = _validated(connection, table, expectations, keys)
    if any(outcome.fault for outcome in outcomes.values()) and len(expectations) > 1:
        for one in expectations:
            outcomes |= _validated(connection, table, [one], keys)
    return outcomes


def _validated(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    expectations: Sequence[Expectation],
    keys: Sequence[str],
) -> dict[str, Outcome]:
    import duckdb_engine
    import great_expectations as gx
    from great_expectations.data_context.types.base import (
        DataContextConfig,
        InMemoryStoreBackendDefaults,
        ProgressBarsConfig,
    )

    allow_duckdb()
    context = gx.get_context(
        mode="ephemeral",
        project_config=DataContextConfig(
            store_backend_defaults=InMemoryStoreBackendDefaults(),
            analytics_enabled=False,
            progress_bars=ProgressBarsConfig(globally=False),
        ),
    )
    # Through `creator` it works on our database, with our limits; without temporary tables it
    # scans the few columns that it needs instead of copying all of them.
    source = context.data_sources.add_sql(
        "duckdb",
        connection_string="duckdb:///:memory:",
        create_temp_table=False,
        # Left out of the method's stub, but a field of the data source.
        kwargs={"creator": lambda: duckdb_engine.ConnectionWrapper(connection.cursor())},  # pyright: ignore[reportCallIssue]
    )
    try:
        rows = source.add_table_asset(table, table_name=table)
        suite = gx.ExpectationSuite(name=table, expectations=[_build(one) for one in expectations])
        validation = gx.ValidationDefinition(
            name=table,
            data=rows.add_batch_definition_whole_table(table),
            suite=context.suites.add(suite),
        )
        answer: Any = context.validation_definitions.add(validation).run(
            result_format={
                "result_format": "COMPLETE",
                "unexpected_index_column_names": list(keys),
                # Cell values are not wanted, and failing rows are asked for in full by query.
                "partial_unexpected_count": 0,
                "include_unexpected_rows": False,
            }
        )
    finally:
        _let_go(source)
    answers = {one.expectation_config.meta["name"]: one for one in answer.results}
    return {
        one.name: replace(_outcome(one, answer, table), answer=answer)
        for one in expectations
        for answer in [answers.get(one.name)]
    }


def _let_go(source: SQLDatasource) -> None:
    """Close its connections; left to the garbage collector they end in logged errors."""
    engine = source.get_execution_engine()
    with engine.get_connection() as kept_open:
        kept_open.close()
    engine.close()
    source.get_engine().dispose()


def _build(expectation: Expectation) -> Any:
    from great_expectations.exceptions.exceptions import GreatExpectationsError
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

    try:
        return ExpectationConfiguration(
            type=expectation.type,
            kwargs=dict(expectation.kwargs),
            meta={"name": expectation.name},
            description=expectation.description,
        ).to_domain_obj()
    except (GreatExpectationsError, ValueError, TypeError) as error:
        raise SuiteError(
            f"The expectation '{expectation.name}' cannot be built as {expectation.type}: "
            f"{_first_line(error)}; mend its type or kwargs in the suite file."
        ) from error


def _outcome(expectation: Expectation, result: Any, table: str) -> Outcome:
    if result is None:
        return Outcome(passed=False, fault="it gave no result")
    if fault := _exception_text(result.exception_info or {}):
        return Outcome(passed=False, fault=fault)
    found: dict[str, Any] = dict(result.result)
    passed = bool(result.success)
    if expectation.kind == "table":
        missing = found.get("details", {}).get("mismatched", {}).get("missing")
        return Outcome(passed, detail=f"missing: {', '.join(missing)}" if missing else None)
    if expectation.type == "unexpected_rows_expectation":
        count = found.get("observed_value")
        query = str(expectation.kwargs["unexpected_rows_query"]).format(batch=table)
    else:
        query = found.get("unexpected_index_query")
        # The sum over no rows is null, not zero.
        count = 0 if found.get("element_count") == 0 else found.get("unexpected_count")
    if count is None or query is None:
        return Outcome(passed=False, fault="it did not count its failing rows")
    return Outcome(passed, int(count), str(query).rstrip("; \n"))


def _exception_text(info: dict[str, Any]) -> str | None:
    """The message of the first exception; the report is flat, or one per metric."""
    reports = [info] if "raised_exception" in info else list(info.values())
    raised = (report for report in reports if report.get("raised_exception"))
    first = next(raised, None)
    return None if first is None else words_of(first.get("exception_message") or "it raised")


def words_of(error: object) -> str:
    """What an error says, in a line that can be told: no cell is quoted."""
    line = _first_line(error)
    name = _ERROR.search(line)
    return line if name is None or name.group() in _OF_THE_QUERY else name.group()


def _first_line(error: object) -> str:
    return str(error).strip().partition("\n")[0].rstrip(".")
