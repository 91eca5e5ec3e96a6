"""Before the first file there is nothing to say, and saying it must not fail."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from tiny_world import empty_home, rows

from expectations.audit import audit_mart
from expectations.mart_suite import load_mart_suite, mart_names
from orchestration.sections import DuckDBSettings
from orchestration.warehouse.built_marts import open_built_marts
from tests.dbt_runs import run_dbt


@pytest.mark.slow
def test_a_home_without_rows_builds_tables_without_rows(tmp_path: Path) -> None:
    home = empty_home(tmp_path)

    run_dbt(home, "build", "--exclude-resource-type", "unit_test")

    tables = rows(home, "select schema_name, table_name, estimated_size from duckdb_tables()")
    assert {schema for schema, _, _ in tables} == {"marts", "reporting"}
    assert len(tables) == 34
    assert not [table for _, table, size in tables if size]

    with open_built_marts(home, DuckDBSettings()) as marts:
        found = [
            audit_mart(marts, load_mart_suite(mart), date(2024, 6, 17)) for mart in mart_names()
        ]
    assert [mart.row_count for mart in found] == [0] * len(found)
    assert not [one for mart in found for one in mart.expectations if not one.passed]
