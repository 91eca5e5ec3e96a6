"""Accounting: every row of every file is loaded, quarantined, held or skipped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from orchestration.exports.file_names import shown
from orchestration.flow.workspace import Workspace
from orchestration.state.manifest import current_readings, receipts_by_file
from orchestration.state.models import File, Reading, Receipt

# A sentence need not repeat every name of a file that comes each week.
_NAMES_SHOWN = 3


@dataclass(frozen=True)
class FileAccount:
    """One file of the manifest, as people see it, by the first of its names."""

    merchant_id: str
    file_name: str
    file_sha256: str
    source: str | None
    status: str
    reason: str | None
    rows_read: int
    rows_loaded: int
    rows_quarantined: int
    rows_held: int
    rows_skipped: int
    rows_repeated: int
    quarantined_by_rule: dict[str, int]
    skipped_by_reason: dict[str, int]
    layout_revision: str | None
    reader_revision: str | None
    other_names: tuple[str, ...] = ()

    @property
    def problem(self) -> str | None:
        """Why it is held, or why a new reading of it was; None if nothing is wrong."""
        if self.reason is None or self.status == "withdrawn":
            return None
        whose = f"{self.merchant_id}: " if self.merchant_id else ""
        stands = " What was read of it before still counts." if self.status == "loaded" else ""
        return f"{whose}{self.reason}{stands}{self._also}"

    @property
    def _also(self) -> str:
        """Whoever looks for another file of the same bytes, such as an empty one, finds it here."""
        if not self.other_names:
            return ""
        names = ", ".join(map(shown, self.other_names[:_NAMES_SHOWN]))
        more = len(self.other_names) - _NAMES_SHOWN
        others = f" and under {more:,} more names" if more > 0 else ""
        return f" The same content also came as {names}{others}."

    @property
    def closes(self) -> bool:
        """True if no row is unaccounted for."""
        fates = self.rows_loaded + self.rows_quarantined + self.rows_held + self.rows_skipped
        return self.status == "received" or self.rows_read == fates

    def as_dict(self) -> dict[str, object]:
        return asdict(self)


def accounts(workspace: Workspace, source: str | None = None) -> list[FileAccount]:
    """The account of every file, or of those of a source, by merchant and first receipt."""
    with workspace.store.session() as session:
        receipts = receipts_by_file(session, source=source)
        found = [
            (receipts[file.merchant_id, file.file_sha256], file, reading)
            for file, reading in current_readings(session, source)
        ]
    found.sort(key=lambda one: (one[1].merchant_id, one[0][0].received_at, one[0][0].file_name))
    return [_account(*one) for one in found]


def _account(receipts: Sequence[Receipt], file: File, reading: Reading | None) -> FileAccount:
    first, *others = (receipt.file_name for receipt in receipts)
    return FileAccount(
        merchant_id=file.merchant_id,
        file_name=first,
        other_names=tuple(others),
        file_sha256=file.file_sha256,
        source=file.source,
        status=file.status,
        reason=file.reason,
        rows_read=reading.rows_read if reading else 0,
        rows_loaded=reading.rows_loaded if reading else 0,
        rows_quarantined=reading.rows_quarantined if reading else 0,
        rows_held=reading.rows_held if reading else 0,
        rows_skipped=reading.rows_skipped if reading else 0,
        rows_repeated=reading.rows_repeated if reading else 0,
        quarantined_by_rule=reading.quarantined_by_rule if reading else {},
        skipped_by_reason=reading.skipped_by_reason if reading else {},
        layout_revision=file.layout_revision,
        reader_revision=file.reader_revision,
    )


def verdict_of(files: Sequence[FileAccount]) -> str:
    """One verdict over a merchant's files of a source: the worst of them."""
    if any(file.status == "held" for file in files):
        return "held" if all(file.status == "held" for file in files) else "partly held"
    if any(file.rows_quarantined for file in files):
        return "loaded, rows set aside"
    return "loaded"


def merchant_verdicts(files: Iterable[FileAccount]) -> dict[str, str]:
    """The verdict of each merchant that has delivered some of these files of one source."""
    by_merchant: dict[str, list[FileAccount]] = {}
    for file in files:
        if file.status in ("loaded", "held"):
            by_merchant.setdefault(file.merchant_id, []).append(file)
    return {merchant: verdict_of(own) for merchant, own in sorted(by_merchant.items())}


def rows_by_fate(files: Iterable[FileAccount]) -> dict[str, int]:
    """Rows of those files that count, by what became of them."""
    fates = ("rows_read", "rows_loaded", "rows_quarantined", "rows_held", "rows_skipped")
    counting = [file for file in files if file.status in ("loaded", "held")]
    return {fate: sum(getattr(file, fate) for file in counting) for fate in fates}
