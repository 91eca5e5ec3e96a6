"""The parents of columns as the UI has them: in words with links, and in Dagster's own form."""

from __future__ import annotations

import dagster as dg

from orchestration.defs.dbt.column_parents import with_parents

SPEC = dg.AssetSpec(
    ["marts", "weeks"],
    metadata={
        "docs": "stays",
        "dagster/column_schema": dg.TableSchema(
            [
                dg.TableColumn("gmv", "decimal(18, 2)", description="Sum."),
                dg.TableColumn("row_key", "varchar"),
                dg.TableColumn("kind", "varchar", description="A word."),
            ]
        ),
    },
)


def _key(table: str) -> dg.AssetKey:
    return dg.AssetKey(["intermediate", table])


def test_a_column_says_where_it_is_from_and_links_there() -> None:
    many = [("days", f"c{number}") for number in range(8)]
    spec = with_parents(SPEC, {"gmv": [("periods", "gmv")], "row_key": many, "kind": []}, _key)
    schema = spec.metadata["dagster/column_schema"]
    gmv, row_key, kind = (column.description or "" for column in schema.columns)
    assert gmv == "Sum. From [periods.gmv](/assets/intermediate/periods)."
    assert row_key.startswith("From [days.c0](/assets/intermediate/days), ")
    assert row_key.endswith("[days.c5](/assets/intermediate/days) and 2 more.")
    assert kind == "A word."
    assert [column.type for column in schema.columns] == ["decimal(18, 2)", "varchar", "varchar"]
    lineage = spec.metadata["dagster/column_lineage"]
    assert lineage.deps_by_column["gmv"] == [dg.TableColumnDep(_key("periods"), "gmv")]
    assert len(lineage.deps_by_column["row_key"]) == 8
    assert spec.metadata["docs"] == "stays"


def test_a_parent_that_the_project_has_no_more_is_left_out() -> None:
    """What is kept is as old as the last start of the UI; a release since may have renamed it."""
    spec = with_parents(
        SPEC,
        {"gmv": [("gone", "gmv"), ("days", "gmv")], "kind": [("gone", "kind")]},
        lambda table: None if table == "gone" else _key(table),
    )
    lineage = spec.metadata["dagster/column_lineage"]
    assert lineage.deps_by_column == {"gmv": [dg.TableColumnDep(_key("days"), "gmv")], "kind": []}


def test_what_was_never_built_stays_as_it_is() -> None:
    assert with_parents(SPEC, {}, _key) is SPEC
