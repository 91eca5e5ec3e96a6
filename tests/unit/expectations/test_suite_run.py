"""The suite over staged files, through Great Expectations on DuckDB."""

from __future__ import annotations

import gc
import json
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from staged_orders import EXPORTED, line, stage, utc

from expectations import engine
from expectations.found import SAMPLE_SIZE
from expectations.result import ExpectationResult, SuiteResult
from expectations.run import run_suite
from expectations.suite import GateExpectation, Suite, SuiteError, load_suite, suite_names


def run(suite: Suite, files: Sequence[Path], tmp_path: Path) -> SuiteResult:
    return run_suite(suite, files, tmp_path / "work", "256MB", 2)


def orders(files: Sequence[Path], tmp_path: Path) -> SuiteResult:
    return run(load_suite("qianfan__orders"), files, tmp_path)


def failing(result: SuiteResult) -> list[tuple[int, str]]:
    rows = pq.read_table(result.failing_rows).to_pylist()
    return [(row["_row_number"], row["rule"]) for row in rows]


def named(result: SuiteResult, name: str) -> ExpectationResult:
    return next(one for one in result.expectations if one.name == name)


def expectation(**changes: Any) -> GateExpectation:
    content = {
        "name": "it",
        "type": "expect_column_values_to_not_be_null",
        "kwargs": {"column": "order_id"},
        "severity": "warning",
        "kind": "row",
        "description": "It.",
        "owner": "data team",
        "suggested_fix": "Mend it.",
    }
    return GateExpectation.model_validate({**content, **changes})


def alone(**changes: Any) -> Suite:
    return Suite(source="qianfan__orders", expectations=(expectation(**changes),))


def test_valid_lines_pass(tmp_path: Path) -> None:
    free = line(4, paid_amount=Decimal("0.00"), customer_key=None)
    unpaid = line(5, paid_at=None, paid_amount=None)
    within_the_minute = line(6, paid_at=EXPORTED + timedelta(seconds=59))
    file = stage(tmp_path, "m001", [line(2), line(3), free, unpaid, within_the_minute])
    result = orders([file], tmp_path)
    assert result.row_count == 5
    assert result.structural_faults == ()
    assert failing(result) == []
    assert all(one.passed for one in result.expectations)
    assert named(result, "buyers_are_known").share == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("changes", "rules"),
    [
        ({"quantity": 0}, ["quantity_below_one"]),
        ({"quantity": None}, ["quantity_missing"]),
        ({"order_id": None}, ["order_id_missing"]),
        ({"paid_amount": Decimal("-0.01")}, ["paid_amount_negative"]),
        ({"paid_amount": None}, ["paid_amount_missing"]),
        ({"paid_at": EXPORTED + timedelta(minutes=1)}, ["paid_after_export"]),
        (
            {"quantity": -1, "paid_amount": Decimal("-5.00")},
            ["paid_amount_negative", "quantity_below_one"],
        ),
        (
            {"paid_amount": None, "_parse_rule": "paid_amount_unreadable", "_parse_reason": "No."},
            ["paid_amount_unreadable"],
        ),
        (
            {"order_id": None, "_parse_rule": "order_id_missing", "_parse_reason": "Empty."},
            ["order_id_missing"],
        ),
    ],
)
def test_a_broken_line_fails_by_its_rules_once_each(
    tmp_path: Path, changes: dict[str, Any], rules: list[str]
) -> None:
    result = orders([stage(tmp_path, "m001", [line(2), line(3, **changes)])], tmp_path)
    assert failing(result) == [(3, rule) for rule in rules]
    assert result.structural_faults == ()


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"created_at": utc("2024-06-01 02:02")}, "created_at_is_not_after_paid_at"),
        ({"order_id": "P1"}, "order_id_has_the_usual_length"),
        ({"order_id": "1234567"}, "order_id_has_the_usual_form"),
        ({"customer_key": None}, "buyers_are_known"),
    ],
)
def test_a_warning_is_told_and_rejects_nothing(
    tmp_path: Path, changes: dict[str, Any], name: str
) -> None:
    result = orders([stage(tmp_path, "m001", [line(2, **changes)])], tmp_path)
    told = named(result, name)
    assert (told.passed, told.unexpected_count, told.share) == (False, 1, 1.0)
    assert failing(result) == []
    assert [one.name for one in result.expectations if not one.passed] == [name]


