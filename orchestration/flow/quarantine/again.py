"""Files that were mended go the way of every other file again."""

from __future__ import annotations

from collections.abc import Callable

from orchestration.flow.gate import gate
from orchestration.flow.handover import hand_over
from orchestration.flow.reading.read import read_landed
from orchestration.flow.sources import sources
from orchestration.flow.workspace import Workspace


def bring_in(workspace: Workspace, tell: Callable[[str], None]) -> dict[str, list[str]]:
    """Read, judge and hand over what waits, as `seedbed ingest` does; nothing new is taken in.

    Returns:
        By source, why the gate lets nothing of it through; empty where it does.
    """
    read_landed(workspace, tell)
    stopped: dict[str, list[str]] = {}
    for source in sources(workspace.home):
        tell(f"checking rows of {source}")
        if faults := gate(workspace, source).structural_faults:
            stopped[source] = faults
    hand_over(workspace)
    return stopped
