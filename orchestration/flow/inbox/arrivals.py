"""Where files are dropped: a folder or an address, and what lies there at one sight."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from orchestration.exports.landing import Archive, Archived

# FAT keeps time in steps of 2 seconds, and the clock of a share may differ by some more: what
# was touched as lately may change again and look the same.
RACY_SECONDS = 3


@dataclass(frozen=True)
class InboxFile(ABC):
    """A file as it looks from outside.

    `place`: its path below the inbox or an address, the same at every sight; `merchant_id`: the
    first folder below the inbox, empty if it lies in the inbox itself; `folders`: the others,
    outermost first; `stamp`: changes with its content, empty if nothing tells that;
    `changed_at`: when it was last written, in UTC, as far as its file system tells.
    """

    place: str
    merchant_id: str
    folders: tuple[str, ...]
    name: str
    size: int
    stamp: str
    changed_at: datetime | None

    @abstractmethod
    def archive_into(self, archive: Archive) -> Archived:
        """Copy its bytes into the archive.

        Raises:
            LandingError: it cannot be opened or read, or it has changed since it was seen.
        """

    def age(self, at: datetime) -> float:
        """Seconds between its last change and `at`, whichever comes first.

        A time of the future is none that can be waited for: a wrong clock must not keep a file
        out for ever.
        """
        return abs((at - self.changed_at).total_seconds()) if self.changed_at else float("inf")


@dataclass(frozen=True)
class Look:
    """What an inbox holds: files to take, files that are not whole, and what cannot be taken."""

    files: list[InboxFile] = field(default_factory=list)
    unfinished: list[InboxFile] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


class Inbox(Protocol):
    """A place to look for files; nothing in it is ever changed."""

    def look(self) -> Look:
        """Everything below it; what cannot be listed is told as a fault, and the rest goes on."""
        ...


def by_age(
    files: Iterable[InboxFile], seconds: float, at: datetime
) -> tuple[list[InboxFile], list[InboxFile]]:
    """The files that have settled, and those that changed less than `seconds` before `at`."""
    settled: list[InboxFile] = []
    young: list[InboxFile] = []
    for file in files:
        (young if file.age(at) < seconds else settled).append(file)
    return settled, young
