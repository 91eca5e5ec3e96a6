"""What the gate decided, written into the manifest: many files at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from orchestration.exports.coverage import day_runs
from orchestration.exports.file_names import shown
from orchestration.settings import now
from orchestration.state.manifest import address_of, files_of, readings_of, receipts_by_file
from orchestration.state.models import File, Reading
from orchestration.warehouse.passing import LoadedRows
from orchestration.warehouse.split import SplitCounts


@dataclass(frozen=True)
class HeldRows:
    """The business days that the rows of a file held whole speak of: of all of them."""

    days: tuple[date, ...]
    repeated: int = 0


@dataclass(frozen=True)
class Verdict:
    """How the rows of one reading came apart, and what became of those that did not fail."""

    reading: Reading
    count: SplitCounts
    rows: LoadedRows | HeldRows

    @property
    def is_held(self) -> bool:
        """Whether its file is held whole."""
        return isinstance(self.rows, HeldRows)


def record_verdicts(session: Session, verdicts: Sequence[Verdict]) -> list[str]:
    """Write verdicts; from here on the readings count, or the files are held with their reason.

    A withdrawn file stays out. Gives a sentence for each file that is held.
    """
    hashes = {verdict.reading.file_sha256 for verdict in verdicts}
    files = files_of(session, hashes)
    readings = readings_of(session, hashes)
    names = receipts_by_file(session, hashes)
    held: list[str] = []
    for verdict in verdicts:
        content = (verdict.reading.merchant_id, verdict.reading.file_sha256)
        file = files[content]
        _judge_reading(_same(readings[content], verdict.reading), verdict)
        reason = ""
        if verdict.is_held and file.status != "withdrawn":
            reason = _why_held(names[content][0].file_name, verdict.count)
            held.append(reason)
        _judge_file(file, verdict, reason)
    return held


def _same(stored: Sequence[Reading], reading: Reading) -> Reading:
    """The reading as it stands in this session."""
    known = (reading.source, address_of(reading))
    return next(one for one in stored if (one.source, address_of(one)) == known)


def _judge_reading(stored: Reading, verdict: Verdict) -> None:
    count, rows, is_held = verdict.count, verdict.rows, verdict.is_held
    stored.verdict = "held" if is_held else "loaded"
    stored.quarantined_by_rule = dict(count.by_rule)
    stored.rows_held = count.rows if is_held else 0
    stored.rows_loaded = 0 if is_held else count.passing
    stored.rows_quarantined = 0 if is_held else count.rejected
    stored.rows_repeated = rows.repeated
    stored.first_row_date = min(rows.days, default=None)
    stored.last_row_date = max(rows.days, default=None)
    stored.row_day_runs = day_runs(rows.days)


def _judge_file(file: File, verdict: Verdict, reason: str) -> None:
    reading, is_held = verdict.reading, verdict.is_held
    is_out = file.status == "withdrawn"
    file.is_reread_wanted = False
    if not is_out:
        file.reason = reason or None
    # A reading that counts stands when another one is held; only its failure is told.
    counting = (file.layout_revision, file.reader_revision)
    is_another = counting != (reading.layout_revision, reading.reader_revision)
    if is_held and file.status == "loaded" and is_another:
        return
    file.status = "withdrawn" if is_out else "held" if is_held else "loaded"
    file.source = reading.source
    file.layout_revision = reading.layout_revision
    file.reader_revision = reading.reader_revision
    if not is_out:
        file.settled_at = now()


def _why_held(name: str, count: SplitCounts) -> str:
    rules = ", ".join(f"{rule} {rows:,}" for rule, rows in sorted(count.by_rule.items()))
    return (
        f"{shown(name)}: {count.rejected:,} of {count.rows:,} rows are rejected ({rules}); "
        "export it again, or mend the layout and run ingest --reparse."
    )
