"""Reads and writes of the manifest: files, their receipts and readings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from orchestration.state.models import File, Reading, Receipt

# A merchant and the hash of a content: what a file is known by.
Content = tuple[str, str]
# Of two that one look at the inbox found, the shorter name is that of the file, not of its copy.
_FIRST_RECEIPT = (Receipt.received_at, func.length(Receipt.file_name), Receipt.file_name)


class Address(NamedTuple):
    """What one reading of one file is known by: the name of its Parquet in every stage."""

    merchant_id: str
    file_sha256: str
    layout_revision: str
    reader_revision: str

    @property
    def stem(self) -> str:
        """File name without ending; 16 hex digits tell files apart and stay readable."""
        return "__".join(
            (self.merchant_id, self.file_sha256[:16], self.layout_revision, self.reader_revision)
        )


def address_of(reading: Reading) -> Address:
    """The address of a reading."""
    return Address(
        reading.merchant_id,
        reading.file_sha256,
        reading.layout_revision,
        reading.reader_revision,
    )


class Arrival(NamedTuple):
    """One archived file under one name; an empty `merchant_id` stands for nobody's.

    `declared`: the days that somebody says it speaks for; `folder`: where it lay below the
    merchant's, the first time counts; `told_at`: what a ZIP tells of it.
    """

    merchant_id: str
    file_sha256: str
    size_bytes: int
    file_name: str
    received_at: datetime
    declared: tuple[date, date] | None = None
    folder: str = ""
    told_at: datetime | None = None


class Recorded(NamedTuple):
    """What the manifest knew of an arrival before."""

    is_new_content: bool
    is_new_name: bool


def record_receipts(session: Session, arrivals: Sequence[Arrival]) -> list[Recorded]:
    """Remember that files arrived, in this order, with one question for all of them."""
    hashes = {arrival.file_sha256 for arrival in arrivals}
    files = {
        (file.merchant_id, file.file_sha256): file
        for file in session.scalars(select(File).where(File.file_sha256.in_(hashes)))
    }
    receipts = {
        (receipt.merchant_id, receipt.file_sha256, receipt.file_name): receipt
        for receipt in session.scalars(select(Receipt).where(Receipt.file_sha256.in_(hashes)))
    }
    new_files: list[File] = []
    new_receipts: list[Receipt] = []
    recorded: list[Recorded] = []
    for arrival in arrivals:
        content = (arrival.merchant_id, arrival.file_sha256)
        name = (*content, arrival.file_name)
        recorded.append(Recorded(content not in files, name not in receipts))
        if content not in files:
            files[content] = _file(arrival)
            new_files.append(files[content])
        if name not in receipts:
            receipts[name] = _receipt(arrival)
            new_receipts.append(receipts[name])
        _complete(receipts[name], arrival)
    session.add_all(new_files)
    # A receipt refers to its file, which must be there first.
    session.flush()
    session.add_all(new_receipts)
    session.flush()
    return recorded


def _file(arrival: Arrival) -> File:
    return File(
        merchant_id=arrival.merchant_id,
        file_sha256=arrival.file_sha256,
        size_bytes=arrival.size_bytes,
    )


def _receipt(arrival: Arrival) -> Receipt:
    return Receipt(
        merchant_id=arrival.merchant_id,
        file_sha256=arrival.file_sha256,
        file_name=arrival.file_name,
        received_at=arrival.received_at,
        folder=arrival.folder,
    )


def _complete(receipt: Receipt, arrival: Arrival) -> None:
    if arrival.told_at is not None:
        # The same content packed again: that it still holds is told by the later time.
        receipt.told_at = max(arrival.told_at, receipt.told_at or arrival.told_at)
    if arrival.declared is not None:
        receipt.declared_from, receipt.declared_to = arrival.declared


def record_receipt(
    session: Session,
    *,
    merchant_id: str,
    file_sha256: str,
    size_bytes: int,
    file_name: str,
    received_at: datetime,
    declared: tuple[date, date] | None,
    folder: str = "",
    told_at: datetime | None = None,
) -> bool:
    """Remember that one file arrived; True if this content is new for this merchant."""
    arrival = Arrival(
        merchant_id, file_sha256, size_bytes, file_name, received_at, declared, folder, told_at
    )
    (recorded,) = record_receipts(session, [arrival])
    return recorded.is_new_content


def receipts_of(session: Session, file: File) -> Sequence[Receipt]:
    """Every name under which a file arrived, first receipt first."""
    return session.scalars(
        select(Receipt)
        .where(Receipt.merchant_id == file.merchant_id, Receipt.file_sha256 == file.file_sha256)
        .order_by(*_FIRST_RECEIPT)
    ).all()


def receipts_by_file(
    session: Session, hashes: Collection[str] | None = None, source: str | None = None
) -> Mapping[Content, Sequence[Receipt]]:
    """The same for every file with one question, or for those with these hashes or of a source."""
    wanted = select(Receipt).order_by(*_FIRST_RECEIPT)
    if hashes is not None:
        wanted = wanted.where(Receipt.file_sha256.in_(hashes))
    if source is not None:
        of_file = and_(
            File.merchant_id == Receipt.merchant_id, File.file_sha256 == Receipt.file_sha256
        )
        wanted = wanted.join(File, of_file).where(File.source == source)
    found: dict[Content, list[Receipt]] = defaultdict(list)
    for receipt in session.scalars(wanted):
        found[receipt.merchant_id, receipt.file_sha256].append(receipt)
    return found


def files_of(session: Session, hashes: Collection[str]) -> Mapping[Content, File]:
    """Every file with one of these hashes."""
    found = session.scalars(select(File).where(File.file_sha256.in_(hashes)))
    return {(file.merchant_id, file.file_sha256): file for file in found}


def readings_of(session: Session, hashes: Collection[str]) -> dict[Content, list[Reading]]:
    """Every reading of the files with one of these hashes; an empty list for those without."""
    found: dict[Content, list[Reading]] = defaultdict(list)
    for reading in session.scalars(select(Reading).where(Reading.file_sha256.in_(hashes))):
        found[reading.merchant_id, reading.file_sha256].append(reading)
    return found


def files_to_read(session: Session) -> Sequence[File]:
    """Files that have no reading that counts yet, or that somebody wants read again.

    A file held while reading (no reading exists) is tried again each time: its cause, an
    unknown header or an unregistered merchant, may have been mended since.
    """
    has_no_reading = File.layout_revision.is_(None)
    return session.scalars(
        select(File)
        .where(
            or_(
                File.status == "received",
                and_(File.status == "held", has_no_reading),
                File.is_reread_wanted,
            )
        )
        .order_by(File.merchant_id, File.file_sha256)
    ).all()


def staged_readings(session: Session, source: str) -> Sequence[Reading]:
    """Readings of a source that wait for the gate."""
    return session.scalars(
        select(Reading)
        .where(Reading.source == source, Reading.verdict == "staged")
        .order_by(Reading.merchant_id, Reading.file_sha256)
    ).all()


def staged_sources(session: Session) -> set[str]:
    """The sources of which a reading waits for the gate."""
    waiting = select(Reading.source).where(Reading.verdict == "staged").distinct()
    return set(session.scalars(waiting))


def withdrawn_files(session: Session) -> set[tuple[str, str]]:
    """Merchant and hash of each file that is out."""
    out = select(File.merchant_id, File.file_sha256).where(File.status == "withdrawn")
    return {(merchant_id, sha256) for merchant_id, sha256 in session.execute(out)}


def current_readings(
    session: Session, source: str | None = None
) -> Sequence[tuple[File, Reading | None]]:
    """Every file, or those of a source, with the reading that counts for it, or None."""
    wanted = (
        select(File, Reading)
        .outerjoin(
            Reading,
            and_(
                Reading.merchant_id == File.merchant_id,
                Reading.file_sha256 == File.file_sha256,
                Reading.layout_revision == File.layout_revision,
                Reading.reader_revision == File.reader_revision,
            ),
        )
        .order_by(File.merchant_id, File.file_sha256)
    )
    if source is not None:
        wanted = wanted.where(File.source == source)
    return [(file, reading) for file, reading in session.execute(wanted)]


def files_matching(session: Session, sha256_prefix: str) -> Sequence[File]:
    """Files whose content hash begins so."""
    return session.scalars(
        select(File)
        .where(File.file_sha256.startswith(sha256_prefix, autoescape=True))
        .order_by(File.merchant_id, File.file_sha256)
    ).all()
