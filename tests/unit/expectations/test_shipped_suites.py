"""Every shipped suite on staged rows of its own source: what passes, what each rule rejects."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from staged_rows import BOOK, CASES, rows_of, stage_rows, unreadable_rows
from suite_case import Changes

from expectations.result import SuiteResult
from expectations.run import run_suite
from expectations.suite import load_suite, suite_names
from orchestration.rows import staged_schema

pytestmark = pytest.mark.slow

# The rule of a figure below zero that has none of its own.
COMMON_RULES = {
    "integer": "figure_negative",
    "money": "figure_negative",
    "decimal": "figure_negative",
    "rate": "rate_out_of_range",
}


def run(source: str, changes: list[Changes], folder: Path) -> SuiteResult:
    path = stage_rows(folder / "staged", source, rows_of(source, changes))
    return run_suite(load_suite(source), [path], folder / "work", "256MB", 2)


def failing(result: SuiteResult) -> list[tuple[int, str]]:
    rows = pq.read_table(result.failing_rows).to_pylist()
    return [(row["_row_number"], row["rule"]) for row in rows]


def negatives(source: str) -> list[tuple[str, Changes]]:
    """A row with each figure below zero, and the rule that names it best."""
    rules = {one.rule for one in load_suite(source).expectations}
    found: list[tuple[str, Changes]] = []
    for name, column in BOOK.get(source).columns.items():
        if column.type not in COMMON_RULES:
            continue
        below = -1 if column.type == "integer" else Decimal("-0.01")
        named = f"{name.removesuffix('_min')}_negative"
        found.append((named if named in rules else COMMON_RULES[column.type], {name: below}))
    return found


def test_every_source_with_a_layout_has_a_suite() -> None:
    assert set(suite_names()) == set(BOOK.sources)
    assert set(CASES) | {"qianfan__orders"} == set(BOOK.sources)


@pytest.mark.parametrize("source", BOOK.sources)
def test_the_columns_that_are_staged_are_those_that_are_expected(source: str) -> None:
    tables = [one for one in load_suite(source).expectations if one.kind == "table"]
    expected = [name for one in tables for name in one.kwargs["column_set"]]
    assert len(expected) == len(set(expected))
    assert set(expected) == set(staged_schema(BOOK.get(source).arrow_columns).names)
    assert {one.severity for one in tables} == {"critical"}


@pytest.mark.parametrize("source", CASES)
def test_each_rule_rejects_its_row_and_no_other(source: str, tmp_path: Path) -> None:
    case = CASES[source]
    bare = {name: None for name in case.valid if name not in case.needed and name != case.own}
    passing: list[Changes] = [{}, bare, *case.edges]
    broken = [*case.broken, *negatives(source), *unreadable_rows(source)]
    result = run(source, [*passing, *(changes for _, changes in broken)], tmp_path)
    assert result.structural_faults == ()
    first = 2 + len(passing)
    assert failing(result) == [(first + n, rule) for n, (rule, _) in enumerate(broken)]
    critical = {one.rule for one in load_suite(source).expectations if one.rejects_rows}
    assert {rule for rule, _ in broken} == critical - {None} | {"cell_unreadable"}


@pytest.mark.parametrize("source", CASES)
def test_valid_rows_are_told_of_by_no_expectation(source: str, tmp_path: Path) -> None:
    result = run(source, [{}, *CASES[source].edges], tmp_path)
    assert [one.name for one in result.expectations if not one.passed] == []


@pytest.mark.parametrize("source", CASES)
def test_each_warning_tells_its_rows_and_rejects_none(source: str, tmp_path: Path) -> None:
    told = CASES[source].told
    changes: list[Changes] = [{}]
    expected: dict[str, list[int]] = {}
    for name, rows in told.items():
        expected[name] = [2 + len(changes) + n for n in range(len(rows))]
        changes.extend(rows)
    result = run(source, changes, tmp_path)
    assert failing(result) == []
    found = {
        one.name: [sample["row_number"] for sample in one.samples]
        for one in result.expectations
        if one.unexpected_count
    }
    assert found == expected
    warnings = {one.name for one in load_suite(source).expectations if one.severity == "warning"}
    assert set(told) == warnings


@pytest.mark.parametrize("source", BOOK.sources)
def test_each_expectation_says_who_mends_what_and_how(source: str) -> None:
    for one in load_suite(source).expectations:
        texts = [one.description, one.suggested_fix, *([one.reason] if one.reason else [])]
        assert all(text.endswith(".") and len(text.split()) > 3 for text in texts), one.name
