"""Which sheet of a file is the export, and what layout it follows."""

from __future__ import annotations

from pathlib import Path

from orchestration.exports.errors import (
    ExportError,
    MissingHeader,
    UnreadableFile,
    UnrecognisedFile,
)
from orchestration.exports.layout.book import LayoutBook
from orchestration.exports.layout.recognise import Recognised, recognise
from orchestration.exports.table.cell_batches import CellBatches
from orchestration.exports.table.sheets import Sheet, open_sheets

# A workbook of thousands of sheets needs not list them all in one sentence.
_TITLES_SHOWN = 5


def recognised_sheet(
    content: Path, file_name: str, book: LayoutBook, plain: CellBatches | None = None
) -> tuple[CellBatches, Recognised]:
    """The one sheet that fits a layout; `plain`, if given, is the only one there is.

    Raises:
        ExportError: none fits, or several do.
    """
    if plain is not None:
        return plain, recognise(plain.header, book, file_name)
    fitting: tuple[Sheet, Recognised] | None = None
    titles: list[str] = []
    nearest: ExportError | None = None
    for sheet in open_sheets(content, file_name, book):
        try:
            found = recognise(sheet.header, book, file_name)
        except (MissingHeader, UnrecognisedFile) as fault:
            # A sheet that almost fits says more than a cover sheet that does not.
            if nearest is None or isinstance(fault, MissingHeader) > isinstance(
                nearest, MissingHeader
            ):
                nearest = fault
            continue
        fitting = fitting or (sheet, found)
        titles.append(f"'{sheet.name}'")
    if len(titles) > 1:
        raise UnreadableFile(
            f"{file_name}: the sheets {', '.join(titles[:_TITLES_SHOWN])} all hold exports; save "
            "each as a file of its own."
        )
    if fitting:
        return fitting
    raise nearest or UnreadableFile(f"{file_name}: nothing in it can be seen; export it again.")
