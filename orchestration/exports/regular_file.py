"""Files of this machine's file systems: opened only if regular, and seen when they change."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO

from orchestration.exports.errors import FileChanged, LandingError
from orchestration.exports.file_names import shown_path

# What happens to a file that could not be taken because it is not whole.
LATER = "it is taken with the next ingest"


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


def refuse_change(
    path: Path, before: str, after: os.stat_result, bytes_read: int | None = None
) -> None:
    """Raise `FileChanged` unless a file looks as before, and as much was read as it holds."""
    if not after.st_nlink:
        raise FileChanged(f"{shown_path(path)} vanished while it was read.")
    if stamp_of(after) != before or bytes_read not in (None, after.st_size):
        raise FileChanged(f"{shown_path(path)} is still being written; {LATER}.")
