"""A backup is whole or refused, and what was restored of it ends in the same tables."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import sqlite3
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flow_kit import (
    drop,
    handed_over,
    loaded_rows,
    make_home,
    quarantined,
    run_ingest,
    spoilt,
    week_of_orders,
)

from orchestration.files import SCRATCH_PREFIX
from orchestration.flow.backup.contents import MANIFEST, BackupError
from orchestration.flow.backup.restore import restore
from orchestration.flow.backup.write import Backup, back_up
from orchestration.flow.digests.sender import adopt, refuse_a_copy
from orchestration.flow.workspace import HomeError, open_workspace
from orchestration.home import Home
from orchestration.state.store import StateError

HANDOVERS = ("files", "coverage", "register", "register_sources", "rulebook_parameters")


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home with loaded and quarantined rows and a held file."""
    home = make_home(tmp_path_factory.mktemp("full") / "H", "m001", "m002")
    rows = week_of_orders()
    drop(home, "m001", spoilt(rows, 2))
    drop(home, "m002", spoilt(rows, len(rows)))
    run_ingest(home)
    return home


@pytest.fixture(scope="module")
def tar(full: Home, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _back_up(full, tmp_path_factory.mktemp("backups")).path


def _back_up(home: Home, target: Path) -> Backup:
    with open_workspace(home) as workspace:
        return back_up(workspace, target)


def _state(home: Home) -> dict[str, list[Any]]:
    """Every row of the state but the facts, which are of one home only."""
    with sqlite3.connect(home.state_file) as connection:
        found = connection.execute("select name from sqlite_master where type = 'table'").fetchall()
        return {
            name: sorted(connection.execute(f"select * from {name}").fetchall(), key=repr)
            for (name,) in found
            if name != "home_facts"
        }


def _rewritten(tar: Path, to: Path, change: Callable[[str, bytes], bytes | None]) -> Path:
    """The archive with another content of some members; None leaves one out."""
    with tarfile.open(tar) as old, tarfile.open(to, "w") as new:
        for member in old:
            source = old.extractfile(member)
            assert source is not None
            content = change(member.name, source.read())
            if content is not None:
                member.size = len(content)
                new.addfile(member, io.BytesIO(content))
    return to


def _manifest(**changes: Any) -> Callable[[str, bytes], bytes]:
    def change(name: str, content: bytes) -> bytes:
        return (
            json.dumps({**json.loads(content), **changes}).encode() if name == MANIFEST else content
        )

    return change


def test_a_restored_home_has_every_row_again(full: Home, tar: Path, tmp_path: Path) -> None:
    restored = Home(tmp_path / "R")
    restore(restored, tar)
    assert _state(restored) == _state(full)
    run_ingest(restored)
    for name in HANDOVERS:
        assert handed_over(restored, name) == handed_over(full, name)
    assert loaded_rows(restored) == loaded_rows(full)
    assert loaded_rows(restored).num_rows > 0
    # Quarantine is no part of the set: it was read again from the archived bytes.
    assert sorted(map(repr, quarantined(restored))) == sorted(map(repr, quarantined(full)))
    assert quarantined(restored)


def test_the_archive_holds_the_set_and_nothing_else(full: Home, tar: Path) -> None:
    with tarfile.open(tar) as archive:
        tops = {name.partition("/")[0] for name in archive.getnames()}
        manifest = json.load(archive.extractfile(MANIFEST) or io.BytesIO())
        for entry in manifest["files"]:
            content = archive.extractfile(entry["path"])
            assert content is not None
            assert hashlib.sha256(content.read()).hexdigest() == entry["sha256"]
    assert tops == {
        "backup.json",
        "identity.key",
        "landing",
        "merchants.yml",
        "raw",
        "rulebook",
        "seedbed.toml",
        "state.db",
    }
    assert tar.stat().st_mode & 0o077 == 0
    assert f"seedbed-{full.root.name}-20" in tar.name


def test_files_of_a_restored_home_are_private(tar: Path, tmp_path: Path) -> None:
    restored = Home(tmp_path / "R")
    restore(restored, tar)
    with tarfile.open(tar) as archive:
        paths = [restored.root / name for name in archive.getnames() if name != MANIFEST]
    assert not [path for path in (restored.root, *paths) if path.stat().st_mode & 0o077]


def test_what_is_in_the_log_beside_the_state_is_copied(full: Home, tmp_path: Path) -> None:
    home = Home(tmp_path / "H")
    shutil.copytree(full.root, home.root)
    with open_workspace(home) as workspace, sqlite3.connect(home.state_file) as other:
        other.execute("pragma journal_mode = wal")
        other.execute("insert into home_facts values ('written', 'just now')")
        other.commit()
        made = back_up(workspace, tmp_path)
    restored = Home(tmp_path / "R")
    restore(restored, made.path)
    with open_workspace(restored) as workspace:
        assert workspace.store.fact("written") == "just now"


def test_a_restored_home_sends_nothing_until_it_is_adopted(tar: Path, tmp_path: Path) -> None:
    restored = Home(tmp_path / "R")
    restore(restored, tar)
    with open_workspace(restored) as workspace:
        with pytest.raises(HomeError, match="seedbed home adopt"):
            refuse_a_copy(workspace)
        adopt(workspace)
        refuse_a_copy(workspace)


def test_even_the_folder_that_has_sent_must_be_adopted_after_a_restore(
    full: Home, tmp_path: Path
) -> None:
    """A file system gives a new folder the number of one that is gone."""
    with open_workspace(full) as workspace:
        adopt(workspace)
        made = back_up(workspace, tmp_path)
    restored = Home(tmp_path / "R")
    restore(restored, made.path)
    with open_workspace(restored) as workspace:
        assert workspace.store.fact("sender") == "nobody"


@pytest.mark.parametrize("left", [0.3, 0.99])
def test_a_cut_off_backup_leaves_nothing_behind(tar: Path, tmp_path: Path, left: float) -> None:
    cut = tmp_path / "cut.tar"
    content = tar.read_bytes()
    # A tar ends with kilobytes of zeros, which nobody needs.
    whole = len(content.rstrip(b"\0"))
    cut.write_bytes(content[: int(whole * left)])
    with pytest.raises(BackupError, match="cut off"):
        restore(Home(tmp_path / "R"), cut)
    assert [path.name for path in tmp_path.iterdir()] == ["cut.tar"]


def _flipped(name: str, content: bytes) -> bytes:
    return content[:-1] + bytes([content[-1] ^ 1]) if name.startswith("landing/") else content


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (_flipped, "is damaged"),
        (lambda name, content: None if name.startswith("raw/") else content, "is missing"),
        (lambda name, content: b"[]" if name == MANIFEST else content, "form None"),
        (lambda name, content: b"{" if name == MANIFEST else content, "is damaged"),
        (_manifest(format=2), "form 2"),
        (_manifest(home_version=2), "update Seedbed"),
    ],
    ids=["a bit", "a file", "no object", "no JSON", "another form", "a newer home"],
)
def test_a_harmed_backup_is_refused_and_leaves_nothing(
    tar: Path, tmp_path: Path, change: Callable[[str, bytes], bytes | None], why: str
) -> None:
    harmed = _rewritten(tar, tmp_path / "harmed.tar", change)
    with pytest.raises(BackupError, match=why):
        restore(Home(tmp_path / "R"), harmed)
    assert [path.name for path in tmp_path.iterdir()] == ["harmed.tar"]


