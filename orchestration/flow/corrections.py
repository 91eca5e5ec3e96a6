"""What a person decides about archived files: take one out, take it back, read a source again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from orchestration.flow.workspace import Workspace
from orchestration.settings import now
from orchestration.state.manifest import files_matching, receipts_of
from orchestration.state.models import File, Reading


@dataclass(frozen=True)
class Chosen:
    """The file that was meant."""

    merchant_id: str
    file_name: str
    file_sha256: str

    def __str__(self) -> str:
        return f"{self.merchant_id or 'nobody'} {self.file_name} ({self.file_sha256[:12]})"


class FileChoiceError(Exception):
    """The words that should name one archived file name none, or several."""


def withdraw(workspace: Workspace, sha256_prefix: str, merchant_id: str | None = None) -> Chosen:
    """Take a file's rows out of every table; its bytes stay in the archive.

    Raises:
        FileChoiceError: no file of the merchant has this hash, or several have.
    """
    with workspace.store.session() as session:
        file = _only(files_matching(session, sha256_prefix.lower()), sha256_prefix, merchant_id)
        file.status = "withdrawn"
        file.reason = "withdrawn by hand"
        file.settled_at = now()
        file.is_reread_wanted = False
        _forget_what_waits(session, file)
        return _chosen(session, file)


def _chosen(session: Session, file: File) -> Chosen:
    return Chosen(file.merchant_id, receipts_of(session, file)[0].file_name, file.file_sha256)


def _forget_what_waits(session: Session, file: File) -> None:
    """A reading that waits for the gate would bring the file back."""
    session.execute(
        delete(Reading).where(
            Reading.merchant_id == file.merchant_id,
            Reading.file_sha256 == file.file_sha256,
            Reading.verdict == "staged",
        )
    )


def reinstate(workspace: Workspace, sha256_prefix: str, merchant_id: str | None = None) -> Chosen:
    """Take a withdrawn file back: it is read and judged with the next ingest, as if new.

    Raises:
        FileChoiceError: no withdrawn file of the merchant has this hash, or several have.
    """
    with workspace.store.session() as session:
        withdrawn = [
            file
            for file in files_matching(session, sha256_prefix.lower())
            if file.status == "withdrawn"
        ]
        file = _only(withdrawn, sha256_prefix, merchant_id, kind="withdrawn")
        file.status = "received"
        file.reason = None
        file.layout_revision = file.reader_revision = None
        return _chosen(session, file)


def _only(
    files: Sequence[File], sha256_prefix: str, merchant_id: str | None, kind: str = "archived"
) -> File:
    of_merchant = [file for file in files if merchant_id in (None, file.merchant_id)]
    whose = f" of {merchant_id}" if merchant_id else ""
    if not of_merchant:
        raise FileChoiceError(
            f"No {kind} file{whose} begins with '{sha256_prefix}'; "
            "`seedbed ingest --json` lists the hashes."
        )
    hashes = {file.file_sha256 for file in of_merchant}
    if len(hashes) > 1:
        raise FileChoiceError(
            f"{len(hashes)} {kind} files{whose} begin with '{sha256_prefix}'; give more digits."
        )
    if len(of_merchant) > 1:
        owners = ", ".join(file.merchant_id or "nobody" for file in of_merchant)
        raise FileChoiceError(
            f"The content '{sha256_prefix}' came for several merchants ({owners}); "
            "name one with --merchant."
        )
    return of_merchant[0]


def want_reread(workspace: Workspace, source: str) -> int:
    """Mark every file of a source to be read and judged again; gives how many.

    Raises:
        ExportError: no layout of this name exists.
    """
    workspace.layouts().get(source)
    with workspace.store.session() as session:
        files = session.scalars(
            select(File).where(File.source == source, File.status.in_(("loaded", "held")))
        ).all()
        for file in files:
            file.is_reread_wanted = True
        return len(files)
