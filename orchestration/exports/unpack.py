"""ZIP archives of exports: their members, each archived as a file of its own.

No member is ever written to a path made from its name: it is streamed into the archive, where its
hash names it. A member that cannot be trusted is refused with one sentence, and the others go on.
"""

from __future__ import annotations

import re
import stat
import struct
import zlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from orchestration.exports.errors import LandingError, NoRoom
from orchestration.exports.file_names import kind_of_name, shown, text_of
from orchestration.exports.landing import Archive, Archived
from orchestration.exports.table.sniff import is_zip_of_files
from orchestration.exports.zip_file import ZIP_FAULTS, open_zip, overlaps, unpacks_to_too_much
from orchestration.periods import to_utc

# One more with every change that unpacks what was refused before.
UNPACK_REVISION = "u1"
# Other methods are rare, and one of them may claim 4 GB of memory to unpack.
_METHODS = (ZIP_STORED, ZIP_DEFLATED)
_ENCRYPTED, _STRONGLY_ENCRYPTED, _UTF8_NAME = 0x1, 0x40, 0x800
_DOS_FOLDER = 0x10
# A field beside the name that holds the same name as UTF-8 (Info-ZIP).
_UNICODE_NAME = 0x7075
_DRIVE = re.compile(r"^[A-Za-z]:")
# A name is a key of the manifest, and PostgreSQL takes keys up to 2,700 bytes.
_LONGEST_NAME = 1000
# What a ZIP tells when it knows no time: the first day that it can write.
_NO_TIME = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Limits:
    """How many members a ZIP may have, and to how many bytes they may unpack together."""

    members: int
    bytes: int


@dataclass(frozen=True)
class Member:
    """One file of a ZIP, archived.

    `name` is its path in the ZIP, with `/` between folders; `told_at` (UTC) the time that the
    ZIP tells of it, or None.
    """

    name: str
    told_at: datetime | None
    archived: Archived


@dataclass(frozen=True)
class Unpacked:
    """What came of a ZIP.

    `faults`: a sentence each, without the ZIP's name. `is_refused`: nothing of it was looked at,
    for a reason that concerns all of it; otherwise each fault is about one member.
    """

    members: list[Member] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    is_refused: bool = False


class _Refused(Exception):  # noqa: N818
    """A ZIP or a member of it must not be unpacked; the message is the reason."""


def unpack(
    path: Path,
    file_name: str,
    archive: Archive,
    limits: Limits,
    progress: Callable[[str], None] | None = None,
) -> Unpacked:
    """Archive the members of a ZIP one by one, in its own order; junk is passed over.

    Args:
        path: the archived ZIP.
        file_name: what `progress` calls it.
        archive: where its members go.
        limits: beyond them nothing is unpacked.
        progress: is told the members' names.

    Raises:
        NoRoom: the disk is full; what was archived before stays.
    """
    try:
        with open_zip(path) as opened:
            parts = opened.infolist()
            try:
                _check_whole(parts, opened.start_dir, path.stat().st_size, limits)
            except _Refused as reason:
                return Unpacked(faults=[str(reason)], is_refused=True)
            return _unpack_members(opened, file_name, archive, progress)
    except ZIP_FAULTS:
        return Unpacked(faults=["it is damaged or cut off; download it again."], is_refused=True)


def _check_whole(parts: list[ZipInfo], end: int, size: int, limits: Limits) -> None:
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > limits.members:
        raise _Refused(
            f"it has {len(parts):,} members, more than {limits.members:,}; pack fewer into one, "
            "or raise inbox.zip_members."
        )
    if overlaps(parts, end):
        raise _Refused("its members lie over one another, as in no sound ZIP; pack it again.")
    if unpacks_to_too_much(size, unpacked):
        raise _Refused(
            f"it unpacks to {unpacked:,} bytes out of {size:,}, as no exports do; "
            "pack the exports again."
        )
    if unpacked > limits.bytes:
        raise _Refused(
            f"it unpacks to {unpacked:,} bytes, more than {limits.bytes:,}; pack fewer files into "
            "one, or raise inbox.zip_bytes."
        )


