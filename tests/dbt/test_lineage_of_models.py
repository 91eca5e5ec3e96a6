"""The lineage of every model as dbt compiles it: whole, to columns that exist, kept, and shown."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestration.flow import column_lineage
from orchestration.flow.column_lineage import Parents, keep_lineage, kept_lineage
from orchestration.flow.models import manifest_of
from orchestration.home import Home

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def compiled(tiny: Home) -> Iterator[Home]:
    """The tiny world, its compiled models where a run of Dagster leaves them."""
    run = tiny.dbt_target / "dbt_data-0"
    run.mkdir()
    (run / "compiled").symlink_to(tiny.dbt_target / "compiled")
    yield tiny
    (run / "compiled").unlink()
    run.rmdir()


@pytest.fixture(scope="module")
def lineage(compiled: Home) -> dict[str, Parents]:
    assert kept_lineage(compiled) == {}
    assert keep_lineage(compiled) > 100
    return kept_lineage(compiled)


def _named(lineage: dict[str, Parents], model: str, column: str) -> set[str]:
    of = lineage[f"model.seedbed.{model}"][column]
    return {f"{table.rpartition('.')[2]}.{name}" for table, name in of}


def test_each_column_of_each_model_is_read_to_columns_that_are_there(
    compiled: Home, lineage: dict[str, Parents]
) -> None:
    nodes = manifest_of(compiled)["nodes"]
    models = {name: node for name, node in nodes.items() if node["resource_type"] == "model"}
    assert lineage.keys() == models.keys()
    for model, parents in lineage.items():
        assert parents.keys() == models[model]["columns"].keys(), model
        for table, column in (one for of in parents.values() for one in of):
            assert table in models[model]["depends_on"]["nodes"], model
            assert table not in models or column in models[table]["columns"], (model, table, column)


@pytest.mark.parametrize(
    ("model", "column", "parents"),
    [
        # By hand, from the SQL of each.
        ("stg_qianfan__order_lines", "row_number", {"qianfan__orders._row_number"}),
        ("stg_seedbed__merchants", "joined_on", {"register.joined_on"}),
        ("fct_merchant_weeks", "gmv", {"int_periods.gmv"}),
        ("fct_merchant_weeks", "gmv_wow", {"int_period_growth.gmv_change"}),
        ("fct_merchant_weeks", "aov", {"int_periods.gmv", "int_periods.order_count"}),
    ],
)
def test_parents_by_hand(
    lineage: dict[str, Parents], model: str, column: str, parents: set[str]
) -> None:
    assert _named(lineage, model, column) == parents


def test_nothing_is_read_twice_and_another_sql_is(
    compiled: Home, lineage: dict[str, Parents], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert keep_lineage(compiled) == 0
    compiled_models = column_lineage.compiled_models

    def with_one_other(home: Home, manifest: dict[str, object]) -> dict[str, Path]:
        found = compiled_models(home, manifest)
        model = "model.seedbed.stg_seedbed__merchants"
        other = home.root / "other.sql"
        other.write_text(
            f"select merchant_id as joined_on from ({found[model].read_text('utf-8')})",
            encoding="utf-8",
        )
        return {**found, model: other}

    monkeypatch.setattr(column_lineage, "compiled_models", with_one_other)
    assert keep_lineage(compiled) == 1
    assert _named(kept_lineage(compiled), "stg_seedbed__merchants", "joined_on") == {
        "register.merchant_id"
    }
    monkeypatch.undo()
    assert keep_lineage(compiled) == 1
    assert kept_lineage(compiled) == lineage


def test_a_home_without_a_build_has_none(tmp_path: Path) -> None:
    assert keep_lineage(Home(tmp_path)) == 0
    assert kept_lineage(Home(tmp_path)) == {}
