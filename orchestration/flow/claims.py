"""Whose a file is: its folder says so, or the shops and accounts that it names, or a person."""

from __future__ import annotations

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from orchestration.state.manifest import receipts_of
from orchestration.state.models import File, Receipt

NOBODY = ""
# A file that waits for somebody to say whose it is.
IS_UNCLAIMED = and_(File.merchant_id == NOBODY, File.status.in_(("held", "received")))


def owner_of(session: Session, file_sha256: str) -> str:
    """The merchant who has this content already, or nobody."""
    owners = select(File.merchant_id).where(
        File.file_sha256 == file_sha256, File.merchant_id != NOBODY
    )
    return session.scalars(owners.order_by(File.merchant_id)).first() or NOBODY


def claim(session: Session, merchant_id: str, file_sha256: str) -> None:
    """Give nobody's copy of a content to a merchant who has it: its names and first receipts."""
    unclaimed = session.get(File, (NOBODY, file_sha256))
    if unclaimed is None:
        return
    for receipt in receipts_of(session, unclaimed):
        known = session.get(Receipt, (merchant_id, file_sha256, receipt.file_name))
        if known is None:
            known = Receipt(
                merchant_id=merchant_id,
                file_sha256=file_sha256,
                file_name=receipt.file_name,
                folder=receipt.folder,
                told_at=receipt.told_at,
                declared_from=receipt.declared_from,
                declared_to=receipt.declared_to,
            )
            session.add(known)
        # The first time counts: it is the export time of a file that does not tell its own.
        known.received_at = receipt.received_at
        session.delete(receipt)
    session.flush()
    session.delete(unclaimed)
    # Gone at once: another name of the same arrival may claim it too.
    session.flush()


def give(session: Session, file: File, merchant_id: str) -> File:
    """Make nobody's file a merchant's; gives the file as it is now."""
    owned = session.get(File, (merchant_id, file.file_sha256))
    if owned is None:
        owned = File(
            merchant_id=merchant_id, file_sha256=file.file_sha256, size_bytes=file.size_bytes
        )
        session.add(owned)
        session.flush()
    claim(session, merchant_id, file.file_sha256)
    return owned
