"""Published builds as assets."""

from datetime import timedelta

import dagster as dg

from orchestration.defs.dbt.assets import dbt_data, dbt_weekly
from orchestration.defs.partitions import one_run_for_a_range, weekly_partitions
from orchestration.defs.resources import SeedbedHome
from orchestration.defs.shown import about, listed, tabled, timed
from orchestration.flow.newest import newest_days, newest_week
from orchestration.flow.own_past import RATES, against_own_past
from orchestration.flow.publishing import publish_data, publish_weeks, publishable_data
from orchestration.flow.quality.write import page_path
from orchestration.flow.surprises import compare_and_hold, still_held
from orchestration.periods import Week, last_closed_week, parse_week
from orchestration.settings import now
from orchestration.warehouse.difference import Difference
from orchestration.warehouse.publish import Build


def _of_build(build: Build) -> dict[str, dg.MetadataValue]:
    return {
        "build_id": dg.MetadataValue.text(build.build_id),
        "file": dg.MetadataValue.path(str(build.path)),
        "tables": tabled(("table", "rows"), sorted(build.tables.items())),
    }


# As many sentences as a person reads in a row; the page of the week has all.
_SAMPLES = 20

# Some screens of a table in the UI; the tables have them all.
_WEEKS_LISTED = 200


def _of_difference(difference: Difference, held: list[str]) -> dict[str, dg.MetadataValue]:
    """What this build says otherwise than the one before it; what a person decides comes first."""
    weeks = (
        (
            one.merchant_id,
            Week(one.week).iso,
            one.orders_before,
            one.orders_now,
            one.gmv_before,
            one.gmv_now,
        )
        for one in difference.weeks[:_WEEKS_LISTED]
    )
    columns = ("merchant", "week", "orders before", "now", "GMV before", "now")
    marts = ((mart, before, now) for mart, (before, now) in difference.rows.items())
    return {
        "digests_held_by_this_build": listed(held),
        "whole_weeks_changed": dg.MetadataValue.int(len(difference.weeks)),
        "changed_history": tabled(columns, weeks),
        "rows_changed": tabled(("mart", "rows before", "now"), marts),
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
@timed
def published_marts(
    context: dg.AssetExecutionContext, seedbed: SeedbedHome
) -> dg.MaterializeResult:
    """The marts as readers see them: a file of their own, swapped in at once. Grain: a build."""
    with seedbed.open() as workspace:
        # Nobody is held for what is not going to be published.
        publishable_data(workspace)
        difference, held = compare_and_hold(workspace)
        build = publish_data(workspace)
    for sentence in held:
        context.log.warning(sentence)
    return dg.MaterializeResult(metadata={**_of_difference(difference, held), **_of_build(build)})


@dg.asset(
    key=_REPORTING,
    deps=[*sorted(dbt_weekly.keys)],
    **about("reporting", __file__),
    kinds={"duckdb", "parquet"},
    partitions_def=weekly_partitions,
    backfill_policy=one_run_for_a_range,
)
@timed
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
    return dg.AssetCheckResult(
        passed=not found.late,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={
            "expected": str(found.expected),
            "newest": str(max(found.days.values(), default="none")),
            "merchants_behind": len(found.late),
            "late": listed(f"{one}: {day or 'no day at all'}" for one, day in found.late.items()),
        },
    )


@dg.asset_check(
    asset=_MARTS,
    description="No digest of the last closed week is held, by a person or because a week that was "
    "whole has changed surprisingly. Warns until each is released; other merchants go.",
)
def no_digest_is_held(seedbed: SeedbedHome) -> dg.AssetCheckResult:
    """The build that changed a week tells it once; this says for how long it waits for a person."""
    with seedbed.open() as workspace:
        held = still_held(workspace)
    return dg.AssetCheckResult(
        passed=not held,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"merchants_held": len(held), "held": listed(held.values())},
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
            "samples": listed(one.sentence for one in past.anomalies[:_SAMPLES]),
            "page": dg.MetadataValue.path(str(page)),
            "rates": dg.MetadataValue.path(str(RATES)),
        },
    )
