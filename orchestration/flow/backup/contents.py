"""What a backup holds: the files of the set, and a manifest that says how each must look."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from orchestration.files import SCRATCH_PREFIX
from orchestration.home import Home

MANIFEST = "backup.json"
STATE = "state.db"
# Of the archive's own form; another one is refused.
FORMAT = 1


class BackupError(Exception):
    """A backup cannot be made or used; the message says why and what to do."""


@dataclass(frozen=True)
class Kept:
    """One file of a backup: its path below the home, size in bytes, and SHA-256 as hex."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What the archive holds and whose it is; `has_state` is false for a state kept elsewhere."""

    format: int
    home_version: int
    home_id: str
    made_at: str
    has_state: bool
    files: tuple[Kept, ...]

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, found: dict[str, Any]) -> Manifest:
        """Read what `as_dict` gave.

        Raises:
            BackupError: the archive has another form.
        """
        if found.get("format") != FORMAT:
            raise BackupError(
                f"The backup has form {found.get('format')}, this Seedbed knows {FORMAT}; use the "
                "Seedbed that made it, or a newer one."
            )
        try:
            files = tuple(Kept(**entry) for entry in found["files"])
            return cls(**{**found, "files": files})
        except (KeyError, TypeError) as error:
            raise BackupError(f"{MANIFEST} in the backup is damaged; use another one.") from error


def _places(home: Home) -> tuple[Path, ...]:
    return (
        home.settings_file,
        home.identity_key,
        home.links_key,
        home.register_file,
        home.rulebook,
        home.layouts,
        home.landing,
        home.raw,
        home.issued,
        # What readers were told: once the data has moved on, nothing composes it again.
        home.digests,
    )


def files_to_keep(home: Home) -> list[Path]:
    """Every file of the set but the state, which is copied by its own means; sorted by path."""
    found = [path for place in _places(home) for path in _files(place)]
    return sorted(path for path in found if not path.name.startswith(SCRATCH_PREFIX))


def _files(place: Path) -> Iterator[Path]:
    paths = place.rglob("*") if place.is_dir() else [place]
    return (path for path in paths if path.is_file())


def is_expected(home: Home, name: str) -> bool:
    """Whether a path in an archive names a file of the set, and nothing outside of a home."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts:
        return False
    places = [*_places(home), home.root / STATE]
    tops = {place.relative_to(home.root).parts[0] for place in places}
    return bool(path.parts) and path.parts[0] in tops
