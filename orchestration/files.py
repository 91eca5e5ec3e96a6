"""Files that appear whole or not at all, survive a power cut, and are private."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

# No ending of its own and a leading dot: no glob over finished files meets what is being written.
SCRATCH_PREFIX = ".part-"
# A file system writes its journal once for all who wait for it: 8 at once take a tenth of the
# time that one after the other does on a busy disk.
_SYNCS_AT_ONCE = 8


def private_folder(folder: Path) -> None:
    """Make a folder, and those above it, that only its owner may enter."""
    for missing in reversed([f for f in (folder, *folder.parents) if not f.exists()]):
        missing.mkdir(mode=0o700, exist_ok=True)


def sync(path: Path) -> None:
    """Have a file, or the names in a folder, written to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folders(top: Path) -> None:
    """Have the names in a folder, and in the folders right below it, written to the disk."""
    for folder in (top, *(child for child in top.iterdir() if child.is_dir())):
        sync(folder)


def sync_all(paths: Iterable[Path]) -> None:
    """Have many files, or the names in many folders, written to the disk."""
    with ThreadPoolExecutor(_SYNCS_AT_ONCE) as pool:
        list(pool.map(sync, paths))


def forget_scraps(folder: Path) -> None:
    """Remove what killed commands left half-written right in `folder`, under the home's lock."""
    for scrap in folder.glob(f"{SCRATCH_PREFIX}*"):
        scrap.unlink(missing_ok=True)


@contextmanager
def scratch_file(folder: Path) -> Iterator[Path]:
    """An empty private file (mode 0600) in `folder`; gone after the block unless renamed."""
    private_folder(folder)
    descriptor, name = tempfile.mkstemp(dir=folder, prefix=SCRATCH_PREFIX)
    os.close(descriptor)
    scratch = Path(name)
    try:
        yield scratch
    finally:
        scratch.unlink(missing_ok=True)


@contextmanager
def process_folder(parent: Path) -> Iterator[Path]:
    """A private folder in `parent`; gone after the block, even after an error.

    What killed processes left there goes first.
    """
    private_folder(parent)
    for left in of_ended_processes(parent):
        shutil.rmtree(left, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(dir=parent, prefix=f"{os.getpid()}-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def of_ended_processes(parent: Path) -> list[Path]:
    """Folders in `parent` that bear the number of a process that runs no more."""
    numbered = ((folder, folder.name.partition("-")[0]) for folder in parent.glob("*"))
    return [
        folder
        for folder, process in numbered
        if process.isdecimal() and not _is_alive(int(process))
    ]


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


@contextmanager
def replacing(target: Path, *, sync_folder: bool = True) -> Iterator[Path]:
    """Give a scratch file beside `target`; at the end of the block it takes its place.

    If the block raises, `target` stays as it was. Who writes many files into one folder may
    sync it once at the end instead.
    """
    with scratch_file(target.parent) as scratch:
        yield scratch
        sync(scratch)
        scratch.replace(target)
        if sync_folder:
            sync(target.parent)


@contextmanager
def replacing_many() -> Iterator[Callable[[Path], Path]]:
    """Give a scratch file beside each target asked for; at the end all take their places.

    The bytes of all are on the disk before the first one does. If the block raises, every target
    stays as it was.
    """
    targets: dict[Path, Path] = {}
    folders: set[Path] = set()

    def beside(target: Path) -> Path:
        if target.parent not in folders:
            private_folder(target.parent)
            folders.add(target.parent)
        descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=SCRATCH_PREFIX)
        os.close(descriptor)
        targets[Path(name)] = target
        return Path(name)

    try:
        yield beside
        sync_all(targets)
        for scratch in list(targets):
            scratch.replace(targets.pop(scratch))
        sync_all(folders)
    finally:
        for scratch in targets:
            scratch.unlink(missing_ok=True)


def write_private(path: Path, content: bytes) -> None:
    """Write a private file at once."""
    with replacing(path) as scratch:
        scratch.write_bytes(content)
