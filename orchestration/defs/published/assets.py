"""Published builds as assets."""

import dagster as dg

from orchestration.defs.dbt.assets import dbt_data, dbt_weekly
from orchestration.defs.partitions import one_run_for_a_range, weekly_partitions
from orchestration.defs.resources import SeedbedHome
from orchestration.flow.publishing import publish_data, publish_weeks
from orchestration.flow.surprises import compare_and_hold
from orchestration.periods import parse_week
from orchestration.settings import now
from orchestration.warehouse.difference import Difference
from orchestration.warehouse.publish import Build


def _of_build(build: Build) -> dict[str, dg.MetadataValue]:
    tables = "\n".join(f"| {name} | {rows:,} |" for name, rows in sorted(build.tables.items()))
    return {
        "build_id": dg.MetadataValue.text(build.build_id),
        "file": dg.MetadataValue.path(str(build.path)),
        "tables": dg.MetadataValue.md(f"| table | rows |\n|---|---:|\n{tables}"),
    }


# Some screens of a table in the UI; the tables have them all.
_WEEKS_LISTED = 200


def _of_difference(difference: Difference, held: list[str]) -> dict[str, dg.MetadataValue]:
    """What this build says otherwise than the one before it."""
    rows = "\n".join(f"| {m} | {a:,} | {b:,} |" for m, (a, b) in difference.rows.items())
    weeks = "\n".join(
        f"| {one.merchant_id} | {one.week} | {one.orders_before:,} | {one.orders_now:,} "
        f"| {one.gmv_before:,} | {one.gmv_now:,} |"
        for one in difference.weeks[:_WEEKS_LISTED]
    )
    head = "| merchant | week | orders before | now | GMV before | now |\n|---|---|--:|--:|--:|--:|"
    return {
        "rows_changed": dg.MetadataValue.md(f"| mart | before | now |\n|---|--:|--:|\n{rows}"),
        "whole_weeks_changed": dg.MetadataValue.int(len(difference.weeks)),
        "changed_history": dg.MetadataValue.md(f"{head}\n{weeks}"),
        "held_digests": dg.MetadataValue.md("\n".join(f"- {one}" for one in held) or "none"),
    }


def _mart_keys() -> list[dg.AssetKey]:
    return [key for key in dbt_data.keys if key.path[0] == "marts"]


@dg.asset(
    key=["published", "marts"], deps=_mart_keys(), group_name="publish", kinds={"duckdb", "parquet"}
)
def published_marts(
    context: dg.AssetExecutionContext, seedbed: SeedbedHome
) -> dg.MaterializeResult:
    """The marts as readers see them: a file of their own, swapped in at once. Grain: a build."""
    with seedbed.open() as workspace:
        difference, held = compare_and_hold(workspace)
        build = publish_data(workspace)
    for sentence in held:
        context.log.warning(sentence)
    return dg.MaterializeResult(metadata={**_of_build(build), **_of_difference(difference, held)})


@dg.asset(
    key=["published", "reporting"],
    deps=[*sorted(dbt_weekly.keys)],
    group_name="reporting",
    kinds={"duckdb", "parquet"},
    partitions_def=weekly_partitions,
    backfill_policy=one_run_for_a_range,
)
def published_reporting(
    context: dg.AssetExecutionContext, seedbed: SeedbedHome
) -> dg.MaterializeResult:
    """The marts with the decided weeks beside them, as readers see them. Grain: a build."""
    weeks = [parse_week(key, now()) for key in context.partition_keys]
    with seedbed.open() as workspace:
        return dg.MaterializeResult(metadata=_of_build(publish_weeks(workspace, weeks)))
