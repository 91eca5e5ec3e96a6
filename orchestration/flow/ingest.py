"""Steps 1 to 4 in one go: what `seedbed ingest` does, without Dagster."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from orchestration.flow.accounting import FileAccount, accounts
from orchestration.flow.exit_codes import DONE, FAILED, WITHHELD
from orchestration.flow.gate import GateOutcome, gate, sources_at_the_gate
from orchestration.flow.handover import hand_over
from orchestration.flow.landing.land import Landed, land
from orchestration.flow.reading.read import ReadOutcome, read_landed
from orchestration.flow.set_aside import SetAside, set_aside
from orchestration.flow.sources import sources
from orchestration.flow.workspace import Workspace

Progress = Callable[[str], None]


@dataclass(frozen=True)
class IngestReport:
    """What an ingest did, and how every file of the home stands after it.

    `touched`: files that it read or unpacked, or tried to; `set_aside`: their quarantined rows
    in short.
    """

    landed: list[Landed]
    read: list[ReadOutcome]
    gated: list[GateOutcome]
    files: list[FileAccount]
    touched: list[FileAccount]
    set_aside: list[SetAside]

    @property
    def structural_faults(self) -> list[str]:
        """Faults that stopped a whole source."""
        return [fault for outcome in self.gated for fault in outcome.structural_faults]

    @property
    def exit_code(self) -> int:
        """1 if a source was stopped, 3 if anything was held or set aside now, else 0."""
        if self.structural_faults:
            return FAILED
        withheld = any(file.problem or file.rows_quarantined for file in self.touched)
        return WITHHELD if withheld or any(item.fault for item in self.landed) else DONE

    def as_dict(self) -> dict[str, Any]:
        return {
            "new_files": sum(item.is_new for item in self.landed),
            "not_archived": [item.fault for item in self.landed if item.fault],
            "read_now": [file.file_sha256 for file in self.touched],
            "unknown_headers": sorted({h for o in self.read for h in o.new_headers}),
            "structural_faults": self.structural_faults,
            "set_aside": [item.as_dict() for item in self.set_aside],
            "files": [file.as_dict() for file in self.files],
        }


def ingest(
    workspace: Workspace,
    paths: Iterable[Path] = (),
    *,
    merchant_id: str | None = None,
    covers: tuple[date, date] | None = None,
    progress: Progress | None = None,
) -> IngestReport:
    """Archive, read, gate and hand over; the same files twice change nothing."""
    landed = land(workspace, paths, merchant_id=merchant_id, covers=covers, progress=progress)
    read = read_landed(workspace, progress)
    gated = _gate_all(workspace, progress or (lambda _text: None))
    hand_over(workspace)
    files = accounts(workspace)
    read_now = {(outcome.merchant_id, outcome.file_sha256) for outcome in read}
    read_now |= {(item.merchant_id, item.file_sha256) for item in landed if item.is_unpacked}
    touched = [
        file
        for file in files
        if (file.merchant_id, file.file_sha256) in read_now and file.status != "withdrawn"
    ]
    details = set_aside(workspace.home, workspace.settings.duckdb, touched)
    return IngestReport(landed, read, gated, files, touched, details)


def _gate_all(workspace: Workspace, tell: Progress) -> list[GateOutcome]:
    waiting = sources_at_the_gate(workspace)
    outcomes: list[GateOutcome] = []
    number = 0
    for source in sources(workspace.home):
        if source in waiting:
            number += 1
            tell(f"checking rows of {source} ({number} of {len(waiting)})")
        outcomes.append(gate(workspace, source))
    return outcomes
