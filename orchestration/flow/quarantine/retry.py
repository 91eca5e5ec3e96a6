"""`seedbed quarantine retry`: what a workbook says is laid over its files, which are read again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orchestration.exports.identity import customer_key_for
from orchestration.exports.layouts import LayoutBook
from orchestration.exports.repairs import Repairs
from orchestration.flow.identity import identity_key
from orchestration.flow.quarantine.again import bring_in
from orchestration.flow.quarantine.changes import CellError, changes_of
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
from orchestration.flow.quarantine.read import SheetRow, read_returned
from orchestration.flow.quarantine.rows import QuarantineError
from orchestration.flow.quarantine.standing import fates, is_read_again, standings
from orchestration.flow.repairs import Content, remember_repairs
from orchestration.flow.workspace import Workspace

DONE, FAILED, WITHHELD = 0, 1, 3
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
    book = workspace.layouts()
    returned = read_returned(path, book)
    _refuse_stranger(workspace, path, returned.rows)
    wishes = _wishes(workspace, returned.rows, book)
    standing = standings(workspace, _lines(wishes), {w.content: w.row_id.source for w in wishes})
    said = {id(wish): judged(wish, standing[wish.content]) for wish in wishes}
    taken = [wish for wish in wishes if said[id(wish)] is None]
    faults: list[str] = []
    if dry_run:
        said |= {id(wish): planned(wish, standing[wish.content]) for wish in taken}
    elif taken or is_read_again(workspace, standing):
        for content, repairs in _repairs(taken).items():
            remember_repairs(workspace, content, repairs, told_by=path.name)
        stopped = bring_in(workspace, tell)
        faults = [fault for told in stopped.values() for fault in told]
        said |= _after(workspace, taken, standing, stopped)
    outcomes = [found for wish in wishes if (found := said[id(wish)]) is not None]
    broken = [_unread(row) for row in returned.rows if row.row_id is None]
    return RetryReport(path.name, [*outcomes, *broken], returned.notes, faults, is_dry_run=dry_run)


def _refuse_stranger(workspace: Workspace, path: Path, rows: Iterable[SheetRow]) -> None:
    homes = {row.row_id.home_id for row in rows if row.row_id is not None}
    if homes - {workspace.settings.home_id}:
        raise QuarantineError(
            f"{path.name} was exported from another home; give that one with --home, or export "
            "from this one."
        )


def _wishes(workspace: Workspace, rows: Sequence[SheetRow], book: LayoutBook) -> list[Wish]:
    key = identity_key(workspace)
    wishes: list[Wish] = []
    for row in rows:
        if row.row_id is None:
            continue
        customer_key = customer_key_for(key, row.row_id.merchant_id)
        try:
            layout = book.get(row.row_id.source)
            changes = {} if row.fault else changes_of(row, row.row_id, layout, customer_key)
            wishes.append(Wish(row, row.row_id, changes, row.fault))
        except CellError as error:
            wishes.append(Wish(row, row.row_id, fault=str(error)))
    return _without_contradictions(wishes)


def _without_contradictions(wishes: list[Wish]) -> list[Wish]:
    """Two rows of the workbook that want one row of a file to be different say nothing."""
    asked: dict[tuple[Content, int], set[frozenset[tuple[str, str]]]] = {}
    for wish in wishes:
        asked.setdefault(wish.key, set()).add(frozenset(wish.repairs.items()))
    fault = "the workbook has this row twice, with different cells; keep one of them"
    return [
        wish if wish.fault or len(asked[wish.key]) == 1 else Wish(wish.row, wish.row_id, {}, fault)
        for wish in wishes
    ]


def _lines(wishes: Iterable[Wish]) -> dict[Content, set[int]]:
    lines: dict[Content, set[int]] = {}
    for wish in wishes:
        lines.setdefault(wish.content, set()).add(wish.row_id.line)
    return lines


def _repairs(taken: Iterable[Wish]) -> dict[Content, Repairs]:
    found: dict[Content, dict[int, Mapping[str, str]]] = {}
    for wish in taken:
        found.setdefault(wish.content, {})[wish.row_id.line] = wish.repairs
    return dict(found)


def _after(
    workspace: Workspace,
    taken: Iterable[Wish],
    standing: Mapping[Content, Standing],
    stopped: Mapping[str, Sequence[str]],
) -> dict[int, RowOutcome | None]:
    wishes = list(taken)
    found = fates(workspace, standing, _lines(wishes), stopped)
    return {
        id(wish): outcome(wish, standing[wish.content], *found[wish.content][wish.row_id.line])
        for wish in wishes
    }


def _unread(row: SheetRow) -> RowOutcome:
    return RowOutcome(row.sheet, row.number, "", "", "", 0, Fate.REFUSED, row.fault or "")
