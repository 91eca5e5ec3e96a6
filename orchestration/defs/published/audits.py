"""What marts may say, as checks of theirs: a critical one stands between build and publish."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import dagster as dg

from expectations.mart_suite import load_mart_suite
from expectations.suite import Expectation
from orchestration.defs.expected import counts, words
from orchestration.defs.resources import SeedbedHome
from orchestration.flow.audit import Audit, audit, marts_of, sample_keys, stops
from orchestration.flow.data_docs import newest_data_docs
from orchestration.flow.publishing import BuildError, Stage

_CRITICAL: dict[Stage, str] = {
    "data": "Critical: nothing is published, and readers keep the build before",
    "weeks": "Critical: the weeks are not published, and readers have the tables without them",
}
_WARNING = "Warning: nothing is stopped"


def _spec(stage: Stage, mart: str, item: Expectation) -> dg.AssetCheckSpec:
    is_critical = item.severity == "critical"
    return dg.AssetCheckSpec(
        item.name,
        asset=dg.AssetKey(["marts", mart]),
        # Whatever reads the mart in the same run waits for it.
        blocking=is_critical,
        description=words(item, _CRITICAL[stage] if is_critical else _WARNING),
    )


def _specs(stage: Stage) -> list[dg.AssetCheckSpec]:
    return [
        _spec(stage, mart, item)
        for mart in marts_of(stage)
        for item in load_mart_suite(mart).expectations
    ]


def _result(
    mart: str, result: dict[str, Any], docs: Mapping[str, Path], *, is_fresh: bool
) -> dg.AssetCheckResult:
    error, warning = dg.AssetCheckSeverity.ERROR, dg.AssetCheckSeverity.WARN
    return dg.AssetCheckResult(
        asset_key=dg.AssetKey(["marts", mart]),
        check_name=result["name"],
        passed=result["passed"],
        severity=error if stops(result) else warning,
        description=result["fault"],
        metadata=counts(
            result["name"], result, sample_keys(result), docs.get(mart), is_fresh=is_fresh
        ),
    )


def _told(
    context: dg.AssetCheckExecutionContext, seedbed: SeedbedHome, stage: Stage
) -> Iterator[dg.AssetCheckResult]:
    """Tell what was found of each check that is asked for.

    All marts are looked at, whatever is asked for: they are published together.
    """
    with seedbed.open() as workspace:
        found: Audit = audit(workspace, stage)
        docs = newest_data_docs(workspace.home)
    asked = {(key.asset_key.path[-1], key.name) for key in context.selected_asset_check_keys}
    for mart in found.marts:
        for result in mart["expectations"]:
            if (mart["mart"], result["name"]) in asked:
                yield _result(mart["mart"], result, docs, is_fresh=found.is_fresh)
    # Dagster's own line of a check that stops the run names it, and not why; and one that raised
    # stops it, too, though it is declared as a warning.
    if found.stopping:
        raise BuildError(" ".join(found.stopping))


@dg.multi_asset_check(name="audit_data_marts", specs=_specs("data"), can_subset=True)
def audit_data_marts(
    context: dg.AssetCheckExecutionContext, seedbed: SeedbedHome
) -> Iterator[dg.AssetCheckResult]:
    """Every row of the marts, before they are published."""
    yield from _told(context, seedbed, "data")


@dg.multi_asset_check(name="audit_weekly_marts", specs=_specs("weeks"), can_subset=True)
def audit_weekly_marts(
    context: dg.AssetCheckExecutionContext, seedbed: SeedbedHome
) -> Iterator[dg.AssetCheckResult]:
    """Every row of the weekly marts, before they are published."""
    yield from _told(context, seedbed, "weeks")
