"""What has arrived, written into the manifest: files of the inbox and members of ZIPs alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from orchestration.exports.coverage import declared_range
from orchestration.exports.errors import ExportError
from orchestration.exports.file_names import shown
from orchestration.flow.claims import NOBODY, claim, owner_of
from orchestration.state.manifest import Arrival, record_receipts
from orchestration.state.models import File

DayRange = tuple[date, date]


@dataclass(frozen=True)
class Landed:
    """One file found, and whether its content was new.

    `fault`: why it was not archived. `is_unpacked`: it is a ZIP that was looked into now;
    `problem`: why not all of it could be unpacked.
    """

    merchant_id: str
    file_name: str
    file_sha256: str
    is_new: bool
    fault: str | None = None
    is_unpacked: bool = False
    problem: str | None = None


def declared_days(name: str, folders: Sequence[str]) -> DayRange | None:
    """The days, such as 2024-06-24_2024-06-30, that a name declares, else the nearest folder.

    Raises:
        ExportError: a name looks like a range that cannot be one.
    """
    try:
        ranges = [declared_range(part) for part in (name, *reversed(folders))]
    except ExportError as error:
        raise ExportError(f"{shown(name)}: {error}") from error
    return next((days for days in ranges if days), None)


def record(session: Session, arrivals: Sequence[Arrival]) -> list[Landed]:
    """Write receipts; what lies in the inbox itself goes to whoever has the same content."""
    hashes = {arrival.file_sha256 for arrival in arrivals}
    before = list(session.scalars(select(File).where(File.file_sha256.in_(hashes))))
    owned = {file.file_sha256 for file in before if file.merchant_id != NOBODY}
    ours = [
        arrival._replace(merchant_id=owner_of(session, arrival.file_sha256))
        if arrival.merchant_id == NOBODY and arrival.file_sha256 in owned
        else arrival
        for arrival in arrivals
    ]
    recorded = record_receipts(session, ours)
    unclaimed = {file.file_sha256 for file in before if file.merchant_id == NOBODY}
    unclaimed |= {arrival.file_sha256 for arrival in ours if arrival.merchant_id == NOBODY}
    landed: list[Landed] = []
    for arrival, known in zip(ours, recorded, strict=True):
        merchant_id, sha256 = arrival.merchant_id, arrival.file_sha256
        if merchant_id != NOBODY and sha256 in unclaimed:
            claim(session, merchant_id, sha256)
        if known.is_new_name and not known.is_new_content:
            _want_again(session.get_one(File, (merchant_id, sha256)))
        landed.append(Landed(merchant_id, arrival.file_name, sha256, known.is_new_content))
    return landed


def _want_again(file: File) -> None:
    """Another name may tell a later export time, and every row, or member, carries it.

    A withdrawn file too is judged by it: the days that it spoke for are known to be missing.
    """
    if file.status == "unpacked":
        file.status = "received"
    else:
        file.is_reread_wanted = True
