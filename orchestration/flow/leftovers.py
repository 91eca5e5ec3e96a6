"""What a home no longer needs, by the policy of its settings: `seedbed gc`.

Archived exports go only where the policy says that they expire, and never while they hold what was
not read of them yet.
"""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select

from orchestration.exports.landing import LandingError, landed
from orchestration.files import SCRATCH_PREFIX, of_ended_processes
from orchestration.flow.doctor.files import unknown_headers
from orchestration.flow.workspace import Workspace
from orchestration.home import Home
from orchestration.settings import now
from orchestration.state.manifest import Content, current_readings
from orchestration.state.models import File, Reading, Receipt


@dataclass(frozen=True)
class Leftover:
    """A file or folder that may go, its size in bytes, and why."""

    path: Path
    size: int
    why: str

    def as_dict(self) -> dict[str, object]:
        return asdict(self)


@dataclass(frozen=True)
class Plan:
    """What goes, and sentences about what stays though it is old enough to go."""

    gone: tuple[Leftover, ...]
    stays: tuple[str, ...]

    @property
    def size(self) -> int:
        return sum(one.size for one in self.gone)


def plan(workspace: Workspace, *, with_unmapped: bool = False) -> Plan:
    """Look what may go; changes nothing.

    Args:
        workspace: the home, under its lock: whatever looks half-written then is left behind.
        with_unmapped: let exports expire, too, of which columns were not read.
    """
    expired, stays = _expired(workspace, with_unmapped=with_unmapped)
    home = workspace.home
    gone = [*_half_written(home), *_of_ended_processes(home), *_old_logs(workspace), *expired]
    return Plan(tuple(gone), tuple(stays))


def remove(found: Plan) -> None:
    """Remove what was planned; what has vanished meanwhile is gone as well."""
    for one in found.gone:
        if one.path.is_dir():
            shutil.rmtree(one.path, ignore_errors=True)
        else:
            one.path.unlink(missing_ok=True)


def _half_written(home: Home) -> Iterator[Leftover]:
    for path in home.root.rglob(f"{SCRATCH_PREFIX}*"):
        # What lies in the inbox is not ours, whatever its name; what is open goes by its folder.
        if not any(map(path.is_relative_to, (home.inbox, home.opened))):
            yield Leftover(path, _size(path), "left half-written by a command that was killed")


def _of_ended_processes(home: Home) -> Iterator[Leftover]:
    for folder in of_ended_processes(home.root / ".spill"):
        yield Leftover(folder, _size(folder), "spilled by a query that has ended")
    for folder in of_ended_processes(home.opened):
        yield Leftover(folder, _size(folder), "decrypted by a command that was killed")


def _old_logs(workspace: Workspace) -> Iterator[Leftover]:
    """Months of which no day is younger than the runs that Dagster still knows."""
    days = workspace.settings.retention.run_days
    first_kept = f"{now() - timedelta(days=days):%Y-%m}"
    for path in sorted(workspace.home.run_logs.glob("*.jsonl")):
        if path.stem < first_kept:
            yield Leftover(path, _size(path), f"log of runs that are older than {days} days")


def _size(path: Path) -> int:
    if path.is_file():
        return path.stat().st_size
    return sum(file.stat().st_size for file in path.rglob("*") if file.is_file())


def _expired(workspace: Workspace, *, with_unmapped: bool) -> tuple[list[Leftover], list[str]]:
    """Archived bytes older than the policy keeps them; those of several merchants go together."""
    days = workspace.settings.retention.landing_days
    if not days:
        return [], []
    received = _last_received(workspace)
    limit = now() - timedelta(days=days)
    with workspace.store.session() as session:
        counting = current_readings(session)
    unmapped = {} if with_unmapped else unknown_headers(workspace)
    keepers: dict[str, str] = {}
    sizes: dict[str, int] = {}
    for file, reading in counting:
        sizes[file.file_sha256] = file.size_bytes
        if why := _why_it_stays(file, reading, received, limit, unmapped):
            keepers[file.file_sha256] = why
    gone = [
        Leftover(
            path, sizes[sha256], f"received more than {days} days ago (retention.landing_days)"
        )
        for sha256 in sorted(sizes.keys() - keepers.keys())
        if (path := _archived(workspace.home, sha256)) is not None
    ]
    return gone, _told(keepers)


# Young enough to stay is nothing to tell.
_YOUNG = "young"


def _why_it_stays(
    file: File,
    reading: Reading | None,
    received: dict[Content, datetime],
    limit: datetime,
    unmapped: dict[str, list[str]],
) -> str:
    if received[file.merchant_id, file.file_sha256] >= limit:
        return _YOUNG
    if file.status in ("received", "held") or file.is_reread_wanted:
        return "they are held, or not read yet: `seedbed doctor` says why"
    if reading is not None and reading.rows_quarantined:
        return "rows of theirs were set aside: `seedbed quarantine list` shows them"
    if headers := unmapped.get(file.source or ""):
        return (
            f"{file.source} has columns that no layout maps ({', '.join(headers)}), and only the "
            "bytes hold them: learn them (`seedbed doctor` says how), or add --with-unmapped"
        )
    return ""


def _told(keepers: dict[str, str]) -> list[str]:
    by_reason: dict[str, int] = defaultdict(int)
    for why in keepers.values():
        by_reason[why] += why != _YOUNG
    return [f"{files:,} old exports stay: {why}." for why, files in by_reason.items() if files]


def _last_received(workspace: Workspace) -> dict[Content, datetime]:
    newest = func.max(Receipt.received_at, type_=Receipt.received_at.type)
    query = select(Receipt.merchant_id, Receipt.file_sha256, newest).group_by(
        Receipt.merchant_id, Receipt.file_sha256
    )
    with workspace.store.session() as session:
        return {(merchant, sha256): moment for merchant, sha256, moment in session.execute(query)}


def _archived(home: Home, sha256: str) -> Path | None:
    try:
        return landed(home.landing, sha256)
    except LandingError:
        # It has expired before.
        return None
