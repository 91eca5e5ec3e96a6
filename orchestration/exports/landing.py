"""The archive: every file's bytes as received, named by their hash, before anything is read.

It is the only place with personal data; its folders and files are open to the owner only.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from orchestration.exports.errors import FileChanged, LandingError
from orchestration.files import private_folder, scratch_file, sync

__all__ = ["Archived", "FileChanged", "LandingError", "archive", "landed"]

# Large enough that reading costs nothing beside hashing, small enough to hold.
_BLOCK_BYTES = 1 << 20
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Archived:
    """What was archived: SHA-256 as hex, size in bytes."""

    sha256: str
    size: int


def archive(path: Path, landing: Path) -> Archived:
    """Copy a file's bytes to `landing/<first two hex>/<sha256>`; the same bytes land once.

    Raises:
        LandingError: it is a link or no regular file, or it cannot be opened.
        FileChanged: it changed while it was read; nothing was kept.
    """
    with _open_regular(path) as source, scratch_file(landing) as scratch:
        before = os.fstat(source.fileno())
        with scratch.open("wb") as copy:
            archived = _copy(source, copy)
        sync(scratch)
        if _changed(before, os.fstat(source.fileno()), archived.size):
            raise FileChanged(f"{path} is still being written; wait until it is whole.")
        target = _place(landing, archived.sha256)
        private_folder(target.parent)
        scratch.replace(target)
        sync(target.parent)
    return archived


def landed(landing: Path, sha256: str) -> Path:
    """Where archived bytes can be read; the one way to them.

    Raises:
        LandingError: they are not in the archive.
    """
    if not _SHA256.fullmatch(sha256):
        raise LandingError(f"'{sha256}' is no SHA-256; it has 64 hex digits.")
    path = _place(landing, sha256)
    if not path.is_file():
        raise LandingError(f"{path} is not in the archive; restore landing/ from the backup set.")
    return path


def _place(landing: Path, sha256: str) -> Path:
    # Folders by the first two digits: 256 of them stay small with a million files.
    return landing / sha256[:2] / sha256


def _open_regular(path: Path) -> BinaryIO:
    # A link could lead out of the inbox; a pipe would never end.
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise LandingError(f"{path} is a link; put the file itself there.") from error
        raise LandingError(f"{path} cannot be opened: {error.strerror}.") from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise LandingError(f"{path} is no regular file; remove it from the inbox.")
    return os.fdopen(descriptor, "rb")


def _copy(source: BinaryIO, copy: BinaryIO) -> Archived:
    digest = hashlib.sha256()
    size = 0
    while block := source.read(_BLOCK_BYTES):
        digest.update(block)
        copy.write(block)
        size += len(block)
    return Archived(digest.hexdigest(), size)


def _changed(before: os.stat_result, after: os.stat_result, bytes_read: int) -> bool:
    return (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns) or (
        bytes_read != after.st_size
    )
