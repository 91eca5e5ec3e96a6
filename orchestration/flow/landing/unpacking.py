"""ZIPs that have landed are unpacked: their members become files of their own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from orchestration.exports.errors import ExportError, LandingError
from orchestration.exports.landing import Archive, NoRoom
from orchestration.exports.table.sniff import is_zip_of_files
from orchestration.exports.unpack import UNPACK_REVISION, Limits, Member, Unpacked, unpack
from orchestration.flow.landing.receipts import Landed, declared_days, record
from orchestration.flow.workspace import Workspace
from orchestration.state.manifest import Arrival, receipts_of
from orchestration.state.models import File, Receipt

# A sentence each; who mends so many will find the others with the next ingest.
_FAULTS_TOLD = 10


def unpack_waiting(
    workspace: Workspace, archive: Archive, tell: Callable[[str], None]
) -> list[Landed]:
    """Unpack every ZIP that never was, or not wholly for a reason that may have gone.

    Gives the ZIPs themselves, marked as unpacked, and their members.
    """
    found: list[Landed] = []
    with workspace.store.session() as session:
        waiting = list(_waiting(session))
    for file in waiting:
        try:
            with archive.opened(file.file_sha256) as path:
                if is_zip_of_files(path):
                    found += _unpack_one(workspace, archive, file, path, tell)
        except LandingError:
            # Whoever reads it is told what is missing.
            continue
    return found


def _waiting(session: Session) -> Sequence[File]:
    """Files of which nothing was read yet, and ZIPs with a fault that may be mended by now.

    Faults of single members are as they are until a version unpacks more; one of the whole
    ZIP costs nothing to look for again, and a setting or more room on the disk mends it.
    """
    never_read = and_(File.status.in_(("received", "held")), File.layout_revision.is_(None))
    is_other_version = File.reader_revision.is_distinct_from(UNPACK_REVISION)
    with_fault = and_(File.status == "unpacked", File.reason.is_not(None), is_other_version)
    return session.scalars(
        select(File).where(or_(never_read, with_fault)).order_by(File.merchant_id, File.file_sha256)
    ).all()


def _unpack_one(
    workspace: Workspace,
    archive: Archive,
    file: File,
    path: Path,
    tell: Callable[[str], None],
) -> list[Landed]:
    with workspace.store.session() as session:
        receipts = receipts_of(session, file)
    settings = workspace.settings.inbox
    name = receipts[0].file_name
    try:
        limits = Limits(settings.zip_members, settings.zip_bytes)
        unpacked = unpack(path, name, archive, limits, tell)
    except NoRoom as error:
        unpacked = Unpacked(faults=[str(error)], is_refused=True)
    archive.sync()
    faults = list(unpacked.faults)
    arrivals = [
        arrival
        for receipt in receipts
        for member in unpacked.members
        if (arrival := _arrival(receipt, member, faults))
    ]
    reason = _reason(name, faults)
    with workspace.store.session() as session:
        members = record(session, arrivals)
        stored = session.get_one(File, (file.merchant_id, file.file_sha256))
        stored.status, stored.is_reread_wanted = "unpacked", False
        stored.reason = reason
        stored.reader_revision = None if unpacked.is_refused else UNPACK_REVISION
    whole = Landed(
        file.merchant_id, name, file.file_sha256, is_new=False, is_unpacked=True, problem=reason
    )
    return [whole, *members]


def _arrival(receipt: Receipt, member: Member, faults: list[str]) -> Arrival | None:
    *folders, name = member.name.split("/")
    try:
        declared = declared_days(name, folders)
    except ExportError as error:
        faults.append(f"its member {error}")
        return None
    if declared is None and receipt.declared_from and receipt.declared_to:
        declared = (receipt.declared_from, receipt.declared_to)
    return Arrival(
        merchant_id=receipt.merchant_id,
        file_name=f"{receipt.file_name}/{member.name}",
        file_sha256=member.archived.sha256,
        size_bytes=member.archived.size,
        received_at=receipt.received_at,
        declared=declared,
        folder="/".join(filter(None, (receipt.folder, *folders))),
        told_at=member.told_at,
    )


def _reason(name: str, faults: Sequence[str]) -> str | None:
    if not faults:
        return None
    # Under a second name the same member has the same fault.
    faults = list(dict.fromkeys(faults))
    told = [f"{name}: {faults[0]}"]
    told += [f"{fault[0].upper()}{fault[1:]}" for fault in faults[1:_FAULTS_TOLD]]
    more = len(faults) - _FAULTS_TOLD
    if more > 0:
        told.append(f"{more} more of its members cannot be unpacked.")
    return " ".join(told)
