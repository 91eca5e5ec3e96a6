"""Step 1: archive what lies in the inbox, byte for byte, before anything is read."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from orchestration.exports.errors import ExportError
from orchestration.exports.file_names import shown
from orchestration.exports.landing import NoRoom
from orchestration.flow.faults import LANDING, remember_faults
from orchestration.flow.inbox.arrivals import InboxFile, Look, by_age
from orchestration.flow.inbox.folder import look_at
from orchestration.flow.inbox.seen import (
    Archival,
    forget,
    is_known,
    open_inbox,
    remember,
    sightings,
)
from orchestration.flow.landing.receipts import DayRange, Landed, declared_days, record
from orchestration.flow.landing.unpacking import unpack_waiting
from orchestration.flow.workspace import Workspace
from orchestration.settings import now
from orchestration.state.manifest import Arrival

__all__ = ["Landed", "land"]

Progress = Callable[[str], None]

# One transaction: enough files that its cost is shared, few enough that a killed run, which does
# them again, loses seconds.
_FILES_AT_ONCE = 500
# Downloads of exports end within minutes; what is still unfinished after an hour was given up.
_GIVEN_UP_SECONDS = 3600


def land(
    workspace: Workspace,
    paths: Iterable[Path] = (),
    *,
    merchant_id: str | None = None,
    covers: tuple[date, date] | None = None,
    progress: Progress | None = None,
    wait: Callable[[float], None] = time.sleep,
) -> list[Landed]:
    """Archive files (the whole inbox if none is named), unpack ZIPs and record all receipts.

    `covers` declares the days that the named files speak for. A file of the inbox that was
    archived before and looks the same is not read again. One that changed a moment ago is
    waited for, once and not for long; what changes even then is told and left for the next time,
    like everything that cannot be archived.
    """
    named = list(paths)
    is_inbox = not (named or merchant_id or covers)
    intake = _Intake(workspace, merchant_id, covers, is_inbox, progress or (lambda _text: None))
    if is_inbox:
        look = open_inbox(workspace.home, workspace.settings).look()
        intake.take_settled(intake.pass_over_known(look), wait)
    else:
        look = look_at(named or [workspace.home.inbox], workspace.home.inbox)
        intake.take(look.files)
    landed = _with_unpacked(intake)
    faults = (*look.faults, *intake.faults(), *_given_up(look))
    landed += [Landed("", "", "", is_new=False, fault=fault) for fault in faults]
    if not named:
        remember_faults(workspace, LANDING, [item.fault for item in landed if item.fault])
    return landed


@dataclass
class _Intake:
    """One landing: what was asked for, and what has come of it so far."""

    workspace: Workspace
    merchant_id: str | None
    covers: DayRange | None
    is_inbox: bool
    tell: Progress
    landed: list[Landed] = field(default_factory=list)
    without_room: list[str] = field(default_factory=list)
    no_room: str = ""

    def __post_init__(self) -> None:
        self.archive = self.workspace.archive()

    def pass_over_known(self, look: Look) -> list[InboxFile]:
        """The files that must be read; the others have landed before, just as they are."""
        with self.workspace.store.session() as session:
            seen = sightings(session)
            # A folder that cannot be listed may still hold what was seen in it.
            if not look.faults:
                forget(session, seen.keys() - {file.place for file in look.files})
        fresh: list[InboxFile] = []
        for file in look.files:
            if is_known(file, seen, self.archive):
                known = seen[file.place]
                landed = Landed(known.merchant_id, file.name, known.file_sha256, is_new=False)
                self.landed.append(landed)
            else:
                fresh.append(file)
        return fresh

    def take_settled(self, files: Sequence[InboxFile], wait: Callable[[float], None]) -> None:
        """Take files, last those that may still be being written, when they had time to settle."""
        seconds = self.workspace.settings.inbox.settle_seconds
        settled, young = by_age(files, seconds, now())
        self.take(settled)
        if not young:
            return
        # Taking the others may have taken long enough.
        left = seconds - min(file.age(now()) for file in young)
        if left > 0:
            self.tell(f"waiting until {len(young):,} files that were just written have settled")
            wait(left)
        self.take(young)

    def take(self, files: Sequence[InboxFile]) -> None:
        """Archive files and record their receipts, some hundred at a time."""
        for start in range(0, len(files), _FILES_AT_ONCE):
            taken = list(self._archived(files, range(start, len(files))[:_FILES_AT_ONCE]))
            self.archive.sync()
            with self.workspace.store.session() as session:
                landed = record(session, [arrival for _, arrival in taken])
                if self.is_inbox:
                    remember(session, map(_sighting, taken, landed))
            self.landed += landed

    def _archived(
        self, files: Sequence[InboxFile], places: range
    ) -> Iterator[tuple[InboxFile, Arrival]]:
        for place in places:
            file = files[place]
            self.tell(f"archiving {file.name} ({place + 1:,} of {len(files):,})")
            try:
                declared = self.covers or declared_days(file.name, file.folders)
                archived = file.archive_into(self.archive)
            except NoRoom as error:
                self.no_room = str(error)
                self.without_room.append(file.name)
            except ExportError as error:
                fault = str(error)
                whose = self.merchant_id or file.merchant_id
                self.landed.append(Landed(whose, file.name, "", is_new=False, fault=fault))
            else:
                yield (
                    file,
                    Arrival(
                        merchant_id=self.merchant_id or file.merchant_id,
                        file_name=file.name,
                        file_sha256=archived.sha256,
                        size_bytes=archived.size,
                        received_at=now(),
                        declared=declared,
                        folder="/".join(file.folders),
                    ),
                )

    def faults(self) -> list[str]:
        """One sentence for all files for which there was no room."""
        if not self.without_room:
            return []
        count = len(self.without_room)
        return [
            f"{count:,} files, such as {shown(self.without_room[0])}, were not archived: "
            f"{self.no_room}"
        ]


def _sighting(taken: tuple[InboxFile, Arrival], landed: Landed) -> Archival:
    file, arrival = taken
    return Archival(file, landed.merchant_id, landed.file_sha256, arrival.received_at)


def _with_unpacked(intake: _Intake) -> list[Landed]:
    """All that landed, with the members of ZIPs; the ZIPs are marked."""
    found = unpack_waiting(intake.workspace, intake.archive, intake.tell)
    zips = {(item.merchant_id, item.file_sha256): item for item in found if item.is_unpacked}
    landed: list[Landed] = []
    for item in intake.landed:
        opened = zips.pop((item.merchant_id, item.file_sha256), None)
        landed.append(replace(opened, is_new=item.is_new) if opened else item)
    # A ZIP that failed before may have left the inbox since.
    return [*landed, *zips.values(), *(item for item in found if not item.is_unpacked)]


def _given_up(look: Look) -> list[str]:
    return [
        f"{shown(file.place)} was never finished by who wrote it; download it again or remove it."
        for file in look.unfinished
        if file.changed_at and (now() - file.changed_at).total_seconds() > _GIVEN_UP_SECONDS
    ]
