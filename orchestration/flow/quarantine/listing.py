"""What waits for a decision: quarantined rows by rule, files held whole, and files of nobody."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from orchestration.flow.claims import NOBODY
from orchestration.flow.quarantine.fixes import Fixes
from orchestration.flow.quarantine.replaced import RowKey, replaced_rows
from orchestration.flow.quarantine.rows import (
    Choice,
    QuarantinedFile,
    QuarantinedRow,
    quarantined_files,
    rows_of,
    short_hashes,
)
from orchestration.flow.workspace import Workspace
from orchestration.state.manifest import current_readings, receipts_of
from orchestration.state.models import File

NOTHING_WAITS, SOMETHING_WAITS = 0, 3
Progress = Callable[[str], None]
_STANDS = " What was read of it before still counts."


@dataclass(frozen=True)
class RuleGroup:
    """Rows of one merchant and source that break one rule; file and line are the first of them.

    `replaced`: how many of them a newer export has whole, so that nothing is lost by them.
    """

    merchant_id: str
    source: str
    rule: str
    reason: str
    suggested_fix: str
    file_name: str
    file_sha256: str
    line: int
    rows: int = 0
    files: int = 0
    replaced: int = 0


@dataclass(frozen=True)
class WholeFile:
    """A file of which nothing was let in, and the command that mends it."""

    merchant_id: str
    source: str | None
    file_name: str
    file_sha256: str
    rows: int
    reason: str
    mend: str


@dataclass(frozen=True)
class Listing:
    """Everything that waits; `unclaimed` are files of nobody."""

    groups: Sequence[RuleGroup]
    held: Sequence[WholeFile]
    unclaimed: Sequence[WholeFile]

    @property
    def exit_code(self) -> int:
        return SOMETHING_WAITS if self.groups or self.held or self.unclaimed else NOTHING_WAITS

    def as_dict(self) -> dict[str, Any]:
        return {
            "quarantined": [asdict(group) for group in self.groups],
            "held": [asdict(file) for file in self.held],
            "unclaimed": [asdict(file) for file in self.unclaimed],
        }


def listing(workspace: Workspace, choice: Choice, progress: Progress | None = None) -> Listing:
    """Count what waits.

    Raises:
        QuarantineError, LayoutError: there is no such merchant or source.
    """
    files = quarantined_files(workspace, choice)
    replaced = replaced_rows(workspace, files)
    groups: dict[tuple[str, str, str], RuleGroup] = {}
    fixes = Fixes(workspace.layouts())
    for number, file in enumerate(files, start=1):
        if progress:
            progress(f"counting rows of {file.file_name} ({number:,} of {len(files):,})")
        _count(groups, file, choice, fixes, replaced)
    found = sorted(groups.values(), key=lambda g: (g.merchant_id, g.source, -g.rows, g.rule))
    waiting = [] if choice.rule or choice.week else _whole_files(workspace, choice)
    return Listing(
        groups=found,
        held=[file for file in waiting if file.merchant_id != NOBODY],
        unclaimed=[file for file in waiting if file.merchant_id == NOBODY],
    )


def _count(
    groups: dict[tuple[str, str, str], RuleGroup],
    file: QuarantinedFile,
    choice: Choice,
    fixes: Fixes,
    replaced: set[RowKey],
) -> None:
    counted: set[str] = set()
    for row in rows_of(file, choice):
        for rule, reason in zip(row.rules, row.reasons, strict=True):
            if choice.rule not in (None, rule):
                continue
            key = (file.merchant_id, file.source, rule)
            known = groups.get(key) or _new_group(row, rule, reason, fixes)
            groups[key] = replace(
                known,
                rows=known.rows + 1,
                files=known.files + (rule not in counted),
                replaced=known.replaced + (row.key in replaced),
            )
            counted.add(rule)


def _new_group(row: QuarantinedRow, rule: str, reason: str, fixes: Fixes) -> RuleGroup:
    file = row.file
    fix = fixes.fix(file.source, rule)
    return RuleGroup(
        file.merchant_id, file.source, rule, reason, fix, file.file_name, file.file_sha256, row.line
    )


def _whole_files(workspace: Workspace, choice: Choice) -> list[WholeFile]:
    found: list[WholeFile] = []
    with workspace.store.session() as session:
        known = current_readings(session)
        short = short_hashes(file.file_sha256 for file, _ in known)
        for file, reading in known:
            if file.reason is None or file.status == "withdrawn":
                continue
            receipt = receipts_of(session, file)[0]
            if choice.takes_file(file.merchant_id, file.source, receipt.received_at):
                rows = reading.rows_held if reading else 0
                mend = _mend(file, receipt.file_name, short[file.file_sha256])
                found.append(_whole_file(file, receipt.file_name, rows, mend))
    return sorted(found, key=lambda file: (file.merchant_id, file.file_name))


def _whole_file(file: File, file_name: str, rows: int, mend: str) -> WholeFile:
    return WholeFile(
        merchant_id=file.merchant_id,
        source=file.source,
        file_name=file_name,
        file_sha256=file.file_sha256,
        rows=rows,
        reason=(file.reason or "") + (_STANDS if file.status == "loaded" else ""),
        mend=mend,
    )


def _mend(file: File, file_name: str, short_hash: str) -> str:
    if file.merchant_id == NOBODY:
        way = (
            f"`seedbed ingest --merchant M {file_name}` claims it; `seedbed merchants suggest` "
            "proposes whose it is"
        )
    elif file.layout_revision is None:
        way = "mend what is named, then `seedbed ingest`: it is tried again each time"
    else:
        way = f"mend what is named, then `seedbed ingest --reparse {file.source}`"
    return f"{way}; `seedbed ingest --withdraw {short_hash}` takes it off this list."
