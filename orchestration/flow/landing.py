"""Step 1: archive what lies in the inbox, byte for byte, before anything is read."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy.orm import Session

from orchestration.exports.coverage import declared_range
from orchestration.exports.errors import ExportError
from orchestration.exports.landing import Archived, archive
from orchestration.flow.claims import NOBODY, claim, owner_of
from orchestration.flow.faults import LANDING, remember_faults
from orchestration.flow.workspace import Workspace
from orchestration.settings import now
from orchestration.state.manifest import record_receipt
from orchestration.state.models import File, Receipt

# What operating systems and spreadsheet programs leave beside a person's files.
_NOT_EXPORTS = ("~$", ".")


@dataclass(frozen=True)
class Landed:
    """One file found, and whether its content was new."""

    merchant_id: str
    file_name: str
    file_sha256: str
    is_new: bool
    fault: str | None = None


@dataclass(frozen=True)
class _Candidate:
    path: Path
    merchant_id: str
    folders: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return _readable(self.path.name)

    def declared(self) -> tuple[date, date] | None:
        """The days that its name declares, such as 2024-06-24_2024-06-30, or a folder above it.

        Raises:
            ExportError: a name looks like a range that cannot be one.
        """
        nearest_first = (self.name, *reversed(self.folders))
        try:
            ranges = [declared_range(name) for name in nearest_first]
        except ExportError as error:
            raise ExportError(f"{self.name}: {error}") from error
        return next((found for found in ranges if found), None)


def _readable(name: str) -> str:
    """A name as text; one from a Chinese Windows, unpacked elsewhere, is not UTF-8 but GB18030."""
    raw = os.fsencode(name)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("gb18030", errors="replace")


def _files_in(folder: Path) -> Iterator[Path]:
    """Files below a folder, and links, which nobody follows, so that they are told."""
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder).parts
        is_file = path.is_symlink() or not path.is_dir()
        if is_file and not any(part.startswith(_NOT_EXPORTS) for part in inside):
            yield path


def _candidate(path: Path, inbox: Path, merchant_id: str | None = None) -> _Candidate:
    """A file with what its place in the inbox says about it; elsewhere that is nothing."""
    place = path.parent.resolve()
    if not place.is_relative_to(inbox):
        return _Candidate(path, merchant_id or "")
    folders = tuple(map(_readable, place.relative_to(inbox).parts))
    return _Candidate(path, merchant_id or (folders[0] if folders else ""), folders)


def _candidates(
    paths: Iterable[Path], inbox: Path, merchant_id: str | None
) -> Iterator[_Candidate]:
    for path in paths:
        for file in _files_in(path) if path.is_dir() else [path]:
            yield _candidate(file, inbox, merchant_id)


def land(
    workspace: Workspace,
    paths: Iterable[Path] = (),
    *,
    merchant_id: str | None = None,
    covers: tuple[date, date] | None = None,
) -> list[Landed]:
    """Archive files (the whole inbox if none is named) and record their receipts.

    `covers` declares the days that the named files speak for. A file that cannot be archived
    (it changed while it was read, it is a link) is told and left for the next time.
    """
    home = workspace.home
    named = list(paths)
    landed: list[Landed] = []
    for candidate in _candidates(named or [home.inbox], home.inbox.resolve(), merchant_id):
        try:
            declared = covers or candidate.declared()
            archived = archive(candidate.path, home.landing)
        except (ExportError, OSError) as error:
            # The message may hold a path as the system has it, which need not be text.
            fault = os.fsencode(str(error)).decode("utf-8", errors="replace")
            landed.append(
                Landed(candidate.merchant_id, candidate.name, "", is_new=False, fault=fault)
            )
            continue
        with workspace.store.session() as session:
            landed.append(_record(session, candidate, archived, declared))
    if not named:
        remember_faults(workspace, LANDING, [item.fault for item in landed if item.fault])
    return landed


def _record(
    session: Session, candidate: _Candidate, archived: Archived, declared: tuple[date, date] | None
) -> Landed:
    merchant_id = candidate.merchant_id or owner_of(session, archived.sha256)
    is_known_name = session.get(Receipt, (merchant_id, archived.sha256, candidate.name)) is not None
    is_new = record_receipt(
        session,
        merchant_id=merchant_id,
        file_sha256=archived.sha256,
        size_bytes=archived.size,
        file_name=candidate.name,
        received_at=now(),
        declared=declared,
    )
    if merchant_id != NOBODY:
        claim(session, merchant_id, archived.sha256)
    if not is_new and not is_known_name:
        # Another name may tell a later export time, and every row carries it.
        file = session.get_one(File, (merchant_id, archived.sha256))
        file.is_reread_wanted = file.status != "withdrawn"
    return Landed(merchant_id, candidate.name, archived.sha256, is_new)
