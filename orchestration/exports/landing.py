"""The archive: every file's bytes as received, named by their hash, before anything is read.

It is the only place with personal data; its folders and files are open to the owner only.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import stat
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO

from orchestration.exports.errors import FileChanged, LandingError, NoRoom, Unread
from orchestration.exports.file_names import shown_path
from orchestration.files import private_folder, scratch_file, sync

__all__ = ["Archive", "Archived", "FileChanged", "LandingError", "NoRoom", "Unread", "landed"]

# Large enough that reading costs nothing beside hashing, small enough to hold.
_BLOCK_BYTES = 1 << 20
# A file system writes its journal once for all who wait for it: 8 at once take a tenth of the
# time that one after the other does on a busy disk.
_SYNCS_AT_ONCE = 8
_SHA256 = re.compile(r"[0-9a-f]{64}")
# What happens to a file that could not be taken because it is not whole.
LATER = "it is taken with the next ingest"
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@dataclass(frozen=True)
class Archived:
    """What was archived: SHA-256 as hex, size in bytes."""

    sha256: str
    size: int


# Looks at a copy that is whole, before it is kept, and raises if it must not be.
Check = Callable[[Path, Archived], None]


class Archive:
    """The folder `landing/`: bytes go to `<first two hex>/<sha256>`, the same bytes once.

    What was taken is on the disk once `sync` was called: one call for many files, before anybody
    is told that they are there.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._unsynced: set[Path] = set()

    def take(self, source: IO[bytes], check: Check) -> Archived:
        """Copy a stream to its end, block by block.

        Raises:
            NoRoom: the disk is full, or the file larger than a file may be.
            Unread: the stream broke off.
            LandingError: the copy cannot be written.
        """
        with _writing_to(self._folder), scratch_file(self._folder) as scratch:
            archived = _copy(source, scratch)
            check(scratch, archived)
            target = _place(self._folder, archived.sha256)
            private_folder(target.parent)
            if target.exists():
                # Somebody may rely on these bytes: a power cut must not take them away.
                sync(scratch)
            else:
                self._unsynced.add(target)
            scratch.replace(target)
        return archived

    def take_file(self, path: Path, stamp: str | None = None) -> Archived:
        """Copy a file of this machine's file systems; `stamp` is how it was seen, if it was.

        Raises:
            LandingError: it is a link or no regular file, or it cannot be opened.
            FileChanged: it changed since it was seen or while it was read; nothing was kept.
        """
        with open_regular(path) as source:
            before = stamp or stamp_of(os.fstat(source.fileno()))

            def check(_copy: Path, archived: Archived) -> None:
                _refuse_change(path, before, os.fstat(source.fileno()), archived.size)

            _refuse_change(path, before, os.fstat(source.fileno()))
            try:
                return self.take(source, check)
            except Unread as error:
                raise LandingError(f"{shown_path(path)} cannot be read: {error}.") from error

    def sync(self) -> None:
        """Have everything taken so far written to the disk: bytes, names and folders.

        Raises:
            NoRoom, LandingError: it cannot be; what was taken since the last call is gone.
        """
        folders = {target.parent for target in self._unsynced}
        try:
            with _writing_to(self._folder), ThreadPoolExecutor(_SYNCS_AT_ONCE) as pool:
                list(pool.map(sync, self._unsynced))
                list(pool.map(sync, {*folders, *([self._folder] if folders else [])}))
        except LandingError:
            for target in self._unsynced:
                target.unlink(missing_ok=True)
            raise
        finally:
            self._unsynced.clear()

    def holds(self, sha256: str, size: int) -> bool:
        """Whether bytes of this hash and size are archived; their content is not looked at."""
        try:
            return _place(self._folder, sha256).stat().st_size == size
        except FileNotFoundError:
            return False


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


def stamp_of(found: os.stat_result) -> str:
    """How a file looks from outside: any write to it or in its place gives another stamp.

    The time of its last change of any kind is there because nobody can set it.
    """
    return f"{found.st_size}-{found.st_mtime_ns}-{found.st_ctime_ns}-{found.st_ino}"


def open_regular(path: Path) -> BinaryIO:
    """Open a file, and nothing else: a link could lead elsewhere, a pipe would never end.

    Raises:
        LandingError: it is a link or no regular file, or it cannot be opened.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise LandingError(
                f"{shown_path(path)} is a link; put the file itself there."
            ) from error
        if error.errno == errno.ENOENT:
            raise LandingError(
                f"{shown_path(path)} vanished before it was read; put it there again if it counts."
            ) from error
        raise LandingError(f"{shown_path(path)} cannot be opened: {error.strerror}.") from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise LandingError(f"{shown_path(path)} is no regular file; remove it from the inbox.")
    return os.fdopen(descriptor, "rb")


def _refuse_change(
    path: Path, before: str, after: os.stat_result, bytes_read: int | None = None
) -> None:
    if not after.st_nlink:
        raise FileChanged(f"{shown_path(path)} vanished while it was read.")
    if stamp_of(after) != before or bytes_read not in (None, after.st_size):
        raise FileChanged(f"{shown_path(path)} is still being written; {LATER}.")


def _place(landing: Path, sha256: str) -> Path:
    # Folders by the first two digits: 256 of them stay small with a million files.
    return landing / sha256[:2] / sha256


def _copy(source: IO[bytes], scratch: Path) -> Archived:
    digest = hashlib.sha256()
    size = 0
    # Without a buffer of its own: a write that fails is not tried again when the file is closed.
    with scratch.open("wb", buffering=0) as copy:
        while block := _next_block(source):
            digest.update(block)
            size += len(block)
            left = memoryview(block)
            while left:
                left = left[copy.write(left) :]
    return Archived(digest.hexdigest(), size)


def _next_block(source: IO[bytes]) -> bytes:
    try:
        return source.read(_BLOCK_BYTES)
    except OSError as error:
        raise Unread(error.strerror or str(error)) from error


@contextmanager
def _writing_to(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise NoRoom(
                f"{folder}: {error.strerror}; make room there and run the command again."
            ) from error
        raise LandingError(f"{folder} cannot be written: {error.strerror}.") from error
