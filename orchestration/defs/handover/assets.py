"""The hand-overs as assets: manifest, coverage, register and rulebook; the weeks by partition."""

from collections.abc import Iterator

import dagster as dg

from orchestration.defs.partitions import one_run_for_a_range, weekly_partitions
from orchestration.defs.raw.assets import RAW_ASSETS
from orchestration.defs.resources import SeedbedHome
from orchestration.defs.shown import about, listed, timed
from orchestration.flow.handover import hand_over, hand_over_weeks
from orchestration.flow.rulebook import changes_to_come
from orchestration.flow.workspace import Workspace
from orchestration.incentives.rulebook import RulebookError, load_rulebook, rulebook_hash
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


RULEBOOK = dg.AssetSpec(
    "rulebook",
    description="The files in rulebook/, as people write them; changes are told before use.",
    **about("handover", __file__),
    kinds={"yaml"},
)


def _deps(name: str) -> list[dg.AssetKey]:
    if name.startswith("rulebook_"):
        return [RULEBOOK.key]
    return RAW_ASSETS if name in ("files", "coverage") else []


def _observed(workspace: Workspace) -> dg.AssetObservation:
    """The rulebook as it is about to be used, and what it says otherwise than the last time."""
    version = rulebook_hash(load_rulebook(workspace.home.rulebook))
    try:
        changes = [one.sentence for one in changes_to_come(workspace.home)]
    except RulebookError as error:
        # Kept by an older release, by other checks: nothing rests on the copy.
        changes = [f"they cannot be told: {error}"]
    return dg.AssetObservation(
        RULEBOOK.key,
        metadata={
            "rulebook_hash": version,
            "changes": listed(changes),
        },
        tags={"dagster/data_version": version},
    )


@dg.multi_asset(
    specs=[
        dg.AssetSpec(
            ["handover", name],
            description=description,
            **about("handover", __file__),
            kinds={"parquet"},
            deps=_deps(name),
        )
        for name, description in _DESCRIPTIONS.items()
    ],
    name="handover",
)
@timed
def handover(
    context: dg.AssetExecutionContext, seedbed: SeedbedHome
) -> Iterator[dg.MaterializeResult]:
    """Write the hand-overs; a file whose content has not changed is left alone."""
    with seedbed.open() as workspace:
        context.log_event(_observed(workspace))
        rows = hand_over(workspace)
    for name in _DESCRIPTIONS:
        yield dg.MaterializeResult(
            asset_key=["handover", name], metadata={"dagster/row_count": rows[name]}
        )


@dg.asset(
    key=["handover", "weeks"],
    **about("reporting", __file__),
    kinds={"parquet"},
    partitions_def=weekly_partitions,
    backfill_policy=one_run_for_a_range,
)
@timed
def handover_weeks(context: dg.AssetExecutionContext, seedbed: SeedbedHome) -> dg.MaterializeResult:
    """The reporting weeks that this run decides. Grain: one row per week."""
    weeks = [parse_week(key, now()) for key in context.partition_keys]
    with seedbed.open() as workspace:
        hand_over_weeks(workspace, weeks)
    return dg.MaterializeResult(metadata={"weeks": [week.iso for week in weeks]})
