"""The archive: every file's bytes as received, named by their hash, before anything is read.

It is the only place with personal data; its folders and files are open to the owner only, and
encrypted if there is a key.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from orchestration.exports.copying import copied, write_all, writing_to
from orchestration.exports.errors import FileChanged, LandingError, NoRoom, Unread
from orchestration.exports.file_names import shown_path
from orchestration.exports.regular_file import open_regular, refuse_change, stamp_of
from orchestration.exports.sealed import (
    Seal,
    SealBroken,
    is_sealed,
    seal,
    sealed_size,
    unseal,
)
from orchestration.files import private_folder, process_folder, scratch_file, sync, write_private

__all__ = ["Archive", "Archived", "FileChanged", "LandingError", "NoRoom", "Unread", "landed"]

# A file system writes its journal once for all who wait for it: 8 at once take a tenth of the
# time that one after the other does on a busy disk.
_SYNCS_AT_ONCE = 8
_SHA256 = re.compile(r"[0-9a-f]{64}")
# Which key the archive is encrypted with; it tells nothing about the key.
_KEY_ID = "key.id"


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
    is told that they are there. With a `seal` what is taken is encrypted; what lies there
    unencrypted from before stays readable.
    """

    def __init__(self, folder: Path, seal: Seal | None = None) -> None:
        self._folder = folder
        self._seal = seal
        self._unsynced: set[Path] = set()

    def take(self, source: IO[bytes], check: Check) -> Archived:
        """Copy a stream to its end, block by block.

        Raises:
            NoRoom: the disk is full, or the file larger than a file may be.
            Unread: the stream broke off.
            LandingError: the copy cannot be written.
        """
        with writing_to(self._folder), self._scratch() as scratch:
            archived = Archived(*copied(source, scratch))
            check(scratch, archived)
            self._keep(scratch, archived.sha256)
        return archived

    @contextmanager
    def _scratch(self) -> Iterator[Path]:
        where = process_folder(self._seal.opened) if self._seal else nullcontext(self._folder)
        with where as folder, scratch_file(folder) as scratch:
            yield scratch

    def _keep(self, scratch: Path, sha256: str) -> None:
        target = _place(self._folder, sha256)
        private_folder(target.parent)
        with self._sealed(scratch) as final:
            if target.exists():
                # Somebody may rely on these bytes: a power cut must not take them away.
                sync(final)
            else:
                self._unsynced.add(target)
            final.replace(target)

    @contextmanager
    def _sealed(self, plain: Path) -> Iterator[Path]:
        if self._seal is None:
            yield plain
            return
        if self.key_id != self._seal.key.id:
            write_private(self._folder / _KEY_ID, self._seal.key.id.encode())
        with scratch_file(self._folder) as scratch:
            with plain.open("rb") as source, scratch.open("wb") as target:
                seal(source, target, self._seal.key)
            yield scratch

    @property
    def key_id(self) -> str:
        """Of the key that the archive is encrypted with; empty if it is not."""
        try:
            return (self._folder / _KEY_ID).read_text(encoding="ascii")
        except FileNotFoundError:
            return ""

    def take_file(self, path: Path, stamp: str | None = None) -> Archived:
        """Copy a file of this machine's file systems; `stamp` is how it was seen, if it was.

        Raises:
            LandingError: it is a link or no regular file, or it cannot be opened.
            FileChanged: it changed since it was seen or while it was read; nothing was kept.
        """
        with open_regular(path) as source:
            before = stamp or stamp_of(os.fstat(source.fileno()))

            def check(_copy: Path, archived: Archived) -> None:
                refuse_change(path, before, os.fstat(source.fileno()), archived.size)

            refuse_change(path, before, os.fstat(source.fileno()))
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
            with writing_to(self._folder), ThreadPoolExecutor(_SYNCS_AT_ONCE) as pool:
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
            found = _place(self._folder, sha256).stat().st_size
        except FileNotFoundError:
            return False
        return found in (size, sealed_size(size))

    @contextmanager
    def opened(self, sha256: str) -> Iterator[Path]:
        """A path at which archived bytes can be read until the block ends; the one way to them.

        Raises:
            LandingError: they are not in the archive, encrypted with another key, or damaged.
        """
        path = landed(self._folder, sha256)
        if not is_sealed(path):
            yield path
            return
        with process_folder(self._key_for(path).opened) as folder:
            plain = folder / sha256
            with writing_to(folder), plain.open("xb", buffering=0) as target:
                for block in self._plain(path):
                    write_all(target, block)
            yield plain

    def is_intact(self, sha256: str) -> bool:
        """Whether encrypted bytes are those that were received.

        Raises:
            LandingError: there is no key to look into them.
        """
        path = landed(self._folder, sha256)
        self._key_for(path)
        try:
            for _ in self._plain(path):
                pass
        except LandingError:
            return False
        return True

    def plain_files(self) -> Iterator[str]:
        """The hashes of what is not encrypted."""
        for path in sorted(self._folder.glob("??/*")):
            if _SHA256.fullmatch(path.name) and not is_sealed(path):
                yield path.name

    def seal_file(self, sha256: str) -> None:
        """Encrypt what lies there unencrypted.

        Raises:
            NoRoom, LandingError: it cannot be written; it stays as it is.
        """
        with writing_to(self._folder):
            self._keep(_place(self._folder, sha256), sha256)

    def _plain(self, path: Path) -> Iterator[bytes]:
        digest = hashlib.sha256()
        try:
            with path.open("rb") as source:
                for block in unseal(source, self._key_for(path).key):
                    digest.update(block)
                    yield block
            if digest.hexdigest() != path.name:
                raise SealBroken
        except SealBroken as error:
            raise LandingError(
                f"{path} is damaged, or encrypted with another key than landing.key; restore it "
                "from the backup set, or set that key."
            ) from error

    def _key_for(self, path: Path) -> Seal:
        if self._seal is None:
            raise LandingError(f"{path} is encrypted; set landing.key to the key of this home.")
        return self._seal


def landed(landing: Path, sha256: str) -> Path:
    """Where archived bytes lie, encrypted or not; `Archive.opened` reads them.

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
