"""Step 1: archive what lies in the inbox, byte for byte, before anything is read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from orchestration.exports.coverage import declared_range
from orchestration.exports.errors import ExportError
from orchestration.exports.landing import archive
from orchestration.flow.workspace import Workspace
from orchestration.settings import now
from orchestration.state.manifest import record_receipt

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

    def declared(self) -> tuple[date, date] | None:
        """The days that a folder above the file names, such as 2024-06-24_2024-06-30.

        Raises:
            ExportError: a folder names a range that cannot be one.
        """
        ranges = (declared_range(folder) for folder in self.folders)
        return next((found for found in ranges if found), None)


def _inbox_candidates(inbox: Path) -> Iterator[_Candidate]:
    for path in sorted(inbox.rglob("*")):
        inside = path.relative_to(inbox)
        if path.is_dir() or any(part.startswith(_NOT_EXPORTS) for part in inside.parts):
            continue
        merchant_id = inside.parts[0] if len(inside.parts) > 1 else ""
        yield _Candidate(path, merchant_id, inside.parts[:-1])


def _named_candidates(
    paths: Iterable[Path], inbox: Path, merchant_id: str | None
) -> Iterator[_Candidate]:
    in_inbox = {candidate.path: candidate for candidate in _inbox_candidates(inbox)}
    for path in paths:
        inner = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
        for file in inner:
            known = in_inbox.get(file.absolute())
            owner = merchant_id or (known.merchant_id if known else "")
            yield _Candidate(file, owner, known.folders if known else ())


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
    candidates = (
        _named_candidates(named, home.inbox, merchant_id)
        if named
        else _inbox_candidates(home.inbox)
    )
    landed: list[Landed] = []
    for candidate in candidates:
        name = candidate.path.name
        try:
            declared = covers or candidate.declared()
            archived = archive(candidate.path, home.landing)
        except (ExportError, OSError) as error:
            landed.append(Landed(candidate.merchant_id, name, "", is_new=False, fault=str(error)))
            continue
        with workspace.store.session() as session:
            is_new = record_receipt(
                session,
                merchant_id=candidate.merchant_id,
                file_sha256=archived.sha256,
                size_bytes=archived.size,
                file_name=name,
                received_at=now(),
                declared=declared,
            )
        landed.append(Landed(candidate.merchant_id, name, archived.sha256, is_new))
    return landed
