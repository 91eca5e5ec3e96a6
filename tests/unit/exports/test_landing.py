"""The archive: bytes by their hash, each once, whole or not at all, private, durable together."""

from __future__ import annotations

import hashlib
import io
import os
import resource
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestration.exports.errors import NoRoom, Unread
from orchestration.exports.landing import (
    Archive,
    Archived,
    FileChanged,
    LandingError,
    landed,
    stamp_of,
)

CONTENT = b"bytes of an export" * 100_000


@pytest.fixture
def landing(tmp_path: Path) -> Path:
    return tmp_path / "landing"


@pytest.fixture
def archive(landing: Path) -> Archive:
    return Archive(landing)


@pytest.fixture
def export(tmp_path: Path) -> Path:
    path = tmp_path / "订单.xlsx"
    path.write_bytes(CONTENT)
    return path


def kept(landing: Path) -> list[Path]:
    return [path for path in landing.rglob("*") if path.is_file()] if landing.exists() else []


def anything(_copy: Path, _archived: Archived) -> None:
    """A check that lets everything pass."""


def test_bytes_are_kept_by_their_hash(export: Path, archive: Archive, landing: Path) -> None:
    archived = archive.take_file(export)
    archive.sync()
    assert archived == Archived(hashlib.sha256(CONTENT).hexdigest(), len(CONTENT))
    path = landed(landing, archived.sha256)
    assert path == landing / archived.sha256[:2] / archived.sha256
    assert path.read_bytes() == CONTENT


def test_only_the_owner_may_look(export: Path, archive: Archive, landing: Path) -> None:
    path = landed(landing, archive.take_file(export).sha256)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [stat.S_IMODE(p.stat().st_mode) for p in (landing, path.parent)] == [0o700, 0o700]


def test_the_same_bytes_land_once(export: Path, archive: Archive, landing: Path) -> None:
    twin = export.with_name("copy.xlsx")
    twin.write_bytes(CONTENT)
    assert archive.take_file(export) == archive.take_file(export) == archive.take_file(twin)
    archive.sync()
    assert len(kept(landing)) == 1


def test_damaged_bytes_are_healed_by_landing_again(
    export: Path, archive: Archive, landing: Path
) -> None:
    archived = archive.take_file(export)
    path = landed(landing, archived.sha256)
    path.write_bytes(b"half")
    assert not archive.holds(archived.sha256, archived.size)
    archive.take_file(export)
    assert path.read_bytes() == CONTENT
    assert archive.holds(archived.sha256, archived.size)


def test_an_empty_file_lands(tmp_path: Path, archive: Archive) -> None:
    empty = tmp_path / "empty.xlsx"
    empty.touch()
    assert archive.take_file(empty).size == 0


def test_a_link_is_refused(export: Path, archive: Archive, landing: Path) -> None:
    link = export.with_name("link.xlsx")
    link.symlink_to(export)
    with pytest.raises(LandingError, match=r"link\.xlsx is a link"):
        archive.take_file(link)
    assert kept(landing) == []


def test_what_is_no_file_is_refused(tmp_path: Path, archive: Archive) -> None:
    pipe = tmp_path / "pipe.xlsx"
    os.mkfifo(pipe)
    for path in (pipe, tmp_path, Path("/dev/zero")):
        with pytest.raises(LandingError, match="no regular file"):
            archive.take_file(path)
    with pytest.raises(LandingError, match="vanished before it was read"):
        archive.take_file(tmp_path / "gone.xlsx")


class _Meanwhile(io.FileIO):
    """A file to which something happens while its second block is read."""

    def __init__(self, path: Path, happens: Iterator[None]) -> None:
        super().__init__(path)
        self._happens = happens

    def read(self, size: int | None = -1, /) -> bytes:
        next(self._happens, None)
        return super().read(size) or b""


@pytest.mark.parametrize(
    ("happens", "told"),
    [
        (lambda path: path.open("ab").write(b"more"), "still being written"),
        (lambda path: path.write_bytes(CONTENT[:-1] + b"T"), "still being written"),
        (lambda path: path.unlink(), "vanished while it was read"),
    ],
    ids=["grows", "is rewritten", "vanishes"],
)
def test_a_file_that_changes_while_it_is_read_is_left(
    export: Path, archive: Archive, landing: Path, monkeypatch: pytest.MonkeyPatch, happens, told
) -> None:
    def meanwhile() -> Iterator[None]:
        yield
        happens(export)

    monkeypatch.setattr(
        "orchestration.exports.landing.open_regular", lambda path: _Meanwhile(path, meanwhile())
    )
    with pytest.raises(FileChanged, match=told):
        archive.take_file(export)
    assert kept(landing) == []