def test_all_files_are_checked_at_once_and_rows_keep_their_file(tmp_path: Path) -> None:
    files = [
        stage(tmp_path, "m001", [line(2), line(3, quantity=-1)], sha="a"),
        stage(tmp_path, "m002", [line(2, quantity=-1), line(3)], sha="b"),
    ]
    result = orders(files, tmp_path)
    found = pq.read_table(result.failing_rows).select(
        ["merchant_id", "_file_sha256", "_row_number"]
    )
    assert [tuple(row.values()) for row in found.to_pylist()] == [
        ("m001", "a" * 64, 3),
        ("m002", "b" * 64, 2),
    ]


def test_every_failing_row_is_found_and_few_are_shown(tmp_path: Path) -> None:
    lines = [line(number, quantity=-1 if number % 2 else 1) for number in range(2, 1002)]
    result = orders([stage(tmp_path, "m001", lines)], tmp_path)
    told = named(result, "quantity_is_at_least_one")
    assert (told.evaluated_count, told.unexpected_count) == (1000, 500)
    assert [number for number, _ in failing(result)] == list(range(3, 1002, 2))
    assert [sample["row_number"] for sample in told.samples] == [3, 5, 7, 9, 11]
    assert len(told.samples) == SAMPLE_SIZE


def test_results_are_plain_and_hold_no_cells(tmp_path: Path) -> None:
    result = orders([stage(tmp_path, "m001", [line(2, quantity=-77, item_name="秘密")])], tmp_path)
    text = json.dumps(result.as_json(), ensure_ascii=False)
    assert "秘密" not in text
    assert "-77" not in text
    assert named(result, "quantity_is_at_least_one").samples == (
        {"merchant_id": "m001", "file_sha256": "a" * 64, "row_number": 2},
    )


def test_a_file_without_rows_passes(tmp_path: Path) -> None:
    result = orders([stage(tmp_path, "m001", [])], tmp_path)
    assert (result.row_count, result.structural_faults, failing(result)) == (0, (), [])
    assert all(one.passed and one.share is None for one in result.expectations)


@pytest.mark.parametrize("lacking", ["quantity", "kol_name"])
def test_a_missing_column_is_structural_even_in_one_file_of_two(
    tmp_path: Path, lacking: str
) -> None:
    files = [
        stage(tmp_path, "m001", [line(2)], sha="a"),
        stage(tmp_path, "m002", [line(2)], sha="b", without=[lacking]),
    ]
    result = orders(files, tmp_path)
    assert f"all_columns_are_there: missing: {lacking}" in result.structural_faults
    assert not named(result, "all_columns_are_there").passed


def test_what_raises_is_structural_whatever_its_severity(tmp_path: Path) -> None:
    file = stage(tmp_path, "m001", [line(2)])
    for broken in (
        alone(kwargs={"column": "no_such_column"}),
        alone(
            type="unexpected_rows_expectation",
            kwargs={"unexpected_rows_query": "select no_such_column from {batch}"},
        ),
        alone(kind="table", type="expect_column_max_to_be_between", kwargs={"column": "nope"}),
    ):
        result = run(broken, [file], tmp_path)
        assert len(result.structural_faults) == 1, broken
        assert result.expectations[0].severity == "warning"
        assert result.expectations[0].unexpected_count is None
        assert not result.expectations[0].passed


