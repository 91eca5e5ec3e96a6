"""The inbox of a home, and which of its files are new: what was seen before is not read again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from orchestration.exports.landing import Archive
from orchestration.flow.inbox.arrivals import RACY_SECONDS, Inbox, InboxFile
from orchestration.flow.inbox.folder import FolderInbox
from orchestration.home import Home
from orchestration.settings import Settings
from orchestration.state.models import Sighting

# Addresses of this machine's folders: walked like the home's own, with the same care for links.
_LOCAL = ("file", "local")
# SQLite takes 32,766 values in a statement; half of that fits into every version of it.
_PLACES_A_STATEMENT = 16_000


def open_inbox(home: Home, settings: Settings) -> Inbox:
    """The inbox that the settings name: `inbox/` of the home, unless `inbox.url` is set."""
    url = settings.inbox.url.get_secret_value()
    if not url:
        return FolderInbox(home.inbox)
    address = urlsplit(url)
    if address.scheme in _LOCAL:
        return FolderInbox(Path(unquote(address.path)))
    # Here and not above: most homes never need it, and it takes a while to import.
    from orchestration.flow.inbox.url import UrlInbox

    return UrlInbox(settings.inbox)


def sightings(session: Session) -> dict[str, Sighting]:
    """What was archived from which place, by place."""
    return {sighting.place: sighting for sighting in session.scalars(select(Sighting))}


def is_known(file: InboxFile, seen: Mapping[str, Sighting], archive: Archive) -> bool:
    """Whether these very bytes were archived from there, so that nobody need read them again."""
    sighting = seen.get(file.place)
    return (
        sighting is not None
        and sighting.stamp == file.stamp
        and archive.holds(sighting.file_sha256, file.size)
    )


class Archival(NamedTuple):
    """A file of the inbox, whose it is, its hash, and when it had been read to its end."""

    file: InboxFile
    merchant_id: str
    sha256: str
    read_at: datetime


def remember(session: Session, archived: Iterable[Archival]) -> None:
    """Note what was archived from where.

    A file that was written just before may be written again without looking different (git has
    the same trouble), and one without any mark of its content always may: both are read again.
    """
    rows = [
        {
            "place": one.file.place,
            "stamp": one.file.stamp,
            "merchant_id": one.merchant_id,
            "file_sha256": one.sha256,
        }
        for one in archived
        if one.file.stamp and one.file.age(one.read_at) >= RACY_SECONDS
    ]
    forget(session, [row["place"] for row in rows])
    if rows:
        session.execute(insert(Sighting), rows)


def forget(session: Session, places: Iterable[str]) -> None:
    """Forget what lay at these places."""
    ordered = sorted(places)
    for start in range(0, len(ordered), _PLACES_A_STATEMENT):
        some = ordered[start : start + _PLACES_A_STATEMENT]
        session.execute(delete(Sighting).where(Sighting.place.in_(some)))
