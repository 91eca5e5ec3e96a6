"""Run a suite over staged Parquet files, and list every failing row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from expectations.engine import Outcome, validate, words_of
from expectations.found import count_rows, named_rows, result_of
from expectations.result import ExpectationResult, SuiteResult
from expectations.suite import GateExpectation, Suite, SuiteError
from orchestration.rows import STAGED_MARKS

if TYPE_CHECKING:
    import duckdb

__all__ = ["ExpectationResult", "SuiteResult", "run_suite"]

KEYS = ("merchant_id", "_file_sha256", "_row_number")
_VIEW = "staged"
_MARKS = {name for name, _ in STAGED_MARKS}
_SKIP = "_skip"


def run_suite(
    suite: Suite, parquet_files: Sequence[Path], workdir: Path, memory_limit: str, threads: int
) -> SuiteResult:
    """Ask a source's suite of all its newly staged rows at once.

    Args:
        suite: what is expected.
        parquet_files: staged files of the source, at least one; their keys
            (merchant_id, _file_sha256, _row_number) are unique over all of them.
        workdir: an own folder of this run; the failing rows are written to it,
            and what does not fit into memory spills to it.
        memory_limit: bound for DuckDB, such as `1GB`.
        threads: threads for DuckDB.

    Raises:
        SuiteError: there is no file, one cannot be read, or an expectation cannot be built.
    """
    workdir.mkdir(parents=True, exist_ok=True)
    with _staged(parquet_files, workdir, memory_limit, threads) as connection:
        rows = count_rows(connection, f"select 1 from {_VIEW}")
        outcomes = validate(connection, _VIEW, suite.expectations, KEYS)
        connection.execute(
            "create temp table failing (merchant_id varchar, _file_sha256 varchar, "
            "_row_number bigint, rule varchar, reason varchar)"
        )
        results = tuple(
            _result(connection, expectation, outcomes[expectation.name], rows)
            for expectation in suite.expectations
        )
        failing_rows = workdir / "failing_rows.parquet"
        connection.execute(
            "copy (select * from failing order by all) to $1 (format parquet)",
            [str(failing_rows)],
        )
    return SuiteResult(suite.source, rows, results, failing_rows, outcomes)


@contextmanager
def _staged(
    files: Sequence[Path], workdir: Path, memory_limit: str, threads: int
) -> Iterator[duckdb.DuckDBPyConnection]:
    """An in-memory DuckDB with one view over all files; the rows stay in them."""
    import duckdb

    common = _common_columns(files)
    columns = ", ".join(_identifier(name) for name in common if name not in _MARKS)
    # Skipped rows are there for the account only.
    going_on = f"where {_SKIP} is null" if _SKIP in common else ""
    paths = ", ".join(_literal(str(path)) for path in files)
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": memory_limit,
        "threads": threads,
        "temp_directory": str(workdir / "spill"),
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    with duckdb.connect(config=config) as connection:
        connection.execute(
            f"create view {_VIEW} as "
            f"select {columns} from read_parquet([{paths}], union_by_name = true) {going_on}"
        )
        yield connection


def _common_columns(files: Sequence[Path]) -> list[str]:
    """Names of the columns that every file has with the same type, in the first file's order.

    A column that one file lacks would come as nulls for its rows, and nobody would see it.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    if not files:
        raise SuiteError("There is no staged file to check; read some files first.")
    schemas = []
    for path in files:
        try:
            schemas.append(pq.read_schema(path))
        except (OSError, pa.ArrowInvalid) as error:
            raise SuiteError(f"{path} cannot be read as Parquet; delete it and read again.") from (
                error
            )
    first, *others = ({(field.name, str(field.type)) for field in schema} for schema in schemas)
    common = {name for name, _ in first.intersection(*others)}
    if not common.issuperset(KEYS):
        lacking = ", ".join(key for key in KEYS if key not in common)
        raise SuiteError(f"Staged files lack {lacking}; delete them and read the exports again.")
    return [name for name in schemas[0].names if name in common]


def _result(
    connection: duckdb.DuckDBPyConnection, expectation: GateExpectation, outcome: Outcome, rows: int
) -> ExpectationResult:
    samples: tuple[dict[str, str | int], ...] = ()
    fault = outcome.fault
    if fault is None and outcome.unexpected_count and outcome.failing_query:
        fault = _collect(connection, expectation, outcome)
        samples = () if fault else named_rows(connection, outcome.failing_query, KEYS)
    if fault is None and expectation.kind == "table" and expectation.severity == "critical":
        fault = None if outcome.passed else outcome.detail or "the table as a whole fails"
    return result_of(expectation, outcome, rows, samples, fault)


def _collect(
    connection: duckdb.DuckDBPyConnection, expectation: GateExpectation, outcome: Outcome
) -> str | None:
    """Add the failing rows to `failing` where they are rejected; gives what is wrong, or None.

    The count and the list come from two queries that Great Expectations words on its own;
    where they disagree, no row may be let through.
    """
    import duckdb

    query = outcome.failing_query
    try:
        found = count_rows(connection, f"select distinct {', '.join(KEYS)} from ({query})")
        if found != outcome.unexpected_count:
            return f"it counts {outcome.unexpected_count} failing rows but lists {found}"
        if expectation.rejects_rows:
            rule = _value(expectation.rule, expectation.rule_column)
            reason = _value(expectation.reason, expectation.reason_column)
            connection.execute(
                f"insert into failing select {', '.join(KEYS)}, {rule}, {reason} "
                f"from (select distinct {', '.join(KEYS)} from ({query})) as failed "
                f"join {_VIEW} using ({', '.join(KEYS)})"
            )
    except duckdb.Error as error:
        return f"its failing rows cannot be listed: {words_of(error)}"
    return None


def _value(text: str | None, column: str | None) -> str:
    return _literal(text) if text is not None else _identifier(column or "")


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
