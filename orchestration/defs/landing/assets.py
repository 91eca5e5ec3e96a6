"""Landing and staging as assets."""

import dagster as dg

from orchestration.defs.resources import SeedbedHome
from orchestration.defs.shown import about, listed, timed
from orchestration.flow.landing.land import land
from orchestration.flow.reading.read import read_landed


@dg.asset(key=["landing", "files"], **about("landing", __file__), kinds={"file"})
@timed
def landing_files(seedbed: SeedbedHome) -> dg.MaterializeResult:
    """The bytes of every file as received, named by their hash. Grain: one per content.

    The only place with personal data; nothing is read here.
    """
    with seedbed.open() as workspace:
        landed = land(workspace)
    faults = [item.fault for item in landed if item.fault]
    problems = [item.problem for item in landed if item.problem]
    return dg.MaterializeResult(
        metadata={
            "files_in_inbox": len(landed),
            "new_files": sum(item.is_new for item in landed),
            "zips_unpacked": sum(item.is_unpacked for item in landed),
            "not_archived": listed(faults),
            "not_unpacked": listed(problems),
        }
    )


@dg.asset(
    key=["staged", "rows"], deps=[landing_files], **about("landing", __file__), kinds={"parquet"}
)
@timed
def staged_rows(context: dg.AssetExecutionContext, seedbed: SeedbedHome) -> dg.MaterializeResult:
    """Typed rows of newly landed files, between parsing and the gate. Grain: one per file row.

    Personal columns and headers that no layout knows were dropped unread.
    """
    with seedbed.open() as workspace:
        outcomes = read_landed(workspace, context.log.info)
    held = [outcome.fault for outcome in outcomes if outcome.fault]
    drift = sorted({header for outcome in outcomes for header in outcome.new_headers})
    return dg.MaterializeResult(
        metadata={
            "files_read": len(outcomes) - len(held),
            "rows_read": sum(outcome.rows_read for outcome in outcomes),
            "files_held": listed(held),
            "new_unknown_headers": listed(drift),
        }
    )
