"""What last went wrong in a step, kept so that whoever looks later is told the same sentences."""

from __future__ import annotations

import json
from collections.abc import Sequence

from orchestration.flow.workspace import Workspace

LANDING = "landing_faults"


def gate_step(source: str) -> str:
    """The step of the gate for one source."""
    return f"gate_faults/{source}"


def remember_faults(workspace: Workspace, step: str, faults: Sequence[str]) -> None:
    """Keep what is wrong now; an empty list forgets what was wrong before."""
    if list(faults) != faults_of(workspace, step):
        workspace.store.remember(step, json.dumps(list(faults), ensure_ascii=False))


def faults_of(workspace: Workspace, step: str) -> list[str]:
    """A sentence per fault that the step met when it last ran."""
    return json.loads(workspace.store.fact(step) or "[]")


def stopped_at_gate(workspace: Workspace) -> list[str]:
    """Why the gate lets nothing through, over all sources; empty if it does."""
    steps = workspace.store.facts(gate_step("")).values()
    return [fault for step in steps for fault in json.loads(step)]