@pytest.mark.parametrize("name", ["../outside", "/outside", "landing/../../outside", "bin/sh", "."])
def test_a_hostile_name_is_refused(tar: Path, tmp_path: Path, name: str) -> None:
    hostile = _rewritten(tar, tmp_path / "hostile.tar", lambda _name, content: content)
    with tarfile.open(hostile, "a") as archive:
        info = tarfile.TarInfo(name)
        info.size = 1
        archive.addfile(info, io.BytesIO(b"x"))
    with pytest.raises(BackupError, match="which no backup has"):
        restore(Home(tmp_path / "R"), hostile)
    assert [path.name for path in tmp_path.iterdir()] == ["hostile.tar"]


def test_a_link_in_an_archive_is_refused(tar: Path, tmp_path: Path) -> None:
    hostile = _rewritten(tar, tmp_path / "hostile.tar", lambda _name, content: content)
    with tarfile.open(hostile, "a") as archive:
        info = tarfile.TarInfo("landing/ab/link")
        info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(info)
    with pytest.raises(BackupError, match="which no backup has"):
        restore(Home(tmp_path / "R"), hostile)


def test_a_state_of_a_newer_seedbed_is_refused(full: Home, tmp_path: Path) -> None:
    home = Home(tmp_path / "H")
    shutil.copytree(full.root, home.root)
    made = _back_up(home, tmp_path)
    newer = tmp_path / "state.db"
    with tarfile.open(made.path) as archive:
        newer.write_bytes((archive.extractfile("state.db") or io.BytesIO()).read())
    with sqlite3.connect(newer) as connection:
        connection.execute("update alembic_version set version_num = '9999'")
    kept = {"path": "state.db", "sha256": hashlib.sha256(newer.read_bytes()).hexdigest()}
    kept["size"] = newer.stat().st_size  # pyright: ignore[reportArgumentType]

    def change(name: str, content: bytes) -> bytes:
        if name == "state.db":
            return newer.read_bytes()
        if name != MANIFEST:
            return content
        found = json.loads(content)
        files = [kept if one["path"] == "state.db" else one for one in found["files"]]
        return json.dumps({**found, "files": files}).encode()

    with pytest.raises(StateError, match="newer Seedbed"):
        restore(Home(tmp_path / "R"), _rewritten(made.path, tmp_path / "newer.tar", change))
    assert not (tmp_path / "R").exists()
    assert not list(tmp_path.glob(f"{SCRATCH_PREFIX}*"))


