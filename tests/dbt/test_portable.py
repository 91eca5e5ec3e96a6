"""The check itself: it finds what Spark cannot read, and reads what it can."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlglot.errors import ParseError, UnsupportedError

from tests.dbt.portable import faults_in, in_spark


def test_what_both_engines_know_is_translated() -> None:
    query = (
        "with days as (select * from read_parquet('x/*.parquet', union_by_name = true)) "
        "select merchant_id, max_by(evidence, strength) filter (where day > date '2024-01-01') "
        "from days group by merchant_id"
    )
    assert "files_of_a_source" in in_spark(query)


@pytest.mark.parametrize(
    "query",
    [
        "select * from read_parquet('a', 'b', hive_partitioning = true)",
        "select from where",
        "select some_function_of_duckdb(a) from t",
    ],
)
def test_what_spark_has_no_words_for_is_found(query: str) -> None:
    with pytest.raises((ParseError, UnsupportedError)):
        in_spark(query)


def test_a_fault_names_its_model(tmp_path: Path) -> None:
    folder = tmp_path / "models" / "marts"
    folder.mkdir(parents=True)
    (folder / "fct_odd.sql").write_text(
        "select some_function_of_duckdb(a) from t", encoding="utf-8"
    )
    [fault] = faults_in(tmp_path)
    assert fault.startswith("fct_odd: ")
    assert "put it into a macro" in fault


def test_nothing_compiled_is_a_fault(tmp_path: Path) -> None:
    assert "holds no model" in faults_in(tmp_path)[0]
