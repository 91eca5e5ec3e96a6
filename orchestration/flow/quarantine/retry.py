"""`seedbed quarantine retry`: what a workbook says is laid over its files, which are read again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orchestration.exports.repairs import Repairs
from orchestration.flow.exit_codes import DONE, FAILED, WITHHELD
from orchestration.flow.quarantine.again import bring_in
from orchestration.flow.quarantine.gather import Progress
from orchestration.flow.quarantine.judge import (
    Fate,
    RowOutcome,
    Standing,
    Wish,
    judged,
    outcome,
    planned,
)
from orchestration.flow.quarantine.read import SheetRow
from orchestration.flow.quarantine.standing import fates, is_read_again, standings
from orchestration.flow.quarantine.wishes import wishes_of
from orchestration.flow.repairs import Content, remember_repairs
from orchestration.flow.workspace import Workspace

_UNTOUCHED = (Fate.ALREADY_MENDED, Fate.UNCHANGED, Fate.REFUSED)


@dataclass(frozen=True)
class RetryReport:
    """What came, or would come, of a workbook, row by row in its order.

    `notes`: what was not taken from it. `structural_faults`: why the gate lets nothing through.
    """

    workbook: str
    outcomes: Sequence[RowOutcome]
    notes: Sequence[str] = ()
    structural_faults: Sequence[str] = ()
    is_dry_run: bool = False

    @property
    def by_fate(self) -> dict[Fate, int]:
        """How many rows came out how."""
        counts = Counter(one.fate for one in self.outcomes)
        return {fate: counts[fate] for fate in Fate if counts[fate]}

    @property
    def changed_nothing(self) -> bool:
        return all(fate in _UNTOUCHED for fate in self.by_fate)

    @property
    def exit_code(self) -> int:
        if self.structural_faults:
            return FAILED
        return WITHHELD if any(one.is_undecided for one in self.outcomes) else DONE

    def as_dict(self) -> dict[str, Any]:
        return {
            "workbook": self.workbook,
            "dry_run": self.is_dry_run,
            "rows": {fate.value: count for fate, count in self.by_fate.items()},
            "outcomes": [one.as_dict() for one in self.outcomes],
            "notes": list(self.notes),
            "structural_faults": list(self.structural_faults),
        }


def retry(
    workspace: Workspace, path: Path, *, dry_run: bool = False, progress: Progress | None = None
) -> RetryReport:
    """Take what a workbook says, read and judge its files again; nothing is written if dry.

    Every row is taken or refused for itself. The same workbook again changes nothing.

    Raises:
        QuarantineError: the workbook cannot be read, or belongs to another home.
    """
    tell = progress or (lambda _text: None)
    tell(f"reading {path.name}")
    told = wishes_of(workspace, path, workspace.layouts())
    wishes = told.wishes
    standing = standings(workspace, _lines(wishes), {w.content: w.source for w in wishes})
    said = [judged(wish, standing[wish.content]) for wish in wishes]
    taken = [wish for wish, one in zip(wishes, said, strict=True) if one is None]
    faults: list[str] = []
    if dry_run:
        then = [planned(wish, standing[wish.content]) for wish in taken]
    elif taken or is_read_again(workspace, standing):
        for content, repairs in _repairs(taken).items():
            remember_repairs(workspace, content, repairs, told_by=path.name)
        stopped = bring_in(workspace, tell)
        faults = [fault for of_source in stopped.values() for fault in of_source]
        then = _after(workspace, taken, standing, stopped)
    else:
        then = []
    rest = iter(then)
    outcomes = [one or next(rest) for one in said]
    outcomes += [_damaged(row) for row in told.damaged]
    return RetryReport(path.name, outcomes, told.notes, faults, is_dry_run=dry_run)


def _lines(wishes: Iterable[Wish]) -> dict[Content, set[int]]:
    lines: dict[Content, set[int]] = {}
    for wish in wishes:
        lines.setdefault(wish.content, set()).add(wish.line)
    return lines


def _repairs(taken: Iterable[Wish]) -> dict[Content, Repairs]:
    found: dict[Content, dict[int, Mapping[str, str]]] = {}
    for wish in taken:
        found.setdefault(wish.content, {})[wish.line] = wish.repairs
    return dict(found)


def _after(
    workspace: Workspace,
    taken: Sequence[Wish],
    standing: Mapping[Content, Standing],
    stopped: Mapping[str, Sequence[str]],
) -> list[RowOutcome]:
    found = fates(workspace, standing, _lines(taken), stopped)
    return [
        outcome(wish, standing[wish.content], *found[wish.content][wish.line]) for wish in taken
    ]


def _damaged(row: SheetRow) -> RowOutcome:
    return RowOutcome(row.sheet, row.number, "", "", "", 0, Fate.REFUSED, row.fault or "")
