"""Step 2: read landed files into staged rows; what cannot be read is held with its reason."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, or_

from orchestration.exports.effective import Receipt
from orchestration.exports.errors import ExportError, WrongOwner
from orchestration.exports.identity import Identity
from orchestration.exports.landing import landed
from orchestration.exports.reader import Reader, ReadResult, open_reader
from orchestration.files import sync_folders
from orchestration.flow.claims import NOBODY, give
from orchestration.flow.identity import identity_key
from orchestration.flow.owners import IdKey, Owners, named_ids, owners, remember_ids
from orchestration.flow.repairs import repairs_of
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
from orchestration.state.models import Receipt as StoredReceipt

Progress = Callable[[str], None]

# A file of many accounts needs not list them all in one sentence.
_IDS_SHOWN = 5


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
        stored.is_reread_wanted = False
        if stored.status == "withdrawn":
            return
        stored.reason = reason
        # A reading that already counts stands; only a file without one is held.
        if stored.layout_revision is None:
            stored.status = "held"


def _stage(workspace: Workspace, file: File, result: ReadResult) -> list[str]:
    with workspace.store.session() as session:
        stored = session.get_one(File, (file.merchant_id, file.file_sha256))
        stored.source = result.source
        if stored.status != "withdrawn":
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


def _unregistered(register: Register, file: File, file_name: str) -> str | None:
    if file.merchant_id == NOBODY or register.get(file.merchant_id) is not None:
        return None
    return (
        f"{file_name}: merchant '{file.merchant_id}' is not in the register; "
        "add it to merchants.yml and run ingest again."
    )


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
    """Read every file that has no reading that counts, or that is wanted again.

    Files of nobody come last: those before them may tell whose ids they name.
    """
    _want_back_what_is_gone(workspace)
    with workspace.store.session() as session:
        waiting = [
            _Waiting(file, [export_receipt(receipt) for receipt in receipts_of(session, file)])
            for file in files_to_read(session)
        ]
    waiting.sort(key=lambda item: item.file.merchant_id == NOBODY)
    with open_reader(
        workspace.home.staged,
        workspace.layouts(),
        Identity(identity_key(workspace)),
        workspace.settings.duckdb,
    ) as reader:
        desk = _Desk(workspace, reader, workspace.register(), owners(workspace))
        outcomes = []
        for number, item in enumerate(waiting, start=1):
            if progress:
                progress(f"reading {item.file_name} ({number:,} of {len(waiting):,})")
            outcomes.append(desk.read(item))
    sync_folders(workspace.home.staged)
    return outcomes


def export_receipt(stored: StoredReceipt) -> Receipt:
    """A receipt as the reader takes it."""
    first, last = stored.declared_from, stored.declared_to
    return Receipt(
        stored.file_name,
        stored.received_at,
        stored.folder,
        stored.told_at,
        (first, last) if first and last else None,
    )


@dataclass(frozen=True)
class _Waiting:
    """A file to be read, and the names under which it came."""

    file: File
    receipts: list[Receipt]

    @property
    def file_name(self) -> str:
        return self.receipts[0].file_name


class _Desk:
    """Reads one file after the other, and writes down what came of it."""

    def __init__(
        self, workspace: Workspace, reader: Reader, register: Register, known: Owners
    ) -> None:
        self._workspace = workspace
        self._reader = reader
        self._register = register
        self._owners = known

    def read(self, item: _Waiting) -> ReadOutcome:
        """Stage a file, or hold it with one sentence."""
        file = item.file
        fault = _unregistered(self._register, file, item.file_name)
        if fault is None:
            try:
                if file.merchant_id == NOBODY:
                    file = self._given_to_its_owner(item)
                return self._read(file, item)
            except ExportError as error:
                fault = str(error)
        _hold(self._workspace, file, fault)
        return ReadOutcome(
            file.merchant_id, item.file_name, file.file_sha256, file.source, fault=fault
        )

    def _result(self, file: File, item: _Waiting) -> ReadResult:
        home = self._workspace.home
        return self._reader.read(
            landed(home.landing, file.file_sha256),
            merchant_id=file.merchant_id,
            file_sha256=file.file_sha256,
            receipts=item.receipts,
            owned=self._owners.of_merchant(file.merchant_id),
            repairs=repairs_of(self._workspace, file),
        )

    def _read(self, file: File, item: _Waiting) -> ReadOutcome:
        result = self._result(file, item)
        named = named_ids(result.source, result.owner_ids)
        others = self._owners.of_ids(named) - {file.merchant_id}
        if others:
            result.staged_path.unlink()
            raise WrongOwner(
                f"{item.file_name}: it names shops or accounts of {', '.join(sorted(others))}, "
                f"and came for {file.merchant_id}; move it into the right inbox folder, or mend "
                "the register."
            )
        fresh = _stage(self._workspace, file, result)
        if unknown := {key for key in named if key not in self._owners.by_id}:
            remember_ids(self._workspace, file.merchant_id, unknown)
            self._owners = owners(self._workspace)
        return ReadOutcome(
            file.merchant_id,
            item.file_name,
            file.file_sha256,
            result.source,
            result.rows_read,
            fresh,
        )

    def _given_to_its_owner(self, item: _Waiting) -> File:
        """Find whose a file is by the ids that it names.

        Raises:
            ExportError: it cannot be read, or its ids are nobody's or several merchants'.
        """
        result = self._result(item.file, item)
        result.staged_path.unlink()
        named = named_ids(result.source, result.owner_ids)
        found = sorted(self._owners.of_ids(named))
        if len(found) > 1:
            raise WrongOwner(
                f"{item.file_name}: it names shops or accounts of {', '.join(found)}; "
                "export those of each merchant to a file of its own."
            )
        if not found:
            raise WrongOwner(_unclaimed(item.file_name, named))
        with self._workspace.store.session() as session:
            return give(session, item.file, found[0])


def _unclaimed(file_name: str, named: set[IdKey]) -> str:
    ids = ", ".join(f"{kind} {owned_id}" for kind, _, owned_id in sorted(named)[:_IDS_SHOWN])
    why = f"{ids} is in no register entry" if named else "nothing in it says whose it is"
    return (
        f"{file_name}: unclaimed, {why}; move it into inbox/<merchant_id>/, run "
        f"`seedbed ingest --merchant M {file_name}`, or ask `seedbed merchants suggest`."
    )
