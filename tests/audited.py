"""What suites say of marts that dbt has built in a home, without publishing them."""

from __future__ import annotations

from datetime import date

from expectations.audit import audit_mart
from expectations.mart_suite import load_mart_suite, mart_names
from orchestration.home import Home
from orchestration.sections import DuckDBSettings
from orchestration.warehouse.built_marts import open_built_marts

# After every synthetic world.
_TODAY = date(2026, 1, 1)


def critical_failures(home: Home) -> list[tuple[str, str, int | None, str | None]]:
    """Mart, expectation, failing rows and fault of what would keep the marts from readers."""
    with open_built_marts(home, DuckDBSettings()) as marts:
        there = {
            name for (name,) in marts.execute("select view_name from duckdb_views()").fetchall()
        }
        found = [
            audit_mart(marts, load_mart_suite(mart), _TODAY)
            for mart in mart_names()
            if mart in there
        ]
    assert found
    return [
        (mart.mart, one.name, one.unexpected_count, one.fault)
        for mart in found
        for one in mart.expectations
        if one.fault or (one.severity == "critical" and not one.passed)
    ]
