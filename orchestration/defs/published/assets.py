"""Published builds as assets."""

from datetime import timedelta

import dagster as dg

from orchestration.defs.dbt.assets import dbt_data, dbt_weekly
from orchestration.defs.partitions import one_run_for_a_range, weekly_partitions
from orchestration.defs.resources import SeedbedHome
from orchestration.defs.shown import about
from orchestration.flow.newest import newest_days, newest_week
from orchestration.flow.own_past import RATES, against_own_past
from orchestration.flow.publishing import publish_data, publish_weeks
from orchestration.flow.quality.write import page_path
from orchestration.flow.surprises import compare_and_hold
from orchestration.periods import last_closed_week, parse_week
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


# As many sentences as a person reads in a row; the page of the week has all.
_SAMPLES = 20

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


_MARTS, _REPORTING = dg.AssetKey(["published", "marts"]), dg.AssetKey(["published", "reporting"])


@dg.asset(
    key=_MARTS,
    deps=_mart_keys(),
    **about("publish", __file__),
    kinds={"duckdb", "parquet"},
    # A week's run, and a day for a holiday; what is in the build the check below looks at.
    freshness_policy=dg.FreshnessPolicy.time_window(fail_window=timedelta(days=8)),
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
    key=_REPORTING,
    deps=[*sorted(dbt_weekly.keys)],
    **about("reporting", __file__),
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


@dg.asset_check(
    asset=_MARTS,
    description="Orders of every merchant are covered to the Sunday of the last closed week.",
)
def newest_business_day(seedbed: SeedbedHome) -> dg.AssetCheckResult:
    """Dagster knows when a build was made; only the data knows of which days it speaks."""
    with seedbed.open() as workspace:
        found = newest_days(workspace)
    late = "\n".join(f"- {one}: {day or 'no day at all'}" for one, day in found.late.items())
    return dg.AssetCheckResult(
        passed=not found.late,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={
            "expected": str(found.expected),
            "newest": str(max(found.days.values(), default="none")),
            "merchants_behind": len(found.late),
            "late": dg.MetadataValue.md(late or "none"),
        },
    )


@dg.asset_check(asset=_REPORTING, description="The last closed week is decided and published.")
def newest_reporting_week(seedbed: SeedbedHome) -> dg.AssetCheckResult:
    """After a backfill of older weeks this warns until the newest one is run again."""
    with seedbed.open() as workspace:
        newest, expected = newest_week(workspace)
    return dg.AssetCheckResult(
        passed=newest is not None and newest >= expected,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"expected": expected.iso, "newest": newest.iso if newest else "none"},
    )


@dg.asset_check(
    asset=_MARTS,
    description="Orders, rows, spend, the share of orders without a buyer and empty last days of "
    "the last closed week are like each merchant's own past. Warns, and never stops anything.",
)
def own_past(seedbed: SeedbedHome) -> dg.AssetCheckResult:
    """Robust, by weekday, and without days of promotions; docs/quality.md has both rates."""
    with seedbed.open() as workspace:
        past = against_own_past(workspace, last_closed_week(now()))
        page = page_path(workspace.home, past.week)
    samples = "\n".join(f"- {one.sentence}" for one in past.anomalies[:_SAMPLES])
    return dg.AssetCheckResult(
        passed=not past.anomalies,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={
            "week": past.week.iso,
            "merchants": past.merchants,
            "figures_judged": past.judged,
            "figures_without_past": past.asked - past.judged,
            "figures_unusual": len(past.anomalies),
            "share_unusual": round(past.share, 6),
            "samples": dg.MetadataValue.md(samples or "none"),
            "page": dg.MetadataValue.path(str(page)),
            "rates": dg.MetadataValue.path(str(RATES)),
        },
    )
