"""Between build and publish: every mart is asked whether its rows say only what they may.

What fails a critical expectation, or makes any expectation raise, is never published: readers keep
the build that they have. What fails a warning is published, and told.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, get_args

from expectations.audit import audit_mart
from expectations.mart_suite import load_mart_suite, mart_names
from orchestration.flow.data_docs import write_data_docs
from orchestration.flow.faults import audit_step, remember_faults
from orchestration.flow.publishing import Stage, built_id, remember_audit
from orchestration.flow.workspace import Workspace
from orchestration.periods import business_day
from orchestration.settings import now
from orchestration.warehouse.built_marts import open_built_marts
from orchestration.warehouse.publish import WEEKLY_MARTS

STAGES: tuple[Stage, ...] = get_args(Stage)


@dataclass(frozen=True)
class Audit:
    """What the suites found of the marts of a stage.

    `marts`: the results of each mart as JSON (`MartResult`). `stopping`: a sentence per expectation
    that keeps the build from its readers. `is_fresh`: false where the same build had passed before.
    """

    build_id: str
    marts: list[dict[str, Any]]
    stopping: list[str]
    is_fresh: bool = True


def marts_of(stage: Stage) -> list[str]:
    """The marts that are published after this stage of a run, in alphabetical order."""
    return [mart for mart in mart_names() if (mart in WEEKLY_MARTS) == (stage == "weeks")]


def audit(workspace: Workspace, stage: Stage) -> Audit:
    """Ask the marts of a stage as they are built, and remember whether they may be published.

    A build that has passed and was published is not asked again: readers are given the file that
    was made then, whatever was built of the same inputs since.

    Raises:
        SuiteError: an expectation cannot be built.
        WarehouseError: the marts cannot be read.
    """
    build_id = built_id(workspace, stage)
    before = last_audit(workspace, stage)
    is_same = bool(build_id) and before.build_id == build_id and not before.stopping
    if is_same and (workspace.home.published / f"{build_id}.duckdb").exists():
        remember_audit(workspace, stage, build_id)
        return before
    found = Audit(build_id, marts := _ask(workspace, stage), list(_stopping(marts)))
    workspace.store.remember(_fact(stage), json.dumps({"build_id": build_id, "marts": marts}))
    remember_faults(workspace, audit_step(stage), found.stopping)
    remember_audit(workspace, stage, "" if found.stopping else build_id)
    return found


def last_audit(workspace: Workspace, stage: Stage) -> Audit:
    """What the suites found when they were last asked; no marts before the first time."""
    known = json.loads(workspace.store.fact(_fact(stage)) or "{}")
    marts = known.get("marts", [])
    return Audit(known.get("build_id", ""), marts, list(_stopping(marts)), is_fresh=False)


def stops(result: dict[str, Any]) -> bool:
    """Whether the result of one expectation keeps a build from its readers."""
    return bool(result["fault"]) or (result["severity"] == "critical" and not result["passed"])


def sample_keys(result: dict[str, Any]) -> str:
    """The first failing rows, each by the values of its mart's grain."""
    return "; ".join(" ".join(map(str, key.values())) for key in result["samples"])


def _fact(stage: Stage) -> str:
    return f"audit_result/{stage}"


def _ask(workspace: Workspace, stage: Stage) -> list[dict[str, Any]]:
    today, home = business_day(now()), workspace.home
    marts = []
    with open_built_marts(home, workspace.settings.duckdb) as connection:
        for mart in marts_of(stage):
            suite = load_mart_suite(mart)
            found = audit_mart(connection, suite, today)
            validated = f"{found.row_count:,} rows before they are published"
            write_data_docs(home, mart, suite.expectations, found.outcomes, validated)
            marts.append(found.as_json())
    return marts


def _stopping(marts: Iterable[dict[str, Any]]) -> Iterable[str]:
    return (
        _sentence(mart["mart"], result)
        for mart in marts
        for result in mart["expectations"]
        if stops(result)
    )


def _sentence(mart: str, result: dict[str, Any]) -> str:
    if result["fault"]:
        return (
            f"marts.{mart}: {result['name']} gives no answer: {result['fault']}. Mend the mart, or "
            f"the query in expectations/suites/marts/{mart}.yml."
        )
    count, rows = result["unexpected_count"], result["evaluated_count"]
    which = "the table fails" if count is None else f"{count:,} of {rows:,} rows fail"
    keys = sample_keys(result)
    return (
        f"marts.{mart}: {which} {result['name']}{f' ({keys})' if keys else ''}. "
        f"{result['description']} {result['suggested_fix']}"
    )
