"""ZIP files opened with bounds: what their list of parts may cost, and what they may unpack to.

A workbook (.xlsx) is a ZIP too; its parts tell.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from zipfile import ZipFile, ZipInfo

# What a damaged or hostile ZIP can raise: beside BadZipFile, zipfile lets through the errors of
# damaged fields, such as a name that is no UTF-8 or a method that nobody knows.
ZIP_FAULTS = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    NotImplementedError,
    ValueError,
    EOFError,
    OSError,
)
# The list of parts is read at once, some 100 bytes for each: this is room for 160,000 of them.
_LONGEST_READ = 16 << 20
# Deflate packs at most 1,032 times; real exports are packed 5 to 40 times. Small parts do no harm.
_BOMB_RATIO = 250
_BOMB_BYTES = 100_000_000
# Every kind of workbook in a ZIP has one of these; the last is OpenDocument.
_WORKBOOK_PARTS = ("xl/", "content.xml")
# Word and PowerPoint files have it too, and are no archives of exports either.
_OFFICE_PART = "[Content_Types].xml"


class _Bounded(io.BufferedReader):
    """A file that never gives more than a part of it into memory at once."""

    def read(self, size: int | None = -1, /) -> bytes:
        """As of any file; up to its end only if that is near."""
        if size is None or size < 0:
            here = self.tell()
            size = self.seek(0, io.SEEK_END) - here
            self.seek(here)
        if size > _LONGEST_READ:
            raise zipfile.BadZipFile("its list of parts is too long")
        return super().read(size)


@contextmanager
def open_zip(path: Path) -> Iterator[ZipFile]:
    """Open a ZIP to read it in bounded memory.

    Raises:
        one of ZIP_FAULTS: it is none, or a damaged one.
    """
    with _Bounded(io.FileIO(path)) as file, ZipFile(file) as archive:
        # Of a ZIP that is cut off, the list of parts of a workbook inside it may be found instead.
        if min((part.header_offset for part in archive.infolist()), default=0) != 0:
            raise zipfile.BadZipFile("its list of parts is not its own")
        yield archive


def is_office_file(names: Iterable[str]) -> bool:
    """Whether a ZIP with these parts is one document and no archive of files."""
    return any(name == _OFFICE_PART or name.startswith(_WORKBOOK_PARTS) for name in names)


def is_workbook(names: Iterable[str]) -> bool:
    """Whether a ZIP with these parts holds sheets."""
    return any(name.startswith(_WORKBOOK_PARTS) for name in names)


def unpacks_to_too_much(packed: int, unpacked: int) -> bool:
    """Whether so many bytes out of so many are more than any export has ever needed."""
    return unpacked > max(_BOMB_BYTES, packed * _BOMB_RATIO)


def overlaps(parts: Iterable[ZipInfo], end: int) -> bool:
    """Whether two parts share bytes, or one reaches beyond `end`: a bomb without its weight."""
    header_bytes = 30
    ordered = sorted(parts, key=lambda part: part.header_offset)
    starts = [*(part.header_offset for part in ordered[1:]), end]
    return any(
        part.header_offset + header_bytes + part.compress_size > start
        for part, start in zip(ordered, starts, strict=True)
    )
