"""Which sheet of a file is the export, and what layout it follows."""

from __future__ import annotations

from pathlib import Path

from orchestration.exports.cell_batches import CellBatches
from orchestration.exports.errors import (
    ExportError,
    MissingHeader,
    UnreadableFile,
    UnrecognisedFile,
)
from orchestration.exports.layouts import LayoutBook
from orchestration.exports.recognise import Recognised, recognise
from orchestration.exports.sheets import Sheet, open_sheets


def recognised_sheet(
    content: Path, file_name: str, book: LayoutBook, plain: CellBatches | None = None
) -> tuple[CellBatches, Recognised]:
    """The one sheet that fits a layout; `plain`, if given, is the only one there is.

    Raises:
        ExportError: none fits, or several do.
    """
    if plain is not None:
        return plain, recognise(plain.header, book, file_name)
    sheets = open_sheets(content, file_name, book)
    if not sheets:
        raise UnreadableFile(f"{file_name}: nothing in it can be seen; export it again.")
    fitting: list[tuple[Sheet, Recognised]] = []
    faults: list[ExportError] = []
    for sheet in sheets:
        try:
            fitting.append((sheet, recognise(sheet.header, book, file_name)))
        except (MissingHeader, UnrecognisedFile) as fault:
            faults.append(fault)
    if len(fitting) > 1:
        titles = ", ".join(f"'{sheet.name}'" for sheet, _ in fitting)
        raise UnreadableFile(
            f"{file_name}: the sheets {titles} all hold exports; save each as a file of its own."
        )
    if fitting:
        return fitting[0]
    # A sheet that almost fits says more than a cover sheet that does not.
    raise min(faults, key=lambda fault: not isinstance(fault, MissingHeader))
