import hashlib
import os
import stat
from pathlib import Path
from typing import BinaryIO

import pytest

from orchestration.exports import landing as landing_module
from orchestration.exports.landing import Archived, FileChanged, LandingError, archive, landed


@pytest.fixture
def landing(tmp_path: Path) -> Path:
    return tmp_path / "landing"


@pytest.fixture
def export(tmp_path: Path) -> Path:
    path = tmp_path / "订单.xlsx"
    path.write_bytes(b"bytes of an export" * 100_000)
    return path


def kept(landing: Path) -> list[Path]:
    return [path for path in landing.rglob("*") if path.is_file()] if landing.exists() else []


def test_bytes_are_kept_by_their_hash(export: Path, landing: Path) -> None:
    archived = archive(export, landing)
    content = export.read_bytes()
    assert archived == Archived(hashlib.sha256(content).hexdigest(), len(content))
    path = landed(landing, archived.sha256)
    assert path == landing / archived.sha256[:2] / archived.sha256
    assert path.read_bytes() == content


def test_only_the_owner_may_look(export: Path, landing: Path) -> None:
    path = landed(landing, archive(export, landing).sha256)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [stat.S_IMODE(p.stat().st_mode) for p in (landing, path.parent)] == [0o700, 0o700]


def test_the_same_bytes_land_once(export: Path, landing: Path) -> None:
    twin = export.with_name("copy.xlsx")
    twin.write_bytes(export.read_bytes())
    assert archive(export, landing) == archive(export, landing) == archive(twin, landing)
    assert len(kept(landing)) == 1


def test_damaged_bytes_are_healed_by_landing_again(export: Path, landing: Path) -> None:
    path = landed(landing, archive(export, landing).sha256)
    path.write_bytes(b"half")
    archive(export, landing)
    assert path.read_bytes() == export.read_bytes()


def test_an_empty_file_lands(tmp_path: Path, landing: Path) -> None:
    empty = tmp_path / "empty.xlsx"
    empty.touch()
    assert archive(empty, landing).size == 0


def test_a_link_is_refused(export: Path, landing: Path) -> None:
    link = export.with_name("link.xlsx")
    link.symlink_to(export)
    with pytest.raises(LandingError, match=r"link\.xlsx is a link"):
        archive(link, landing)
    assert kept(landing) == []


def test_what_is_no_file_is_refused(tmp_path: Path, landing: Path) -> None:
    pipe = tmp_path / "pipe.xlsx"
    os.mkfifo(pipe)
    for path in (pipe, tmp_path):
        with pytest.raises(LandingError, match="no regular file"):
            archive(path, landing)
    with pytest.raises(LandingError, match="cannot be opened"):
        archive(tmp_path / "gone.xlsx", landing)


def test_a_file_that_grows_while_it_is_read_is_left(
    export: Path, landing: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def copy_while_it_grows(source: BinaryIO, copy: BinaryIO) -> Archived:
        archived = original(source, copy)
        with export.open("ab") as still_written:
            still_written.write(b"more")
        return archived

    original = landing_module._copy
    monkeypatch.setattr(landing_module, "_copy", copy_while_it_grows)
    with pytest.raises(FileChanged, match="still being written"):
        archive(export, landing)
    assert kept(landing) == []


def test_bytes_that_never_landed_are_told(landing: Path) -> None:
    with pytest.raises(LandingError, match="not in the archive"):
        landed(landing, "a" * 64)
    with pytest.raises(LandingError, match="no SHA-256"):
        landed(landing, "../../etc/passwd")
