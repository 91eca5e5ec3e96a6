"""Whose a file is that lay in the inbox itself: nobody's, until a merchant claims its content."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from orchestration.state.manifest import receipts_of
from orchestration.state.models import File, Receipt

NOBODY = ""


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
                declared_from=receipt.declared_from,
                declared_to=receipt.declared_to,
            )
            session.add(known)
        # The first time counts: it is the export time of a file that does not tell its own.
        known.received_at = receipt.received_at
        session.delete(receipt)
    session.flush()
    session.delete(unclaimed)
