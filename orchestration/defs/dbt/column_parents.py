"""What each column of a model is made of, in words that the UI shows and in Dagster's own form."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import dagster as dg

from orchestration.flow.column_lineage import Parents

# As many as a person reads; a key made of twenty columns says no more by naming each.
_NAMED = 6
_SCHEMA, _LINEAGE = "dagster/column_schema", "dagster/column_lineage"


def with_parents(
    spec: dg.AssetSpec, parents: Parents, key_of: Callable[[str], dg.AssetKey | None]
) -> dg.AssetSpec:
    """The asset with the parents of its columns.

    `key_of` gives the asset of a dbt unique id; None for one that the project has no more.
    The open-source UI hides `dagster/column_lineage`, so the words of a column say it, too.
    """
    deps = {
        column: [dg.TableColumnDep(key, name) for table, name in of if (key := key_of(table))]
        for column, of in parents.items()
    }
    schema = spec.metadata.get(_SCHEMA)
    if not deps or not isinstance(schema, dg.TableSchema):
        return spec
    columns = [
        dg.TableColumn(
            name=column.name,
            type=column.type,
            description=f"{column.description or ''} {_words(deps.get(column.name, []))}".strip(),
            constraints=column.constraints,
            tags=column.tags,
        )
        for column in schema.columns
    ]
    return spec.merge_attributes(
        metadata={
            _SCHEMA: dg.TableSchema(columns=columns, constraints=schema.constraints),
            _LINEAGE: dg.TableColumnLineage(deps_by_column=deps),
        }
    )


def _words(deps: Sequence[dg.TableColumnDep]) -> str:
    """Such as `From int_periods.gmv.`, each a link to its asset."""
    named = ", ".join(
        f"[{dep.asset_key.path[-1]}.{dep.column_name}](/assets/{'/'.join(dep.asset_key.path)})"
        for dep in deps[:_NAMED]
    )
    more = f" and {len(deps) - _NAMED} more" if len(deps) > _NAMED else ""
    return f"From {named}{more}." if deps else ""
