"""Streams copied to the disk block by block, hashed on the way, and what can go wrong with it."""

from __future__ import annotations

import errno
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import FileIO
from pathlib import Path
from typing import IO

from orchestration.exports.errors import LandingError, NoRoom, Unread
from orchestration.exports.sealed import MAGIC

# Large enough that reading costs nothing beside hashing, small enough to hold.
_BLOCK_BYTES = 1 << 20
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def copied(source: IO[bytes], scratch: Path) -> tuple[str, int]:
    """Copy a stream to its end; gives SHA-256 as hex and size in bytes.

    Raises:
        Unread: the stream broke off, or is an encrypted file of an archive.
    """
    digest = hashlib.sha256()
    size = 0
    # Without a buffer of its own: a write that fails is not tried again when the file is closed.
    with scratch.open("wb", buffering=0) as copy:
        while block := _next_block(source):
            if not size and block.startswith(MAGIC):
                raise Unread("Seedbed has encrypted it; take the export itself")
            digest.update(block)
            size += len(block)
            write_all(copy, block)
    return digest.hexdigest(), size


def write_all(copy: FileIO, block: bytes) -> None:
    """Write a block whole; an unbuffered file may take less of it at once."""
    left = memoryview(block)
    while left:
        left = left[copy.write(left) :]


def _next_block(source: IO[bytes]) -> bytes:
    try:
        return source.read(_BLOCK_BYTES)
    except OSError as error:
        raise Unread(error.strerror or str(error)) from error


@contextmanager
def writing_to(folder: Path) -> Iterator[None]:
    """Whatever the disk refuses is told as a fault of this folder.

    Raises:
        NoRoom, LandingError: it is full, or cannot be written.
    """
    try:
        yield
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise NoRoom(
                f"{folder}: {error.strerror}; make room there and run the command again."
            ) from error
        raise LandingError(f"{folder} cannot be written: {error.strerror}.") from error
