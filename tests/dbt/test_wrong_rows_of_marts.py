"""Each expectation of a mart finds the rows that are made to fail it, and no other one does."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date

import duckdb
import pytest
from mart_rows import RIGHT, WRONG

from expectations.audit import audit_mart
from expectations.mart_suite import load_mart_suite, mart_names
from expectations.result import ExpectationResult
from orchestration.home import Home

pytestmark = pytest.mark.slow

TODAY = date(2024, 6, 17)
# More than are named, so that the count is no count of the names.
MOST = 7


@pytest.fixture(scope="module")
def marts(tiny: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    """A copy of the marts as built, with a right row in those that the tiny world leaves empty."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{tiny.marts_db}' as built (read_only)")
        for mart in mart_names():
            connection.execute(f"create table right_{mart} as from built.marts.{mart}")
            for row in RIGHT.get(mart, []):
                connection.execute(
                    f"insert into right_{mart} ({', '.join(row)}) "
                    f"values ({', '.join('?' * len(row))})",
                    list(row.values()),
                )
        # The tiny world names no file.
        connection.execute("update right_fct_files set file_name = file_sha256 || '.xlsx'")
        yield connection


def _ask(marts: duckdb.DuckDBPyConnection, mart: str) -> dict[str, ExpectationResult]:
    found = audit_mart(marts, load_mart_suite(mart), TODAY)
    return {one.name: one for one in found.expectations}


def _copy(marts: duckdb.DuckDBPyConnection, mart: str) -> int:
    marts.execute(f"create or replace table {mart} as from right_{mart}")
    return marts.execute(f"select count(*) from {mart}").fetchall()[0][0]


def test_each_expectation_has_its_wrong_row() -> None:
    asked = [
        (mart, one.name) for mart in mart_names() for one in load_mart_suite(mart).expectations
    ]
    assert sorted((mart, name) for mart, name, _, _ in WRONG) == sorted(asked)


@pytest.mark.parametrize("mart", mart_names())
def test_right_rows_pass(marts: duckdb.DuckDBPyConnection, mart: str) -> None:
    rows = _copy(marts, mart)
    assert rows > 0
    results = _ask(marts, mart)
    assert {name: one.fault or one.samples for name, one in results.items() if not one.passed} == {}
    assert {(one.evaluated_count, one.unexpected_count) for one in results.values()} == {(rows, 0)}


@pytest.mark.parametrize(
    ("mart", "name", "change", "which"), WRONG, ids=[f"{one[0]}-{one[1]}" for one in WRONG]
)
def test_wrong_rows_fail_it_alone(
    marts: duckdb.DuckDBPyConnection, mart: str, name: str, change: str, which: str
) -> None:
    rows = _copy(marts, mart)
    suite = load_mart_suite(mart)
    keys = ", ".join(suite.keys)
    chosen = [
        number
        for (number,) in marts.execute(
            f"select rowid from {mart} where {which} order by {keys} limit {MOST}"
        ).fetchall()
    ]
    assert chosen
    marts.execute(f"update {mart} set {change} where rowid in {(*chosen, -1)}")
    planted = marts.execute(
        f"select {keys} from {mart} where rowid in {(*chosen, -1)} order by all"
    ).fetchall()

    results = _ask(marts, mart)

    assert [one.name for one in results.values() if not one.passed] == [name]
    found = results[name]
    assert (found.fault, found.evaluated_count, found.unexpected_count) == (None, rows, len(chosen))
    assert found.share == len(chosen) / rows
    told = [
        tuple(
            hashlib.sha256(value.encode()).hexdigest()[:12] if key in suite.hashed else str(value)
            for key, value in zip(suite.keys, row, strict=True)
        )
        for row in planted
    ]
    samples = [tuple(map(str, key.values())) for key in found.samples]
    assert samples == (sorted(told) if suite.hashed else told)[:5]


def test_an_expectation_that_raises_says_so_and_leaves_the_others(
    marts: duckdb.DuckDBPyConnection,
) -> None:
    _copy(marts, "fct_refunds")
    marts.execute("alter table fct_refunds drop column refund_date")
    results = _ask(marts, "fct_refunds")
    raised = {name for name, one in results.items() if one.fault}
    assert raised == {
        "derived_refunds_have_no_after_sale",
        "refunds_come_after_payment",
        "days_are_plausible",
    }
    assert not any(results[name].passed for name in raised)
    assert results["amounts_are_not_negative"].passed


def test_a_mart_that_is_not_there_passes_nothing(marts: duckdb.DuckDBPyConnection) -> None:
    marts.execute("drop table if exists fct_orders")
    results = _ask(marts, "fct_orders")
    assert all("cannot be read" in (one.fault or "") for one in results.values())
    assert not any(one.passed for one in results.values())
