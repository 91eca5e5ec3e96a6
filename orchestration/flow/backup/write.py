"""Write a backup: one tar file, whole or not at all, of a home that nobody changes meanwhile."""

from __future__ import annotations

import hashlib
import io
import json
import sqlite3
import tarfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from sqlalchemy import make_url

from orchestration.exports.landing import Archive
from orchestration.exports.sealed import is_sealed
from orchestration.files import replacing, scratch_file
from orchestration.flow.backup.contents import (
    FORMAT,
    MANIFEST,
    STATE,
    BackupError,
    Kept,
    Manifest,
    files_to_keep,
)
from orchestration.flow.workspace import Workspace
from orchestration.home import Home
from orchestration.settings import now, state_url

Progress = Callable[[str], None]
_ENDING = ".tar"


@dataclass(frozen=True)
class Backup:
    """A written backup. `damaged`: archived exports whose bytes are not those they arrived with."""

    path: Path
    manifest: Manifest
    damaged: tuple[str, ...]

    @property
    def size(self) -> int:
        return sum(file.size for file in self.manifest.files)


class _Hashing(io.RawIOBase):
    """A stream that is hashed while it is copied."""

    def __init__(self, source: IO[bytes]) -> None:
        super().__init__()
        self._source, self._digest = source, hashlib.sha256()

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        block = self._source.read(size)
        self._digest.update(block)
        return block

    def sha256(self) -> str:
        return self._digest.hexdigest()


def back_up(workspace: Workspace, target: Path, progress: Progress | None = None) -> Backup:
    """Write the backup set to `target`, or under a name with the time into the folder `target`.

    The file holds personal data and keys; it is open to its owner only.

    Raises:
        BackupError: the place is taken or lies in the home, or the state cannot be copied.
        SettingsError: exports are encrypted, and their key is not here to look into them.
    """
    tell = progress or (lambda _text: None)
    path = _file_of(workspace.home, target)
    exports = workspace.archive()
    with (
        replacing(path) as scratch,
        tarfile.open(scratch, "w", format=tarfile.PAX_FORMAT) as archive,
    ):
        kept = _add_files(archive, workspace.home, tell)
        state = _sqlite_file(workspace)
        if state is not None:
            tell("copying the state")
            kept.append(_add_state(archive, state, path.parent))
        manifest = _manifest(workspace, tuple(kept), has_state=state is not None)
        _add_text(archive, json.dumps(manifest.as_dict(), indent=1))
        damaged = _damaged(workspace.home, exports, kept, tell)
    return Backup(path, manifest, damaged)


def _file_of(home: Home, target: Path) -> Path:
    target = target.expanduser().resolve()
    stamp = f"{now():%Y%m%dT%H%M%SZ}"
    path = target / f"seedbed-{home.root.name}-{stamp}{_ENDING}" if target.is_dir() else target
    if path.is_relative_to(home.root):
        raise BackupError(f"{path} lies in the home, and is lost with it; choose another place.")
    if path.exists():
        raise BackupError(f"{path} is there already; choose another name, or a folder.")
    if not path.parent.is_dir():
        raise BackupError(f"{path.parent} is no folder; make it first.")
    return path


def _add_files(archive: tarfile.TarFile, home: Home, tell: Progress) -> list[Kept]:
    paths = files_to_keep(home)
    kept = []
    for number, path in enumerate(paths, start=1):
        tell(f"copying file {number:,} of {len(paths):,}")
        kept.append(_add(archive, path, path.relative_to(home.root).as_posix()))
    return kept


def _add(archive: tarfile.TarFile, path: Path, name: str) -> Kept:
    with path.open("rb") as source:
        info = archive.gettarinfo(arcname=name, fileobj=source)
        # Whose it was means nothing on another machine, nor does a link to it.
        info.type, info.linkname = tarfile.REGTYPE, ""
        info.uid = info.gid = 0
        info.uname = info.gname = ""
        info.mode, info.size = 0o600, path.stat().st_size
        hashing = _Hashing(source)
        archive.addfile(info, hashing)
    return Kept(name, info.size, hashing.sha256())


def _sqlite_file(workspace: Workspace) -> Path | None:
    """Where the state lies, if it is a file at all."""
    url = make_url(state_url(workspace.home, workspace.settings))
    return Path(url.database or "") if url.get_backend_name() == "sqlite" else None


def _add_state(archive: tarfile.TarFile, state: Path, folder: Path) -> Kept:
    with scratch_file(folder) as copy:
        try:
            # SQLite's own way: what is still in its log beside the file is copied, too.
            with closing(sqlite3.connect(state)) as source, closing(sqlite3.connect(copy)) as to:
                source.backup(to)
                (verdict,) = to.execute("pragma integrity_check").fetchone()
        except sqlite3.DatabaseError as error:
            raise BackupError(f"{state} cannot be copied: {error}; see docs/runbook.md.") from error
        if verdict != "ok":
            raise BackupError(f"{state} is damaged ({verdict}); restore the last good backup.")
        return _add(archive, copy, STATE)


def _manifest(workspace: Workspace, kept: tuple[Kept, ...], *, has_state: bool) -> Manifest:
    settings = workspace.settings
    made_at = now().isoformat()
    return Manifest(FORMAT, settings.home_version, settings.home_id, made_at, has_state, kept)


def _add_text(archive: tarfile.TarFile, text: str) -> None:
    content = text.encode()
    info = tarfile.TarInfo(MANIFEST)
    info.size, info.mode = len(content), 0o600
    archive.addfile(info, io.BytesIO(content))


def _damaged(home: Home, exports: Archive, kept: list[Kept], tell: Progress) -> tuple[str, ...]:
    """Archived exports are named by their hash; of encrypted ones only the key tells it."""
    found = []
    for file in kept:
        folder, _, name = file.path.rpartition("/")
        if not folder.startswith("landing/") or name == file.sha256:
            continue
        tell(f"looking into {file.path}")
        if not (is_sealed(home.root / file.path) and exports.is_intact(name)):
            found.append(file.path)
    return tuple(found)
