"""dbt models as assets: the data models in one group, the weekly ones partitioned by week."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import dagster as dg
from dagster_dbt import (
    DagsterDbtTranslator,
    DagsterDbtTranslatorSettings,
    DbtProject,
    dbt_assets,
)

from orchestration.defs.dbt.column_parents import with_parents
from orchestration.defs.dbt.project import InstalledDbt, project
from orchestration.defs.partitions import one_run_for_a_range, weekly_partitions
from orchestration.defs.resources import SeedbedHome
from orchestration.defs.shown import about
from orchestration.flow.column_lineage import kept_lineage
from orchestration.flow.models import forget_old_invocations, has_node, node_of
from orchestration.flow.publishing import building_data, building_weeks
from orchestration.flow.workspace import Workspace
from orchestration.settings import home_from_environment
from orchestration.warehouse.row_counts import row_counts

_WEEKLY = "tag:weekly"


class StageTranslator(DagsterDbtTranslator):
    """Assets are named by their schema and table, and grouped by their layer."""

    def __init__(self) -> None:
        # Raw and quarantine of a source are written by one asset, the gate.
        super().__init__(
            DagsterDbtTranslatorSettings(
                enable_duplicate_source_asset_keys=True, enable_code_references=True
            )
        )
        self._lineage = kept_lineage(home_from_environment())

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        """A source by the asset that writes it, a model by its schema and name."""
        if dbt_resource_props.get("source_name") == "quarantine":
            return dg.AssetKey(["raw", dbt_resource_props["name"]])
        return super().get_asset_key(dbt_resource_props)

    def get_asset_spec(
        self, manifest: Mapping[str, Any], unique_id: str, project: DbtProject | None
    ) -> dg.AssetSpec:
        """The model's own words, with the owner and the document of its stage, and its lineage."""
        spec = super().get_asset_spec(manifest, unique_id, project)
        words = about(spec.group_name or "")
        return with_parents(
            spec.replace_attributes(owners=words["owners"]).merge_attributes(
                metadata=words["metadata"]
            ),
            self._lineage.get(unique_id, {}),
            lambda table: (
                self.get_asset_key(node_of(manifest, table)) if has_node(manifest, table) else None
            ),
        )

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        """The folder below models/; what is built per week stands together."""
        is_weekly = "weekly" in dbt_resource_props["tags"]
        return "reporting" if is_weekly else dbt_resource_props["fqn"][1]


def _build(
    context: dg.AssetExecutionContext,
    dbt: InstalledDbt,
    workspace: Workspace,
    more_words: Sequence[str] = (),
) -> Iterator[Any]:
    # Unit tests prove the models, not the data: they run with the project's own tests. The manifest
    # is there, from parsing; dbt would write it twice more, up to two seconds of each build.
    words = ["build", "--exclude-resource-type", "unit_test", "--no-write-json", *more_words]
    yield from dbt.cli(words, context=context).stream()
    # Not fetch_row_counts(): its adapter would hold the files in this process until it ends.
    counts = row_counts(workspace.home, workspace.settings.duckdb)
    for key in sorted(context.selected_asset_keys):
        rows = counts.get((key.path[0], key.path[-1]))
        if rows is not None:
            yield dg.AssetObservation(key, metadata={"dagster/row_count": rows})
    forget_old_invocations(workspace.home)


@dbt_assets(
    manifest=project().manifest_path,
    project=project(),
    exclude=_WEEKLY,
    dagster_dbt_translator=StageTranslator(),
    name="dbt_data",
)
def dbt_data(context: dg.AssetExecutionContext, dbt: InstalledDbt, seedbed: SeedbedHome):
    """Staging, intermediate and marts, built from the hand-overs and raw."""
    is_whole = not context.is_subset
    with seedbed.open() as workspace, building_data(workspace, is_whole=is_whole) as words:
        yield from _build(context, dbt, workspace, words)


@dbt_assets(
    manifest=project().manifest_path,
    project=project(),
    select=_WEEKLY,
    dagster_dbt_translator=StageTranslator(),
    partitions_def=weekly_partitions,
    backfill_policy=one_run_for_a_range,
    name="dbt_weekly",
)
def dbt_weekly(context: dg.AssetExecutionContext, dbt: InstalledDbt, seedbed: SeedbedHome):
    """What the digests of the weeks to decide will say."""
    with seedbed.open() as workspace, building_weeks(workspace):
        yield from _build(context, dbt, workspace)
