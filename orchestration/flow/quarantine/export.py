"""`seedbed quarantine export`: quarantined rows as a workbook to be mended in."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from xlsxwriter.exceptions import XlsxWriterException

from orchestration.files import replacing
from orchestration.flow.quarantine.gather import Gathering, How, Progress
from orchestration.flow.quarantine.rows import Choice, QuarantineError
from orchestration.flow.quarantine.write import write_workbook
from orchestration.flow.workspace import Workspace
from orchestration.settings import now


@dataclass(frozen=True)
class ExportReport:
    """What a workbook holds: rows by sheet, and how many were left out for newer exports.

    `notes`: a sentence per file whose rows could not be shown.
    """

    file: Path
    sheets: dict[str, int]
    files: int
    replaced: int
    notes: Sequence[str] = ()

    @property
    def exit_code(self) -> int:
        return 3 if self.notes else 0

    @property
    def rows(self) -> int:
        return sum(self.sheets.values())

    def as_dict(self) -> dict[str, Any]:
        return {**asdict(self), "rows": self.rows}


def export_quarantine(
    workspace: Workspace,
    target: Path,
    choice: Choice,
    how: How | None = None,
    progress: Progress | None = None,
) -> ExportReport:
    """Write the chosen rows; without any, no file is written.

    Raises:
        QuarantineError: the file may not be written there, or it is there already.
        ExportError: a file that rows come from is damaged behind its header.
    """
    how = how or How()
    _refuse_place(workspace, target, how)
    gathering = Gathering(workspace, choice, how, progress or (lambda _text: None))
    if not gathering.has_rows():
        return ExportReport(target, {}, 0, len(gathering.left_out), gathering.notes)
    with (
        replacing(target) as path,
        tempfile.TemporaryDirectory(dir=target.parent, prefix=path.name) as scratch,
    ):
        try:
            sheets = write_workbook(
                path,
                Path(scratch),
                gathering.sources(),
                now(),
                is_personal=how.personal,
                rows_of_a_sheet=how.rows_of_a_sheet,
            )
        except XlsxWriterException as error:
            raise QuarantineError(f"{target} cannot be written: {error}.") from error
    left_out = len(gathering.left_out)
    return ExportReport(target, sheets, gathering.file_count, left_out, gathering.notes)


def _refuse_place(workspace: Workspace, target: Path, how: How) -> None:
    if target.resolve().is_relative_to(workspace.home.root.resolve()):
        raise QuarantineError(
            f"{target} lies in the home, where only seedbed writes; name a place outside of it."
        )
    if target.exists() and not how.overwrite:
        raise QuarantineError(
            f"{target} is there already; name another file, or add --overwrite if nothing in it "
            "is to be kept."
        )
