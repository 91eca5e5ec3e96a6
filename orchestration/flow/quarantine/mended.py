"""What people mended: who said so, when, and what the file says itself; and taking it back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from orchestration.exports.errors import ExportError
from orchestration.exports.layout.book import Layout
from orchestration.exports.repairs import DISCARD_ROW
from orchestration.exports.table.cells import clean
from orchestration.exports.table.file_rows import FileRow, FileRows, open_rows
from orchestration.flow.quarantine.as_shown import personal_columns
from orchestration.flow.quarantine.rows import Choice
from orchestration.flow.repairs import Content, all_repairs
from orchestration.flow.workspace import Workspace
from orchestration.state.manifest import receipts_of
from orchestration.state.models import File, Repair

_NOT_SHOWN = "(not shown)"


@dataclass(frozen=True)
class MendedCell:
    """A cell of a file and what it was made; None where it is empty, or is not to be seen."""

    column: str
    header: str
    old: str | None
    new: str | None


@dataclass(frozen=True)
class MendedRow:
    """A row that a workbook mended or took out; `workbook` is the one that spoke of it last."""

    merchant_id: str
    source: str | None
    file_name: str
    file_sha256: str
    line: int
    workbook: str
    mended_at: datetime
    is_discarded: bool
    cells: Sequence[MendedCell]

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def mended_rows(workspace: Workspace, choice: Choice) -> tuple[list[MendedRow], list[str]]:
    """Every mended row, and a sentence per file that cannot be looked into any more."""
    found: list[MendedRow] = []
    notes: list[str] = []
    by_file = groupby(all_repairs(workspace), lambda r: Content(r.merchant_id, r.file_sha256))
    for content, group in by_file:
        repairs = list(group)
        with workspace.store.session() as session:
            file = session.get_one(File, content)
            receipt = receipts_of(session, file)[0]
        if not choice.takes_file(file.merchant_id, file.source, receipt.received_at):
            continue
        looked = _Looked(workspace, file, receipt.file_name, {r.row_number for r in repairs})
        notes.extend(looked.notes)
        for line, of_row in groupby(repairs, lambda r: r.row_number):
            found.append(_row(file, receipt.file_name, line, list(of_row), looked))
    return found, notes


class _Looked:
    """The rows of one file as they stand there."""

    def __init__(self, workspace: Workspace, file: File, file_name: str, lines: set[int]) -> None:
        self.notes: list[str] = []
        self._opened: FileRows | None = None
        self._rows: dict[int, FileRow] = {}
        book = workspace.layouts()
        self.layout: Layout | None = book.layouts.get(file.source or "")
        try:
            with workspace.archive().opened(file.file_sha256) as content:
                self._opened = open_rows(content, file_name, book)
                self._rows = {row.number: row for row in self._opened.rows(lines)}
        except ExportError as error:
            self.notes.append(f"What the file says itself is not shown. {error}")

    def cell(self, line: int, repair: Repair) -> MendedCell:
        """A mended cell beside what the file says."""
        name, layout = repair.column_name, self.layout
        headers = layout.columns[name].headers if layout and name in layout.columns else ()
        header = headers[0] if headers else name
        if layout and name in personal_columns(layout):
            return MendedCell(name, header, _NOT_SHOWN, _NOT_SHOWN if repair.text else None)
        return MendedCell(name, header, self._text(line, name), repair.text or None)

    def _text(self, line: int, name: str) -> str | None:
        row = self._rows.get(line)
        if self._opened is None or row is None or not row.is_even:
            return None
        place = self._opened.found.positions.get(name)
        return None if place is None else clean(row.texts[place])


def _row(
    file: File, file_name: str, line: int, repairs: Sequence[Repair], looked: _Looked
) -> MendedRow:
    last = max(repairs, key=lambda repair: repair.repaired_at)
    return MendedRow(
        merchant_id=file.merchant_id,
        source=file.source,
        file_name=file_name,
        file_sha256=file.file_sha256,
        line=line,
        workbook=last.told_by,
        mended_at=last.repaired_at,
        is_discarded=any(repair.column_name == DISCARD_ROW for repair in repairs),
        cells=[looked.cell(line, r) for r in repairs if r.column_name != DISCARD_ROW],
    )
