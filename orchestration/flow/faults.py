"""What last went wrong in a step, kept so that whoever looks later is told the same sentences."""

from __future__ import annotations

import json
from collections.abc import Sequence

from orchestration.flow.workspace import Workspace

LANDING = "landing_faults"


def gate_step(source: str) -> str:
    """The step of the gate for one source."""
    return f"gate_faults/{source}"


def audit_step(stage: str) -> str:
    """The step that looks at the marts of a stage before they are published."""
    return f"audit_faults/{stage}"


def remember_faults(workspace: Workspace, step: str, faults: Sequence[str]) -> None:
    """Keep what is wrong now; an empty list forgets what was wrong before."""
    if list(faults) != faults_of(workspace, step):
        workspace.store.remember(step, json.dumps(list(faults), ensure_ascii=False))


def faults_of(workspace: Workspace, step: str) -> list[str]:
    """A sentence per fault that the step met when it last ran."""
    return json.loads(workspace.store.fact(step) or "[]")


def stopped_at_gate(workspace: Workspace) -> list[str]:
    """Why the gate lets nothing through, over all sources; empty if it does."""
    return _faults_of_all(workspace, gate_step(""))


def stopped_at_audit(workspace: Workspace) -> list[str]:
    """Why marts as built are not published, of all stages; empty if they are."""
    return _faults_of_all(workspace, audit_step(""))


def causes_of(workspace: Workspace, step: str, told: str) -> list[str]:
    """Why a step of a run failed: Dagster only says that a check did, gate and audit know why.

    `step`: its key in Dagster. `told`: what Dagster says, which holds for every other step.
    """
    if step.startswith("raw__"):
        return stopped_at_gate(workspace) or [told]
    if step.startswith("audit_"):
        return stopped_at_audit(workspace) or [told]
    return [told]


def _faults_of_all(workspace: Workspace, steps: str) -> list[str]:
    return [fault for step in workspace.store.facts(steps).values() for fault in json.loads(step)]
