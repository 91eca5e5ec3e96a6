"""Digests as a weekly asset."""

import dagster as dg

from orchestration.defs.partitions import one_run_for_a_range, weekly_partitions
from orchestration.defs.published.assets import published_reporting
from orchestration.defs.resources import SeedbedHome
from orchestration.defs.shown import about
from orchestration.flow.digests.composing import compose
from orchestration.periods import parse_week
from orchestration.settings import now


@dg.asset(
    key=["digests", "composed"],
    deps=[published_reporting],
    **about("digest"),
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
