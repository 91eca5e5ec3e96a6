"""Step 2: read landed files into staged rows; what cannot be read is held with its reason."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from orchestration.exports.effective import Receipt
from orchestration.exports.identity import Identity
from orchestration.exports.reader import open_reader
from orchestration.files import sync_folders
from orchestration.flow.claims import NOBODY
from orchestration.flow.identity import identity_key
from orchestration.flow.owners import owners
from orchestration.flow.reading.read_file import Desk, Waiting
from orchestration.flow.reading.records import ReadOutcome, record_reads
from orchestration.flow.repairs import repairs_by_file
from orchestration.flow.workspace import Workspace
from orchestration.home import Home
from orchestration.state.manifest import (
    address_of,
    current_readings,
    files_to_read,
    receipts_by_file,
)
from orchestration.state.models import File, Reading
from orchestration.state.models import Receipt as StoredReceipt
from orchestration.warehouse.parquet import is_whole

__all__ = ["ReadOutcome", "export_receipt", "read_landed"]

Progress = Callable[[str], None]

# One transaction: enough files that its cost is shared, few enough that a killed run, which reads
# them again, loses seconds.
_FILES_AT_ONCE = 200


def read_landed(workspace: Workspace, progress: Progress | None = None) -> list[ReadOutcome]:
    """Read every file that has no reading that counts, or that is wanted again.

    Files of nobody come last: those before them may tell whose ids they name.
    """
    _want_back_what_is_gone(workspace)
    with workspace.store.session() as session:
        files = list(files_to_read(session))
    files.sort(key=lambda file: file.merchant_id == NOBODY)
    tell = progress or (lambda _text: None)
    outcomes: list[ReadOutcome] = []
    with open_reader(
        workspace.home.staged,
        workspace.layouts(),
        Identity(identity_key(workspace)),
        workspace.settings.duckdb,
    ) as reader:
        desk = Desk(workspace.archive(), reader, workspace.register(), owners(workspace))
        for start in range(0, len(files), _FILES_AT_ONCE):
            reads = []
            for item in _waiting(workspace, files[start : start + _FILES_AT_ONCE]):
                number = start + len(reads) + 1
                tell(f"reading {item.file_name} ({number:,} of {len(files):,})")
                reads.append(desk.read(item))
            # What is written down as staged must be found there, whatever happens.
            sync_folders(workspace.home.staged)
            with workspace.store.session() as session:
                outcomes += record_reads(session, reads)
    return outcomes


def _waiting(workspace: Workspace, files: Sequence[File]) -> list[Waiting]:
    hashes = {file.file_sha256 for file in files}
    with workspace.store.session() as session:
        receipts = receipts_by_file(session, hashes)
        repairs = repairs_by_file(session, hashes)
    return [
        Waiting(
            file,
            [export_receipt(one) for one in receipts[file.merchant_id, file.file_sha256]],
            repairs.get(file.file_sha256, {}),
        )
        for file in files
    ]


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


def _want_back_what_is_gone(workspace: Workspace) -> None:
    """Quarantine and held files are not in the backup set: landing gives them back.

    So it does for rows in a file that was cut off.
    """
    home = workspace.home
    there = {folder: _names_in(folder) for folder in (home.raw, home.quarantine, home.held)}
    with workspace.store.session() as session:
        for file, reading in current_readings(session):
            if reading is None or file.status not in ("loaded", "held"):
                continue
            name = f"{reading.source}/{address_of(reading).stem}.parquet"
            if any(name not in there[folder] for folder in _folders_of(home, reading)):
                file.is_reread_wanted = True


def _names_in(folder: Path) -> set[str]:
    whole = (path for path in folder.glob("*/*.parquet") if is_whole(path))
    return {f"{path.parent.name}/{path.name}" for path in whole}


def _folders_of(home: Home, reading: Reading) -> list[Path]:
    """Where rows of a reading must lie."""
    wanted = {
        home.raw: reading.verdict == "loaded",
        home.quarantine: reading.rows_quarantined > 0,
        home.held: reading.verdict == "held",
    }
    return [folder for folder, is_wanted in wanted.items() if is_wanted]
