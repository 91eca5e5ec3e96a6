"""Digests as a weekly asset."""

import dagster as dg

from orchestration.defs.partitions import one_run_for_a_range, weekly_partitions
from orchestration.defs.published.assets import published_reporting
from orchestration.defs.resources import SeedbedHome
from orchestration.defs.shown import about
from orchestration.flow.digests.composing import compose
from orchestration.flow.quality.write import write_quality_page
from orchestration.periods import parse_week
from orchestration.settings import now


@dg.asset(
    key=["digests", "composed"],
    deps=[published_reporting],
    **about("digest", __file__),
    kinds={"slack", "html"},
    partitions_def=weekly_partitions,
    backfill_policy=one_run_for_a_range,
)
def digests_composed(
    context: dg.AssetExecutionContext, seedbed: SeedbedHome
) -> dg.MaterializeResult:
    """What each merchant and the data team will read. Grain: one per reader, week and revision.

    Composing sends nothing; the same content makes no new revision.
    """
    weeks = [parse_week(key, now()) for key in context.partition_keys]
    with seedbed.open() as workspace:
        composed = [item for week in weeks for item in compose(workspace, week)]
    rows = "\n".join(
        f"| {c.week.iso} | {c.merchant_id or 'data team'} | r{c.revision} | {c.headline} |"
        for c in composed
    )
    return dg.MaterializeResult(
        metadata={
            "digests": len(composed),
            "new_revisions": sum(item.is_new for item in composed),
            "headlines": dg.MetadataValue.md(
                f"| week | reader | revision | headline |\n|---|---|---|---|\n{rows}"
            ),
        }
    )


@dg.asset(
    key=["quality", "page"],
    deps=[published_reporting],
    **about("digest", __file__),
    kinds={"html"},
    partitions_def=weekly_partitions,
    backfill_policy=one_run_for_a_range,
)
def quality_page(context: dg.AssetExecutionContext, seedbed: SeedbedHome) -> dg.MaterializeResult:
    """What the data team looks through on Monday, as a page to open. Grain: one page per week.

    Checks by severity, held, unclaimed, late and drifted files, quarantine by rule, the difference
    to the tables published before, data unlike its own past, coverage. Earlier pages stay.
    """
    weeks = [parse_week(key, now()) for key in context.partition_keys]
    with seedbed.open() as workspace:
        pages = [write_quality_page(workspace, week) for week in weeks]
    return dg.MaterializeResult(
        metadata={
            "page": dg.MetadataValue.path(str(pages[-1])),
            "url": dg.MetadataValue.url(pages[-1].as_uri()),
            "all_weeks": dg.MetadataValue.path(str(pages[-1].with_name("index.html"))),
        }
    )
