"""What kind of file some bytes are: told by how they begin, never by a name. Pure but for reading.

A file that is no table at all is refused here, with one sentence about what it is instead.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from orchestration.exports.errors import UnreadableFile
from orchestration.exports.file_names import shown
from orchestration.exports.sealed import MAGIC
from orchestration.exports.zip_file import (
    ZIP_FAULTS,
    is_office_file,
    is_workbook,
    open_zip,
    unpacks_to_too_much,
)

Kind = Literal["zip_workbook", "old_workbook", "text"]

# Longer than any mark below, with room for the blank lines that web servers put before a page.
_HEAD_BYTES = 512
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0"
_OTHERS = {
    b"\x1f\x8b": "packed with gzip; unpack it and put the export itself there",
    b"Rar!": "a RAR archive; unpack it and put the export itself there",
    b"7z\xbc\xaf": "a 7z archive; unpack it and put the export itself there",
    b"PK": "an empty or damaged ZIP; download it again",
    MAGIC: "an export that Seedbed has encrypted; name the file that was downloaded",
    b"%PDF": "a PDF; download the export as .xlsx or .csv",
    b"\x89PNG": "a picture; download the export as .xlsx or .csv",
    b"\xff\xd8\xff": "a picture; download the export as .xlsx or .csv",
}
# Seen behind a byte order mark, blanks and, in UTF-16, between NUL bytes.
_TEXT_OTHERS = {
    b"<": "a web page or XML, often a login page saved by mistake; download the export again",
    b"{": "JSON, often an error message saved by mistake; download the export again",
}
_BEFORE_TEXT = b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n"


def kind_of(path: Path, file_name: str) -> Kind:
    """Whether these bytes are a workbook or text.

    Raises:
        UnreadableFile: they are something else, or a workbook that must not be unpacked.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    if head.startswith(_ZIP):
        _check_zip(path, file_name)
        return "zip_workbook"
    if head.startswith(_OLE):
        return "old_workbook"
    what = "empty; download the export again" if not head else _other(head)
    if what:
        raise UnreadableFile(f"{file_name}: it is {what}.")
    return "text"


def _other(head: bytes) -> str | None:
    text = head.lstrip(_BEFORE_TEXT)
    found = [what for start, what in _OTHERS.items() if head.startswith(start)]
    found += [what for start, what in _TEXT_OTHERS.items() if text.startswith(start)]
    return found[0] if found else None


def is_zip_of_files(path: Path) -> bool:
    """Whether these bytes are a ZIP of other files; no workbook, and no damaged ZIP either."""
    with path.open("rb") as file:
        if not file.read(len(_ZIP)).startswith(_ZIP):
            return False
    try:
        with open_zip(path) as archive:
            return not is_office_file(archive.namelist())
    except ZIP_FAULTS:
        return False


def _check_zip(path: Path, file_name: str) -> None:
    try:
        with open_zip(path) as archive:
            parts = archive.infolist()
    except ZIP_FAULTS as error:
        raise UnreadableFile(
            f"{file_name}: it is damaged or cut off, no .xlsx workbook and no ZIP that can be "
            "unpacked; download it again."
        ) from error
    names = [part.filename for part in parts]
    if not is_workbook(names):
        what = (
            "a document without sheets; download the export as .xlsx or .csv"
            if is_office_file(names)
            else "a ZIP archive of other files; run `seedbed ingest`, which unpacks it"
        )
        raise UnreadableFile(f"{file_name}: it is {what}.")
    for part in parts:
        if unpacks_to_too_much(part.compress_size, part.file_size):
            raise UnreadableFile(
                f"{file_name}: its part {shown(part.filename)!r} unpacks to {part.file_size:,} "
                "bytes, far more than any export; download it again."
            )
