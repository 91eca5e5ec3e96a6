"""Single rows of an archived file, every cell as it stands there, for a person to look at.

Unlike the reader this keeps unmapped and personal columns: who calls decides what is shown.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from orchestration.exports.errors import UnreadableFile
from orchestration.exports.layout.book import LayoutBook
from orchestration.exports.layout.headers import shown
from orchestration.exports.layout.recognise import Recognised
from orchestration.exports.table.cells import cell_text
from orchestration.exports.table.sheet_choice import recognised_sheet
from orchestration.exports.table.sheets import Sheet


@dataclass(frozen=True)
class FileRow:
    """A row by its number; `is_even`: each of its cells stands under a header."""

    number: int
    texts: tuple[str, ...]
    is_even: bool


class FileRows:
    """A file opened at its header."""

    def __init__(self, sheet: Sheet, found: Recognised) -> None:
        self.found = found
        self.headers = tuple(shown(text) for text in sheet.header[: sheet.width])
        self._sheet = sheet

    @property
    def other_places(self) -> dict[int, str]:
        """A name for each place (from 0) that no column of the layout stands at: its header."""
        mapped = set(self.found.positions.values())
        names: dict[int, str] = {}
        for place, header in enumerate(self.headers):
            if place not in mapped:
                is_taken = not header or header in names.values()
                names[place] = f"{header} ({place + 1})".strip() if is_taken else header
        return names

    def rows(self, numbers: Collection[int]) -> Iterator[FileRow]:
        """These rows in their order, those that the file does not have left out; once only.

        Raises:
            ExportError: the file is damaged before the last of them.
        """
        wanted = set(numbers)
        last = max(wanted, default=0)
        for number, cells in self._sheet.numbered_rows():
            if number > last:
                return
            if number in wanted:
                texts = tuple(map(cell_text, cells))
                yield FileRow(number, texts, self._sheet.has_header_length(cells))


def open_rows(content: Path, file_name: str, book: LayoutBook) -> FileRows:
    """Open an archived file at the sheet that is the export.

    Raises:
        ExportError: it cannot be opened, or fits no layout.
    """
    table, found = recognised_sheet(content, file_name, book)
    if not isinstance(table, Sheet):
        raise UnreadableFile(f"{file_name}: its rows cannot be shown one by one.")
    return FileRows(table, found)
