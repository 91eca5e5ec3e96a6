"""An inbox at an address: a bucket, a share or whatever else fsspec opens."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import IO, Any, TypeVar, cast

from fsspec import AbstractFileSystem
from fsspec.core import url_to_fs

from orchestration.exports.errors import LandingError
from orchestration.exports.file_names import kind_of_name, readable, shown
from orchestration.exports.landing import Archive, Archived, FileChanged, Unread
from orchestration.exports.regular_file import LATER
from orchestration.flow.inbox.arrivals import InboxFile, Look
from orchestration.flow.secrets import Secrets
from orchestration.sections import InboxSettings

# What implementations call a mark of a file's content, and the time of its last change.
_MARKS = ("ETag", "etag", "md5Hash", "checksum", "CRC", "ino")
_TIMES = ("mtime", "LastModified", "last_modified", "updated", "modify", "created")
_T = TypeVar("_T")


@dataclass(frozen=True)
class _Address:
    """An opened file system, and what nobody may read of how it was opened."""

    files: AbstractFileSystem = field(repr=False)
    secrets: Secrets = field(repr=False)

    def ask(self, what: str, question: Callable[[], _T]) -> _T:
        """The answer of the implementation; whatever it raises becomes one sentence."""
        try:
            return question()
        except LandingError:
            raise
        # Each implementation raises errors of its own, and an optional one may not be installed.
        except Exception as error:  # noqa: BLE001
            # Without its cause: a traceback would show the secrets of a request.
            raise LandingError(f"{what}: {self.secrets.hidden(error)}.") from None


@dataclass(frozen=True)
class UrlFile(InboxFile):
    """A file at an address. `marks`: what its file system tells that changes with its content."""

    path: str
    marks: Mapping[str, str]
    address: _Address

    def archive_into(self, archive: Archive) -> Archived:
        """Streamed, block by block."""

        def check(_copy: object, archived: Archived) -> None:
            if archived.size != self.size or not self._looks_the_same():
                raise FileChanged(f"{shown(self.place)} is still being written; {LATER}.")

        def copy() -> Archived:
            try:
                with self.address.files.open(self.path, "rb") as source:
                    return archive.take(cast(IO[bytes], source), check)
            except Unread as error:
                raise OSError(str(error)) from error

        return self.address.ask(f"{shown(self.place)} cannot be read", copy)

    def _looks_the_same(self) -> bool:
        """As it was seen; only what is told at both sights can differ."""

        def now() -> Mapping[str, Any]:
            self.address.files.invalidate_cache(self.path)
            return self.address.files.info(self.path)

        info = self.address.ask(f"{shown(self.place)} cannot be looked at", now)
        marks = _marks(info)
        same = all(marks[name] == self.marks[name] for name in marks.keys() & self.marks.keys())
        return same and info.get("size") == self.size


@dataclass(frozen=True)
class UrlInbox:
    """The address of the settings; the first folder below it is the merchant's."""

    settings: InboxSettings = field(repr=False)

    def look(self) -> Look:
        """One listing per folder; a folder that cannot be listed is told, and the others go on."""
        look = Look()
        secrets = Secrets.of(self.settings)
        root = secrets.hidden(self.settings.url.get_secret_value()).rstrip("/")
        address = None
        waiting: list[tuple[str, tuple[str, ...]]] = [("", ())]
        while waiting:
            path, names = waiting.pop()
            place = "/".join((root, *names))
            try:
                if address is None:
                    address, path = _open(self.settings, secrets)
                for info in _listing(address, path, place):
                    inner = _see(address, info, names, root, look)
                    waiting.extend([inner] if inner else [])
            except LandingError as error:
                look.faults.append(str(error))
        look.files.sort(key=lambda file: file.place)
        return look


def _open(settings: InboxSettings, secrets: Secrets) -> tuple[_Address, str]:
    try:
        files, root = url_to_fs(settings.url.get_secret_value(), **secrets.options)
        # An implementation remembers listings for as long as its process lives.
        files.invalidate_cache()
    except Exception as error:  # noqa: BLE001 - as above
        raise LandingError(
            f"inbox.url cannot be opened: {secrets.hidden(error)}; mend inbox.url or inbox.options."
        ) from None
    return _Address(files, secrets), root


def _listing(address: _Address, path: str, place: str) -> list[Mapping[str, Any]]:
    listing = address.ask(
        f"{shown(place)} cannot be listed", lambda: address.files.ls(path, detail=True)
    )
    # Buckets list a folder among what is in it.
    return [info for info in listing if info["name"].strip("/") != path.strip("/")]


def _see(
    address: _Address, info: Mapping[str, Any], above: tuple[str, ...], root: str, look: Look
) -> tuple[str, tuple[str, ...]] | None:
    """Note one entry of a listing; gives it back if it is a folder to look into."""
    path = info["name"].rstrip("/")
    names = (*above, readable(path.rsplit("/", 1)[-1]))
    place = "/".join((root, *names))
    kind = kind_of_name(names)
    if kind == "junk":
        return None
    if info.get("islink") or info["type"] == "link":
        look.faults.append(f"{shown(place)} is a link; put the file itself there.")
    elif info["type"] == "directory":
        return path, names
    elif info["type"] != "file" or info.get("size") is None:
        look.faults.append(f"{shown(place)} is no regular file; remove it from the inbox.")
    else:
        marks = _marks(info)
        seen = UrlFile(
            place=place,
            merchant_id=names[0] if len(names) > 1 else "",
            folders=names[1:-1],
            name=names[-1],
            size=info["size"],
            stamp=f"{info['size']}-{sorted(marks.items())}" if marks else "",
            changed_at=_changed_at(info),
            path=path,
            marks=marks,
            address=address,
        )
        (look.files if kind == "export" else look.unfinished).append(seen)
    return None


def _marks(info: Mapping[str, Any]) -> dict[str, str]:
    told = {name: _moment(info[name]) for name in _TIMES if info.get(name)}
    marks = {name: str(info[name]) for name in _MARKS if info.get(name)}
    return marks | {name: str(at) for name, at in told.items() if at}


def _changed_at(info: Mapping[str, Any]) -> datetime | None:
    return next((at for name in _TIMES if (at := _moment(info.get(name)))), None)


def _moment(told: object) -> datetime | None:
    """A time as implementations tell it: seconds, a datetime, ISO text; UTC if nothing else."""
    try:
        if isinstance(told, int | float):
            return datetime.fromtimestamp(told, tz=UTC)
        moment = datetime.fromisoformat(told) if isinstance(told, str) else told
    except (ValueError, OverflowError, OSError):
        return None
    if not isinstance(moment, datetime):
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
