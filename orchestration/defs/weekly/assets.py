"""Digests as a weekly asset."""

from itertools import islice

import dagster as dg

from orchestration.defs.partitions import one_run_for_a_range, weekly_partitions
from orchestration.defs.published.assets import published_reporting
from orchestration.defs.resources import SeedbedHome
from orchestration.defs.shown import about, listed, tabled, timed
from orchestration.flow.data_docs import data_docs_index
from orchestration.flow.digests.composing import compose
from orchestration.flow.quality.write import write_quality_page
from orchestration.periods import parse_week
from orchestration.quality.page import Section
from orchestration.settings import now

# Enough to know what it is about; the page has a hundred of each.
_ROWS_IN_SHORT = 10


@dg.asset(
    key=["digests", "composed"],
    deps=[published_reporting],
    **about("digest", __file__),
    kinds={"slack", "html"},
    partitions_def=weekly_partitions,
    backfill_policy=one_run_for_a_range,
)
@timed
def digests_composed(
    context: dg.AssetExecutionContext, seedbed: SeedbedHome
) -> dg.MaterializeResult:
    """What each merchant and the data team will read. Grain: one per reader, week and revision.

    Composing sends nothing; the same content makes no new revision. Where a figure comes from, down
    to lines of export files: `seedbed explain m001/2024-W37/gmv`, or the id of a digest's figure.
    """
    weeks = [parse_week(key, now()) for key in context.partition_keys]
    with seedbed.open() as workspace:
        composed = [item for week in weeks for item in compose(workspace, week)]
    columns = ("week", "reader", "revision", "headline")
    rows = (
        (one.week.iso, one.merchant_id or "data team", f"r{one.revision}", one.headline)
        for one in composed
    )
    return dg.MaterializeResult(
        metadata={
            "digests": len(composed),
            "new_revisions": sum(item.is_new for item in composed),
            "headlines": tabled(columns, rows),
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
@timed
def quality_page(context: dg.AssetExecutionContext, seedbed: SeedbedHome) -> dg.MaterializeResult:
    """What the data team looks through on Monday, as a page to open. Grain: one page per week.

    Checks by severity, held, unclaimed, late and drifted files, quarantine by rule, the difference
    to the tables published before, data unlike its own past, coverage. Earlier pages stay.
    """
    weeks = [parse_week(key, now()) for key in context.partition_keys]
    with seedbed.open() as workspace:
        pages = [write_quality_page(workspace, week) for week in weeks]
        index = data_docs_index(workspace.home)
    newest = pages[-1]
    return dg.MaterializeResult(
        metadata={
            "to_look_at": dg.MetadataValue.md(
                "\n\n".join(map(_in_short, newest.flagged)) or "nothing"
            ),
            "week": weeks[-1].iso,
            "page": dg.MetadataValue.path(str(newest.path)),
            "all_weeks": dg.MetadataValue.path(str(newest.path.with_name("index.html"))),
            "data_docs": dg.MetadataValue.path(str(index)) if index.exists() else "none",
        }
    )


def _in_short(section: Section) -> str:
    """A section of the page as Markdown: its verdict, and the first of its rows as lines.

    A table of seven columns would be cut off where the UI shows it.
    """
    rows = (" · ".join(str(cell) for cell in row if cell != "") for row in section.rows)
    return f"**{section.title}.** {section.verdict}\n\n{listed(islice(rows, _ROWS_IN_SHORT)).value}"
