"""An inbox that is a folder of this machine: the home's own, or a share that is mounted."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from orchestration.exports.file_names import kind_of_name, readable, shown_path
from orchestration.exports.landing import Archive, Archived
from orchestration.exports.regular_file import stamp_of
from orchestration.flow.inbox.arrivals import InboxFile, Look

Names = tuple[str, ...]


@dataclass(frozen=True)
class FolderFile(InboxFile):
    """A file at a path of this machine."""

    path: Path

    def archive_into(self, archive: Archive) -> Archived:
        """As of any inbox; a link or a pipe is refused."""
        return archive.take_file(self.path, self.stamp)


@dataclass(frozen=True)
class FolderInbox:
    """A folder, walked once: one look at each file, and none into it.

    `above`: the names of the folders between an inbox and this folder; None if it lies in no
    inbox, so that no folder tells a merchant.
    """

    root: Path
    above: Names | None = ()

    def look(self) -> Look:
        """Everything below; a folder that cannot be read is told, and the others go on."""
        look = Look()
        waiting: list[tuple[Path, Names]] = [(self.root, ())]
        while waiting:
            folder, names = waiting.pop()
            try:
                entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
            except OSError as error:
                look.faults.append(
                    f"The folder {shown_path(folder)} cannot be read: {error.strerror}; "
                    "let the user who runs Seedbed enter it."
                )
                continue
            inner = [self._see(entry, names, look) for entry in entries]
            # Last in, first out: in the order of their names.
            waiting.extend(reversed([found for found in inner if found]))
        return look

    def _see(self, entry: os.DirEntry[str], above: Names, look: Look) -> tuple[Path, Names] | None:
        """Note one entry of a folder; gives it back if it is a folder to look into."""
        path, names = Path(entry.path), (*above, entry.name)
        kind = kind_of_name(map(readable, names))
        if kind == "junk":
            return None
        try:
            if entry.is_dir(follow_symlinks=False):
                return path, names
            found = entry.stat(follow_symlinks=False)
        except OSError as error:
            look.faults.append(f"{shown_path(path)} cannot be looked at: {error.strerror}.")
            return None
        if stat.S_ISLNK(found.st_mode):
            look.faults.append(f"{shown_path(path)} is a link; put the file itself there.")
        elif not stat.S_ISREG(found.st_mode):
            look.faults.append(f"{shown_path(path)} is no regular file; remove it from the inbox.")
        else:
            seen = self.seen(path, names, found)
            (look.files if kind == "export" else look.unfinished).append(seen)
        return None

    def seen(self, path: Path, names: Names, found: os.stat_result) -> FolderFile:
        """A file of this folder as it was seen; `names` are those below it."""
        folders = tuple(map(readable, (*(self.above or ()), *names[:-1])))
        merchant_folders = 1 if self.above is not None else 0
        return FolderFile(
            # Not the readable name: two names that are no UTF-8 may read the same.
            place=os.fsencode("/".join(names)).decode("utf-8", errors="backslashreplace"),
            merchant_id="".join(folders[:merchant_folders]),
            folders=folders[merchant_folders:],
            name=readable(path.name),
            size=found.st_size,
            stamp=stamp_of(found),
            changed_at=datetime.fromtimestamp(found.st_mtime, tz=UTC),
            path=path,
        )


def look_at(paths: Iterable[Path], inbox: Path) -> Look:
    """The files that somebody names, and those below folders that somebody names.

    What lies in `inbox`, spelled in any way, is known by its place there.
    """
    root = inbox.resolve()
    found = Look()
    for path in paths:
        if path.is_dir():
            below = FolderInbox(path, _above(path.resolve(), root)).look()
            found.files.extend(below.files)
            found.unfinished.extend(below.unfinished)
            found.faults.extend(below.faults)
            continue
        parent = FolderInbox(path.parent, _above(path.parent.resolve(), root))
        try:
            found.files.append(parent.seen(path, (path.name,), path.lstat()))
        except OSError as error:
            found.faults.append(f"{shown_path(path)} cannot be opened: {error.strerror}.")
    return found


def _above(folder: Path, root: Path) -> Names | None:
    return folder.relative_to(root).parts if folder.is_relative_to(root) else None
