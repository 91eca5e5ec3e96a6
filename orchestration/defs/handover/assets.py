"""The hand-overs as assets: manifest, coverage, register and rulebook; the weeks by partition."""

from collections.abc import Iterator

import dagster as dg

from orchestration.defs.partitions import one_run_for_a_range, weekly_partitions
from orchestration.defs.raw.assets import RAW_ASSETS
from orchestration.defs.resources import SeedbedHome
from orchestration.flow.handover import hand_over, hand_over_weeks
from orchestration.periods import parse_week
from orchestration.settings import now

_DESCRIPTIONS = {
    "files": "The manifest. Grain: one row per merchant and file content.",
    "settlements": "When each file came to count as it does. Grain: one row per file.",
    "issued": "What merchants were told lately. Grain: one row per digest revision and figure.",
    "coverage": "Which days each loaded file speaks for. Grain: one row per file and run of days.",
    "register": "The merchants. Grain: one row per merchant.",
    "register_sources": "What is expected of whom. Grain: one row per merchant and source.",
    "rulebook_parameters": "Parameters of the rulebook. Grain: one row per parameter.",
    "rulebook_sources": "When exports are due. Grain: one row per source.",
    "rulebook_categories": "The platform's trees of categories. Grain: one row per category.",
    "rulebook_promotions": "Days of the platform's promotions. Grain: one row per edition.",
    "rulebook_versions": "Programmes. Grain: one row per record of a version.",
    "rulebook_conditions": "Gates and goals. Grain: one row per record of a version and condition.",
    "rulebook_condition_categories": "Their categories. Grain: one row per condition and category.",
    "rulebook_tiers": "What is given for what. Grain: one row per record of a version and tier.",
    "rulebook_groups": "Who excludes whom. Grain: one row per record of a version and group.",
    "rulebook_metrics": "What can be compared. Grain: one row per metric, facts among them.",
    "rulebook_facts": "What no export tells. Grain: one row per statement about a merchant.",
}


@dg.multi_asset(
    specs=[
        dg.AssetSpec(
            ["handover", name],
            description=description,
            group_name="handover",
            kinds={"parquet"},
            deps=RAW_ASSETS if name in ("files", "coverage") else [],
        )
        for name, description in _DESCRIPTIONS.items()
    ],
    name="handover",
)
def handover(seedbed: SeedbedHome) -> Iterator[dg.MaterializeResult]:
    """Write the hand-overs; a file whose content has not changed is left alone."""
    with seedbed.open() as workspace:
        rows = hand_over(workspace)
    for name in _DESCRIPTIONS:
        yield dg.MaterializeResult(
            asset_key=["handover", name], metadata={"dagster/row_count": rows[name]}
        )


@dg.asset(
    key=["handover", "weeks"],
    group_name="reporting",
    kinds={"parquet"},
    partitions_def=weekly_partitions,
    backfill_policy=one_run_for_a_range,
)
def handover_weeks(context: dg.AssetExecutionContext, seedbed: SeedbedHome) -> dg.MaterializeResult:
    """The reporting weeks that this run decides. Grain: one row per week."""
    weeks = [parse_week(key, now()) for key in context.partition_keys]
    with seedbed.open() as workspace:
        hand_over_weeks(workspace, weeks)
    return dg.MaterializeResult(metadata={"weeks": [week.iso for week in weeks]})
