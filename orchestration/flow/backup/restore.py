"""Make a home of a backup: it appears whole, with every byte as it was, or not at all."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from orchestration.files import SCRATCH_PREFIX, private_folder, sync, sync_all
from orchestration.flow.backup.contents import (
    MANIFEST,
    BackupError,
    Kept,
    Manifest,
    is_expected,
)
from orchestration.flow.digests.sender import disown
from orchestration.flow.homes import make_home
from orchestration.flow.workspace import open_workspace
from orchestration.home import HOME_VERSION, Home
from orchestration.settings import load_settings, state_url

Progress = Callable[[str], None]
# Large enough that reading costs nothing beside hashing, small enough to hold.
_BLOCK_BYTES = 1 << 20
# A manifest has some 150 bytes per file; more than this is none of ours.
_MANIFEST_BYTES = 1 << 30


def restore(home: Home, backup: Path, progress: Progress | None = None) -> Manifest:
    """Make `home` from a backup; what is rebuilt, the next run rebuilds.

    The restored home sends nothing until somebody says that it may (`seedbed home adopt`).

    Raises:
        BackupError: the place is taken, or the archive is no backup, damaged or too new.
        SettingsError, StateError, HomeError: what it holds cannot be used; nothing is left behind.
    """
    if home.root.exists() and any(home.root.iterdir()):
        raise BackupError(f"{home.root} is not empty; restore into a new place, then move it.")
    tell = progress or (lambda _text: None)
    private_folder(home.root.parent)
    with _beside(home.root) as folder:
        aside = Home(folder)
        manifest = _unpack(aside, backup, tell)
        tell("making the rest of the home")
        make_home(aside)
        _disown(aside)
        if home.root.exists():
            home.root.rmdir()
        folder.replace(home.root)
        sync(home.root.parent)
    return manifest


@contextmanager
def _beside(target: Path) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(dir=target.parent, prefix=SCRATCH_PREFIX))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _unpack(home: Home, backup: Path, tell: Progress) -> Manifest:
    try:
        with tarfile.open(backup, "r:") as archive:
            found, manifest = _extract(home, archive, tell)
    except FileNotFoundError as error:
        raise BackupError(f"{backup} is not there; name the file of the backup.") from error
    except (tarfile.TarError, EOFError) as error:
        raise BackupError(f"{backup} is no backup, or cut off ({error}); use another.") from error
    if manifest is None:
        raise BackupError(f"{backup} has no {MANIFEST}: it is cut off, or no backup; use another.")
    if manifest.home_version > HOME_VERSION:
        raise BackupError(
            f"{backup} is of home version {manifest.home_version}, this Seedbed knows "
            f"{HOME_VERSION}; update Seedbed, then restore."
        )
    _compare(backup, found, manifest)
    sync_all(home.root / file.path for file in found)
    return manifest


def _extract(
    home: Home, archive: tarfile.TarFile, tell: Progress
) -> tuple[list[Kept], Manifest | None]:
    found: list[Kept] = []
    manifest = None
    for member in archive:
        if member.name == MANIFEST:
            manifest = Manifest.from_dict(_json(archive, member))
            continue
        if not member.isreg() or not is_expected(home, member.name):
            raise BackupError(
                f"The backup holds '{member.name}', which no backup has; use another."
            )
        tell(f"restoring file {len(found) + 1:,}")
        found.append(_extract_file(archive, member, home.root / member.name))
    return found, manifest


def _json(archive: tarfile.TarFile, member: tarfile.TarInfo) -> dict[str, object]:
    source = archive.extractfile(member)
    try:
        if source is None or member.size > _MANIFEST_BYTES:
            raise ValueError("no manifest of ours")
        found = json.loads(source.read())
    except ValueError as error:
        raise BackupError(f"{MANIFEST} in the backup is damaged; use another one.") from error
    return found if isinstance(found, dict) else {}


def _extract_file(archive: tarfile.TarFile, member: tarfile.TarInfo, target: Path) -> Kept:
    source = archive.extractfile(member)
    assert source is not None  # it is a regular file
    private_folder(target.parent)
    digest, size = hashlib.sha256(), 0
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as copy:
        while block := source.read(_BLOCK_BYTES):
            digest.update(block)
            size += len(block)
            copy.write(block)
    os.utime(target, (member.mtime, member.mtime))
    return Kept(member.name, size, digest.hexdigest())


def _compare(backup: Path, found: list[Kept], manifest: Manifest) -> None:
    is_as_told = set(manifest.files)
    for file in found:
        if file not in is_as_told:
            raise BackupError(f"{backup}: {file.path} is damaged; use another backup.")
    if missing := {file.path for file in manifest.files} - {file.path for file in found}:
        raise BackupError(f"{backup}: {min(missing)} is missing; use another backup.")


def _disown(home: Home) -> None:
    """Whoever sends now, it is not this home; a state kept elsewhere knows that already."""
    settings = load_settings(home)
    if state_url(home, settings) == f"sqlite:///{home.state_file}":
        with open_workspace(home) as workspace:
            disown(workspace)
