"""What came of files that were read, written into the manifest: many files at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from orchestration.exports.file_names import one_line
from orchestration.exports.reader import ReadResult
from orchestration.flow.claims import NOBODY, give
from orchestration.flow.owners import remember_ids
from orchestration.flow.reading.read_file import FileRead
from orchestration.settings import now
from orchestration.state.drift import Drifts
from orchestration.state.manifest import Content, files_of, readings_of
from orchestration.state.models import File, Reading


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


def record_reads(session: Session, reads: Sequence[FileRead]) -> list[ReadOutcome]:
    """Write down what came of each file: a reading that waits for the gate, or why it is held."""
    for read in reads:
        if read.waiting.file.merchant_id == NOBODY != read.merchant_id:
            give(session, read.waiting.file, read.merchant_id)
    hashes = {read.waiting.file.file_sha256 for read in reads}
    files = files_of(session, hashes)
    readings = readings_of(session, hashes)
    drifts = Drifts(session)
    outcomes: list[ReadOutcome] = []
    for read in reads:
        file = files[read.content]
        new_headers: Sequence[str] = ()
        if read.result is None:
            _hold(file, read.fault)
        else:
            _stage(session, file, readings[read.content], read.result)
            remember_ids(session, read.merchant_id, read.new_ids)
            new_headers = drifts.record(
                read.result.source, read.result.unknown_headers, file.file_sha256, now()
            )
        outcomes.append(_outcome(read, file, new_headers))
    return outcomes


def _outcome(read: FileRead, file: File, new_headers: Sequence[str]) -> ReadOutcome:
    return ReadOutcome(
        read.merchant_id,
        read.waiting.file_name,
        file.file_sha256,
        file.source,
        read.result.rows_read if read.result else 0,
        new_headers,
        read.fault,
    )


def _hold(file: File, reason: str | None) -> None:
    file.is_reread_wanted = False
    if file.status == "withdrawn":
        return
    # A name is somebody else's text, and stands in the sentence.
    file.reason = one_line(reason or "") or None
    # A reading that already counts stands; only a file without one is held.
    if file.layout_revision is None:
        file.status = "held"


def _stage(session: Session, file: File, known: list[Reading], result: ReadResult) -> None:
    file.source = result.source
    if file.status != "withdrawn":
        file.reason = None
    same: Reading | None = None
    for reading in known:
        if _is_of(reading, result):
            same = reading
        elif reading.verdict == "staged":
            # A reading by an older layout that never passed the gate is not waited for any more.
            session.delete(reading)
    if same is None:
        same = _new_reading((file.merchant_id, file.file_sha256), result)
        session.add(same)
        known.append(same)
    # The same reading again holds the same rows; what was judged of it stands until the gate
    # judges anew. Only another name of the file can have changed when its content was true.
    same.verdict = "staged"
    same.effective_at = result.effective_at
    same.is_effective_at_assumed = result.is_effective_at_assumed
    same.read_at = now()


def _is_of(reading: Reading, result: ReadResult) -> bool:
    return (reading.source, reading.layout_revision, reading.reader_revision) == (
        result.source,
        result.layout_revision,
        result.reader_revision,
    )


def _new_reading(content: Content, result: ReadResult) -> Reading:
    return Reading(
        merchant_id=content[0],
        file_sha256=content[1],
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