def test_nothing_is_restored_over_something(full: Home, tar: Path, tmp_path: Path) -> None:
    before = full.settings_file.read_bytes()
    with pytest.raises(BackupError, match="is not empty"):
        restore(full, tar)
    assert full.settings_file.read_bytes() == before
    empty = tmp_path / "empty"
    empty.mkdir()
    restore(Home(empty), tar)
    assert Home(empty).settings_file.read_bytes() == before


def test_a_backup_takes_no_place_that_is_taken_or_goes_with_the_home(
    full: Home, tmp_path: Path
) -> None:
    taken = tmp_path / "taken.tar"
    taken.write_text("mine")
    with pytest.raises(BackupError, match="is there already"):
        _back_up(full, taken)
    assert taken.read_text() == "mine"
    with pytest.raises(BackupError, match="lies in the home"):
        _back_up(full, full.landing)
    with pytest.raises(BackupError, match="make it first"):
        _back_up(full, tmp_path / "no" / "folder.tar")


def test_bytes_that_have_rotten_are_told_and_still_backed_up(full: Home, tmp_path: Path) -> None:
    home = Home(tmp_path / "H")
    shutil.copytree(full.root, home.root)
    victim = next(path for path in home.landing.rglob("*") if path.is_file())
    victim.write_bytes(b"rotten")
    made = _back_up(home, tmp_path)
    assert made.damaged == (victim.relative_to(home.root).as_posix(),)
    restore(Home(tmp_path / "R"), made.path)


def test_a_damaged_state_is_never_backed_up(full: Home, tmp_path: Path) -> None:
    home = Home(tmp_path / "H")
    shutil.copytree(full.root, home.root)
    with open_workspace(home) as workspace:
        content = home.state_file.read_bytes()
        home.state_file.write_bytes(content[: len(content) // 2])
        with pytest.raises(BackupError, match=r"damaged|cannot be copied"):
            back_up(workspace, tmp_path / "B.tar")
    assert not (tmp_path / "B.tar").exists()