def _unpack_members(
    opened: ZipFile,
    file_name: str,
    archive: Archive,
    progress: Callable[[str], None] | None,
) -> Unpacked:
    parts = [part for part in opened.infolist() if not _is_folder(part)]
    named = [(part, parts_of(_name(part))) for part in parts]
    exports = [(part, names) for part, names in named if kind_of_name(names) != "junk"]
    count = Counter(names for _, names in exports)
    unpacked = Unpacked()
    for place, (part, names) in enumerate(exports, start=1):
        name = "/".join(names)
        if progress:
            progress(f"unpacking {file_name}/{name} ({place:,} of {len(exports):,})")
        try:
            _check_member(part, names, count[names])
            unpacked.members.append(Member(name, _told_at(part), _take(opened, part, archive)))
        except NoRoom:
            raise
        except _Refused as reason:
            unpacked.faults.append(f"its member '{shown(name)}' {reason}")
        except LandingError as error:
            unpacked.faults.append(f"its member '{shown(name)}': {error}")
        except ZIP_FAULTS:
            unpacked.faults.append(f"its member '{shown(name)}' is damaged; pack it again.")
    if not exports:
        unpacked.faults.append("there is no file in it; pack the exports again.")
    return unpacked


def _is_folder(part: ZipInfo) -> bool:
    is_marked = bool(part.external_attr & _DOS_FOLDER) and part.file_size == 0
    return is_marked or _name(part).endswith(("/", "\\"))


def parts_of(name: str) -> tuple[str, ...]:
    """Folders and file name of a member; Windows separates them its own way."""
    return tuple(part for part in name.replace("\\", "/").split("/") if part not in ("", "."))


def _name(part: ZipInfo) -> str:
    """The name as its packer meant it.

    Without the mark for UTF-8, zipfile reads names as cp437, which knows every byte: so nothing is
    lost, and a Chinese Windows, which writes GB18030 there, can be read after all.
    """
    name = part.orig_filename
    if part.flag_bits & _UTF8_NAME:
        return name
    raw = name.encode("cp437")
    return _unicode_name(part.extra, raw) or text_of(raw)


def _unicode_name(extra: bytes, raw: bytes) -> str | None:
    while len(extra) >= 4:
        kind, length = struct.unpack("<HH", extra[:4])
        content, extra = extra[4 : 4 + length], extra[4 + length :]
        # It counts only while it was made for the name that stands there.
        if kind == _UNICODE_NAME and content[1:5] == struct.pack("<I", zlib.crc32(raw)):
            return content[5:].decode("utf-8", errors="replace")
    return None


def _check_member(part: ZipInfo, names: tuple[str, ...], same: int) -> None:
    name = _name(part)
    if name.startswith(("/", "\\")) or _DRIVE.match(name) or ".." in names:
        raise _Refused("has a path that leads out of the ZIP; pack it again by its name alone.")
    if "\0" in name or not names or len(name) > _LONGEST_NAME:
        raise _Refused("has a name that no file can have; pack it again under another.")
    if same > 1:
        raise _Refused(f"is in it {same} times, and nothing says which one counts; pack it again.")
    # Packers on Unix keep the kind of file there; the others leave it 0.
    if stat.S_IFMT(part.external_attr >> 16) not in (0, stat.S_IFREG):
        raise _Refused("is a link or no regular file; pack the file itself.")
    if part.flag_bits & (_ENCRYPTED | _STRONGLY_ENCRYPTED):
        raise _Refused("has a password; pack it without one.")
    if part.compress_type not in _METHODS:
        raise _Refused(
            f"is packed by a method ({part.compress_type}) that is not unpacked here; pack it as "
            "an ordinary ZIP (Deflate)."
        )
    if unpacks_to_too_much(part.compress_size, part.file_size):
        raise _Refused(
            f"unpacks to {part.file_size:,} bytes out of {part.compress_size:,}, as no export "
            "does; pack it again."
        )


def _take(opened: ZipFile, part: ZipInfo, archive: Archive) -> Archived:
    def check(scratch: Path, archived: Archived) -> None:
        if archived.size != part.file_size:
            raise _Refused("is damaged; pack it again.")
        if is_zip_of_files(scratch):
            raise _Refused("is a ZIP inside the ZIP; put it into the inbox itself.")

    with opened.open(part) as source:
        return archive.take(source, check)


def _told_at(part: ZipInfo) -> datetime | None:
    """A ZIP keeps wall-clock time without a zone; exports are packed where Shanghai's clock hangs.

    A time that cannot be one tells nothing.
    """
    if part.date_time == _NO_TIME:
        return None
    try:
        return to_utc(datetime(*part.date_time))  # noqa: DTZ001 - to_utc takes wall-clock time
    except ValueError:
        return None