def test_a_file_that_was_replaced_since_it_was_seen_is_left(
    export: Path, archive: Archive, landing: Path
) -> None:
    seen = stamp_of(export.stat())
    other = export.with_name("other")
    other.write_bytes(CONTENT)
    os.utime(other, ns=(export.stat().st_mtime_ns, export.stat().st_mtime_ns))
    other.replace(export)
    with pytest.raises(FileChanged, match="still being written"):
        archive.take_file(export, seen)
    assert kept(landing) == []
    assert archive.take_file(export, stamp_of(export.stat())).size == len(CONTENT)


@pytest.mark.skipif(sys.platform != "linux", reason="no file of another size than it tells")
def test_a_file_that_gives_more_bytes_than_it_tells_is_left(
    archive: Archive, landing: Path
) -> None:
    with pytest.raises(FileChanged, match="still being written"):
        archive.take_file(Path("/proc/self/status"))
    assert kept(landing) == []


def test_a_stream_that_breaks_off_leaves_nothing(archive: Archive, landing: Path) -> None:
    class Broken(io.RawIOBase):
        def __init__(self) -> None:
            self.blocks = [CONTENT[: 1 << 20]]

        def read(self, size: int = -1, /) -> bytes:
            if self.blocks:
                return self.blocks.pop()
            raise ConnectionResetError(104, "Connection reset by peer")

    with pytest.raises(Unread, match=r"^Connection reset by peer$"):
        archive.take(Broken(), anything)  # pyright: ignore[reportArgumentType]
    assert kept(landing) == []


def test_a_copy_that_must_not_be_kept_is_not(archive: Archive, landing: Path) -> None:
    def refuse(copy: Path, archived: Archived) -> None:
        assert (copy.read_bytes(), archived.size) == (b"hostile", 7)
        raise LandingError("refused")

    with pytest.raises(LandingError, match="refused"):
        archive.take(io.BytesIO(b"hostile"), refuse)
    assert kept(landing) == []


def test_a_file_larger_than_the_system_allows_leaves_no_half_file(
    export: Path, archive: Archive, landing: Path
) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(CONTENT) - 1, before[1]))
    try:
        with pytest.raises(NoRoom, match=r"landing: File too large; make room there"):
            archive.take_file(export)
        assert kept(landing) == []
        assert archive.take(io.BytesIO(b"small"), anything).size == 5
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert archive.take_file(export).size == len(CONTENT)


# On a disk of a few hundred kilobytes, mounted for that process alone.
_FILL = """
import io, sys
from pathlib import Path
from orchestration.exports.errors import NoRoom
from orchestration.exports.landing import Archive
landing = Path(sys.argv[1])
archive = Archive(landing)
anything = lambda copy, archived: None
archive.take(io.BytesIO(b"a" * 100_000), anything)
archive.sync()
try:
    archive.take(io.BytesIO(b"b" * 300_000), anything)
except NoRoom as error:
    print(error)
archive.take(io.BytesIO(b"c" * 100_000), anything)
archive.sync()
print(sorted(path.stat().st_size for path in landing.rglob("*") if path.is_file()))
"""


def _can_mount() -> bool:
    tried = subprocess.run(
        ["unshare", "-rm", "mount", "-t", "tmpfs", "none", "/mnt"], capture_output=True, check=False
    )
    return tried.returncode == 0


@pytest.mark.skipif(
    sys.platform != "linux" or not _can_mount(), reason="no small disk can be mounted here"
)
def test_a_full_disk_leaves_no_half_file_and_takes_what_fits(landing: Path) -> None:
    landing.mkdir()
    script = f'mount -t tmpfs -o size=300k none "$1" && exec {sys.executable} -c "$2" "$1"'
    done = subprocess.run(
        ["unshare", "-rm", "sh", "-c", script, "sh", landing, _FILL],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    told, sizes = done.stdout.splitlines()
    assert told == f"{landing}: No space left on device; make room there and run the command again."
    assert sizes == "[100000, 100000]"


def test_bytes_that_never_landed_are_told(landing: Path) -> None:
    with pytest.raises(LandingError, match="not in the archive"):
        landed(landing, "a" * 64)
    with pytest.raises(LandingError, match="no SHA-256"):
        landed(landing, "../../etc/passwd")