def test_one_that_raises_leaves_the_others_their_answer(tmp_path: Path) -> None:
    suite = Suite(
        source="qianfan__orders",
        expectations=(
            expectation(
                name="raises",
                type="unexpected_rows_expectation",
                kwargs={"unexpected_rows_query": "select error('no') from {batch}"},
            ),
            expectation(name="answers", kwargs={"column": "customer_key"}),
        ),
    )
    result = run(suite, [stage(tmp_path, "m001", [line(2, customer_key=None)])], tmp_path)
    assert [one.fault is None for one in result.expectations] == [False, True]
    assert result.expectations[1].unexpected_count == 1


def test_rows_that_are_counted_but_not_listed_are_structural(tmp_path: Path) -> None:
    query = (
        "select merchant_id, _file_sha256, _row_number from {batch} "
        "union all select merchant_id, _file_sha256, _row_number from {batch}"
    )
    suite = alone(type="unexpected_rows_expectation", kwargs={"unexpected_rows_query": query})
    result = run(suite, [stage(tmp_path, "m001", [line(2)])], tmp_path)
    assert result.structural_faults == ("it: it counts 2 failing rows but lists 1",)


def test_a_failing_table_warning_is_only_told(tmp_path: Path) -> None:
    few = {"kind": "table", "type": "expect_table_row_count_to_be_between"}
    result = run(
        alone(**few, kwargs={"min_value": 5}), [stage(tmp_path, "m001", [line(2)])], tmp_path
    )
    assert (result.expectations[0].passed, result.structural_faults) == (False, ())


def test_paths_may_hold_spaces_quotes_and_chinese(tmp_path: Path) -> None:
    folder = tmp_path / "它's a $HOME folder"
    result = orders([stage(folder, "m001", [line(2, quantity=0)])], folder)
    assert failing(result) == [(2, "quantity_below_one")]


def test_every_shipped_expectation_can_be_built() -> None:
    for source in suite_names():
        for one in load_suite(source).expectations:
            assert engine._build(one) is not None


@pytest.mark.parametrize(
    "changes", [{"type": "expect_column_values_to_be_nice"}, {"kwargs": {"colum": "order_id"}}]
)
def test_an_expectation_that_cannot_be_built_is_named(
    tmp_path: Path, changes: dict[str, Any]
) -> None:
    with pytest.raises(SuiteError, match="'it' cannot be built"):
        run(alone(**changes), [stage(tmp_path, "m001", [line(2)])], tmp_path)


def test_no_file_and_no_parquet_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SuiteError, match="no staged file"):
        orders([], tmp_path)
    broken = tmp_path / "broken.parquet"
    broken.write_text("no")
    with pytest.raises(SuiteError, match=r"broken\.parquet cannot be read"):
        orders([broken], tmp_path)


def test_nothing_is_left_to_the_garbage_collector(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    orders([stage(tmp_path, "m001", [line(2)])], tmp_path)
    gc.collect()
    assert [record.getMessage() for record in caplog.records if "sqlalchemy" in record.name] == []


def test_duckdb_works_only_because_it_is_added_to_the_private_list(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fails when the patch is no longer needed (delete it) or no longer helps (mend it)."""
    from great_expectations.execution_engine import sqlalchemy_execution_engine as private

    file = stage(tmp_path, "m001", [line(2)])
    as_shipped = tuple(
        one
        for one in private._PERSISTED_CONNECTION_DIALECTS
        if not isinstance(one, engine._Dialect)
    )
    with monkeypatch.context() as patched:
        patched.setattr(private, "_PERSISTED_CONNECTION_DIALECTS", as_shipped)
        patched.setattr(engine, "allow_duckdb", lambda: None)
        assert run(alone(), [file], tmp_path).structural_faults != ()
    assert run(alone(), [file], tmp_path).structural_faults == ()
    engine.allow_duckdb()
    names = [one.value for one in private._PERSISTED_CONNECTION_DIALECTS]
    assert names.count("duckdb") == 1
