"""What a watcher of the inbox is told: which files have settled, and whether any of them is new."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from orchestration.flow.inbox.arrivals import InboxFile, by_age
from orchestration.flow.inbox.seen import is_known, open_inbox, sightings
from orchestration.flow.workspace import Workspace
from orchestration.home import Home
from orchestration.settings import Settings, now


@dataclass(frozen=True)
class InboxState:
    """The inbox at one sight.

    `still_written` counts files that changed a moment ago, or that bear the name of an unfinished
    copy; `faults` say what could not be looked at.
    """

    settled: Sequence[InboxFile]
    still_written: int
    faults: Sequence[str]

    @property
    def fingerprint(self) -> str:
        """The same for the same settled files, and other ones give another."""
        seen = sorted(f"{file.place}\0{file.stamp}" for file in self.settled)
        return hashlib.sha256("\n".join(seen).encode()).hexdigest()

    @property
    def in_words(self) -> str:
        """A sentence or more about what lies there."""
        counts = [f"{len(self.settled):,} files lie there"]
        if self.still_written:
            counts.append(f"{self.still_written:,} more are still being written")
        return " ".join([f"{', '.join(counts)}.", *self.faults])


def look_into_inbox(home: Home, settings: Settings) -> InboxState:
    """List the inbox; reads no file, opens no state and needs no lock."""
    look = open_inbox(home, settings).look()
    settled, young = by_age(look.files, settings.inbox.settle_seconds, now())
    return InboxState(settled, len(young) + len(look.unfinished), look.faults)


def count_new(workspace: Workspace, state: InboxState) -> int:
    """How many of the settled files have not landed as they are now."""
    archive = workspace.archive()
    with workspace.store.session() as session:
        seen = sightings(session)
    return sum(not is_known(file, seen, archive) for file in state.settled)
