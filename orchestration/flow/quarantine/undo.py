"""`seedbed quarantine undo`: a mended row becomes again what its file says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from orchestration.flow.quarantine.again import bring_in
from orchestration.flow.quarantine.judge import Fate
from orchestration.flow.quarantine.rows import QuarantineError
from orchestration.flow.quarantine.standing import fates, standings
from orchestration.flow.repairs import Content, all_repairs, forget_repairs
from orchestration.flow.workspace import Workspace
from orchestration.state.models import File


@dataclass(frozen=True)
class Undone:
    """A row that is no longer mended, and what became of it."""

    merchant_id: str
    file_name: str
    file_sha256: str
    line: int
    fate: Fate
    sentence: str

    @property
    def exit_code(self) -> int:
        if self.fate is Fate.WAITING:
            return 1
        return 3 if self.fate in (Fate.STILL_QUARANTINED, Fate.HELD) else 0

    def as_dict(self) -> dict[str, Any]:
        return {
            "merchant_id": self.merchant_id,
            "file_name": self.file_name,
            "file_sha256": self.file_sha256,
            "line": self.line,
            "outcome": self.fate.value,
            "why": self.sentence,
        }


def undo(
    workspace: Workspace,
    sha256_prefix: str,
    line: int,
    *,
    merchant_id: str | None = None,
    progress: Callable[[str], None] | None = None,
) -> Undone:
    """Forget what was mended in one line of one file, and read the file again.

    Raises:
        QuarantineError: no mended row is meant by these words, or several are.
    """
    content = _chosen(workspace, sha256_prefix, line, merchant_id)
    with workspace.store.session() as session:
        source = session.get_one(File, content).source or ""
    forget_repairs(workspace, content, line)
    stopped = bring_in(workspace, progress or (lambda _text: None))
    lines = {content: {line}}
    standing = standings(workspace, lines, {content: source})
    fate, sentence = fates(workspace, standing, lines, stopped)[content][line]
    name = standing[content].file_name
    return Undone(content.merchant_id, name, content.file_sha256, line, fate, sentence)


def _chosen(
    workspace: Workspace, sha256_prefix: str, line: int, merchant_id: str | None
) -> Content:
    """The one file that begins with these digits and was mended in this line."""
    found = {
        Content(repair.merchant_id, repair.file_sha256)
        for repair in all_repairs(workspace)
        if repair.file_sha256.startswith(sha256_prefix.lower())
        and repair.row_number == line
        and merchant_id in (None, repair.merchant_id)
    }
    if not found:
        raise QuarantineError(
            f"No mended row is line {line} of a file that begins with '{sha256_prefix}'; "
            "`seedbed quarantine list --mended` shows those that are."
        )
    if len(found) > 1:
        owners = ", ".join(sorted(content.merchant_id for content in found))
        raise QuarantineError(
            f"Several mended rows are line {line} of a file that begins with '{sha256_prefix}' "
            f"({owners}); give more digits, or name one with --merchant."
        )
    return found.pop()
