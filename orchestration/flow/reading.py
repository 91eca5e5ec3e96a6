"""Step 2: read landed files into staged rows; what cannot be read is held with its reason."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, or_

from orchestration.exports.effective import Receipt
from orchestration.exports.errors import ExportError
from orchestration.exports.identity import customer_key_for
from orchestration.exports.landing import landed
from orchestration.exports.layouts import LayoutBook
from orchestration.exports.reader import ReadResult, read_file
from orchestration.flow.claims import NOBODY
from orchestration.flow.identity import identity_key
from orchestration.flow.workspace import Workspace
from orchestration.register import Register
from orchestration.settings import Home, now
from orchestration.state.manifest import (
    address_of,
    current_readings,
    files_to_read,
    receipts_of,
    record_drift,
)
from orchestration.state.models import File, Reading

Progress = Callable[[str], None]


@dataclass(frozen=True)
class ReadOutcome:
    """One file read, or why it was not."""

    merchant_id: str
    file_name: str
    file_sha256: str
    source: str | None
    rows_read: int = 0
    new_headers: Sequence[str] = ()
    fault: str | None = None


def _hold(workspace: Workspace, file: File, reason: str) -> None:
    with workspace.store.session() as session:
        stored = session.get_one(File, (file.merchant_id, file.file_sha256))
        stored.reason = reason
        stored.is_reread_wanted = False
        # A reading that already counts stands; only a file without one is held.
        if stored.layout_revision is None:
            stored.status = "held"


def _stage(workspace: Workspace, file: File, result: ReadResult) -> list[str]:
    with workspace.store.session() as session:
        stored = session.get_one(File, (file.merchant_id, file.file_sha256))
        stored.source = result.source
        stored.reason = None
        # A reading by an older layout that never passed the gate is not waited for any more.
        session.execute(
            delete(Reading).where(
                Reading.merchant_id == file.merchant_id,
                Reading.file_sha256 == file.file_sha256,
                Reading.verdict == "staged",
                or_(
                    Reading.layout_revision != result.layout_revision,
                    Reading.reader_revision != result.reader_revision,
                ),
            )
        )
        key = (result.source, result.layout_revision, result.reader_revision)
        reading = session.get(Reading, (file.merchant_id, file.file_sha256, *key))
        if reading is None:
            reading = _new_reading(file, result)
            session.add(reading)
        # The same reading again holds the same rows; what was judged of it stands until the gate
        # judges anew. Only another name of the file can have changed when its content was true.
        reading.verdict = "staged"
        reading.effective_at = result.effective_at
        reading.is_effective_at_assumed = result.is_effective_at_assumed
        reading.read_at = now()
        return record_drift(session, result.source, result.unknown_headers, file.file_sha256, now())


def _new_reading(file: File, result: ReadResult) -> Reading:
    return Reading(
        merchant_id=file.merchant_id,
        file_sha256=file.file_sha256,
        source=result.source,
        layout_revision=result.layout_revision,
        reader_revision=result.reader_revision,
        first_row_date=result.first_row_date,
        last_row_date=result.last_row_date,
        row_day_runs=result.row_day_runs,
        rows_read=result.rows_read,
        rows_skipped=sum(result.skipped.values()),
        skipped_by_reason=dict(result.skipped),
    )


def _owner_fault(register: Register, file: File, file_name: str) -> str | None:
    if file.merchant_id == NOBODY:
        return (
            f"{file_name}: unclaimed, nothing says whose it is; move it into "
            f"inbox/<merchant_id>/ or run `seedbed ingest --merchant M {file_name}`."
        )
    if register.get(file.merchant_id) is None:
        return (
            f"{file_name}: merchant '{file.merchant_id}' is not in the register; "
            "add it to merchants.yml and run ingest again."
        )
    return None


def _lies_where_it_should(home: Home, reading: Reading) -> bool:
    name = f"{address_of(reading).stem}.parquet"
    wanted = {
        home.raw: reading.verdict == "loaded",
        home.quarantine: reading.rows_quarantined > 0,
        home.held: reading.verdict == "held",
    }
    return all((folder / reading.source / name).exists() for folder in wanted if wanted[folder])


def _want_back_what_is_gone(workspace: Workspace) -> None:
    """Quarantine and held files are not in the backup set: landing gives them back."""
    with workspace.store.session() as session:
        for file, reading in current_readings(session):
            if reading is None or file.status not in ("loaded", "held"):
                continue
            if not _lies_where_it_should(workspace.home, reading):
                file.is_reread_wanted = True


def read_landed(workspace: Workspace, progress: Progress | None = None) -> list[ReadOutcome]:
    """Read every file that has no reading that counts, or that is wanted again."""
    _want_back_what_is_gone(workspace)
    book = workspace.layouts()
    register = workspace.register()
    key = identity_key(workspace)
    with workspace.store.session() as session:
        waiting = [
            (file, [(r.file_name, r.received_at) for r in receipts_of(session, file)])
            for file in files_to_read(session)
        ]
    outcomes: list[ReadOutcome] = []
    for file, names in waiting:
        file_name = names[0][0]
        if progress:
            progress(file_name)
        fault = _owner_fault(register, file, file_name)
        if fault is None:
            try:
                outcomes.append(_read_one(workspace, file, names, book, key))
                continue
            except ExportError as error:
                fault = str(error)
        _hold(workspace, file, fault)
        outcomes.append(
            ReadOutcome(file.merchant_id, file_name, file.file_sha256, file.source, fault=fault)
        )
    return outcomes


def _read_one(
    workspace: Workspace, file: File, names: Sequence[Receipt], book: LayoutBook, key: bytes
) -> ReadOutcome:
    result = read_file(
        landed(workspace.home.landing, file.file_sha256),
        merchant_id=file.merchant_id,
        file_sha256=file.file_sha256,
        names=names,
        book=book,
        customer_key=customer_key_for(key, file.merchant_id),
        target_dir=workspace.home.staged,
        settings=workspace.settings.duckdb,
    )
    fresh = _stage(workspace, file, result)
    return ReadOutcome(
        file.merchant_id, names[0][0], file.file_sha256, result.source, result.rows_read, fresh
    )
