"""A home whose archive is encrypted: the same tables, no plain byte on the disk, told faults."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pytest
from flow_kit import (
    drop,
    handed_over,
    loaded_rows,
    make_home,
    quarantined,
    register,
    run_ingest,
    statuses,
    week_of_orders,
)
from landing_kit import put
from quarantine_kit import AMOUNT, FIRST_LINE, PIECES, exported, mended, retries, spoil, typed
from sqlalchemy import select
from typer.testing import CliRunner

from orchestration.cli import app
from orchestration.exports.landing import Archive, LandingError, landed
from orchestration.exports.sealed import HEADER_BYTES, Seal, SealKey, is_sealed
from orchestration.flow.backup.restore import restore
from orchestration.flow.backup.write import back_up
from orchestration.flow.doctor.files import encrypted
from orchestration.flow.leftovers import plan, remove
from orchestration.flow.suggest.unclaimed import unclaimed_files
from orchestration.flow.workspace import open_workspace
from orchestration.home import Home
from orchestration.settings import SettingsError
from orchestration.state.models import File

pytestmark = pytest.mark.slow

KEY, OTHER = "ab" * 32, "cd" * 32
VARIABLE = "SEEDBED_LANDING__KEY"


@pytest.fixture
def locked(home: Home, monkeypatch: pytest.MonkeyPatch) -> Home:
    """The home with a key."""
    monkeypatch.setenv(VARIABLE, KEY)
    return home


def archived(home: Home) -> list[Path]:
    return sorted(path for path in home.landing.glob("??/*") if path.is_file())


def said(home: Home, *words: str) -> str:
    """What a command tells, on any stream."""
    done = CliRunner().invoke(app, [*words, "--home", str(home.root)])
    assert done.exception is None or isinstance(done.exception, SystemExit), words
    return " ".join((done.stdout + done.stderr).split())


def zipped(home: Home, *paths: Path) -> None:
    """The exports go into one ZIP, and leave the inbox."""
    with ZipFile(home.inbox / "m001" / "week.zip", "w") as archive:
        for path in paths:
            archive.write(path, path.name)
            path.unlink()


@pytest.mark.slow
def test_everything_goes_as_without_a_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Quarantine, mending, reading again: the two homes tell the same, and hold the same rows."""
    found = []
    # Two copies of one home: buyers are keyed by its key.
    like = make_home(tmp_path / "like", "m001", "m002")
    for name, key in (("plain", ""), ("locked", KEY)):
        monkeypatch.setenv(VARIABLE, key)
        home = Home(tmp_path / name)
        shutil.copytree(like.root, home.root)
        spoil(home, {PIECES: "0"}, {AMOUNT: "-"})
        book = exported(home, tmp_path / f"{name}.xlsx", from_landing=True, personal=True)
        before = (loaded_rows(home), len(quarantined(home)))
        report = retries(home, typed(book, FIRST_LINE, {PIECES: "2"}))
        shown = [[(c.header, c.old, c.new) for c in row.cells] for row in mended(home)]
        shutil.rmtree(home.quarantine)
        home.quarantine.mkdir()
        again = run_ingest(home)
        after = (loaded_rows(home), len(quarantined(home)), statuses(again), len(report.outcomes))
        found.append((before, shown, after, handed_over(home, "coverage")))
        assert [is_sealed(path) for path in archived(home)] == [bool(key)] * len(archived(home))
        assert not list((home.root / ".opened").glob("*"))
    plain, locked = found
    assert plain[1]
    assert plain == locked


def test_no_plain_byte_of_an_export_is_left_on_the_disk(locked: Home) -> None:
    paths = [drop(locked, "m001", week_of_orders()), put(locked, "m002/x.csv", b"buyer 138" * 999)]
    pieces = [raw[at : at + 48] for raw in map(Path.read_bytes, paths) for at in (0, 500, 2000)]
    run_ingest(locked)
    run_ingest(locked)
    assert len(archived(locked)) == 2
    for path in locked.root.rglob("*"):
        if path.is_file() and not path.is_relative_to(locked.inbox):
            raw = path.read_bytes()
            assert [piece for piece in pieces if piece in raw] == [], path
    assert {stat.S_IMODE(path.stat().st_mode) for path in archived(locked)} == {0o600}
    assert {file.size_bytes for file in _files(locked)} == {path.stat().st_size for path in paths}


def _files(home: Home) -> list[File]:
    with open_workspace(home) as workspace, workspace.store.session() as session:
        return list(session.scalars(select(File)).all())


def test_what_has_landed_is_not_read_again(locked: Home) -> None:
    drop(locked, "m001", week_of_orders(orders=5))
    put(locked, "m001/a.csv")
    for path in locked.inbox.rglob("*.xlsx"):
        os.utime(path, (1_700_000_000, 1_700_000_000))
    run_ingest(locked)
    (first, second) = [path.stat().st_mtime_ns for path in archived(locked)]
    run_ingest(locked)
    assert [path.stat().st_mtime_ns for path in archived(locked)] == [first, second]


def test_a_zip_is_unpacked_and_its_members_are_encrypted(locked: Home) -> None:
    zipped(locked, drop(locked, "m001", week_of_orders(orders=5)))
    report = run_ingest(locked)
    assert sorted(statuses(report).values()) == ["loaded", "unpacked"]
    assert len(archived(locked)) == 2
    assert all(map(is_sealed, archived(locked)))


def test_files_of_nobody_are_looked_into(locked: Home) -> None:
    drop(locked, "", week_of_orders(orders=5))
    run_ingest(locked)
    with open_workspace(locked) as workspace:
        (found,) = unclaimed_files(workspace)
    assert (found.source, found.fault) == ("qianfan__orders", None)
    assert not list(locked.opened.iterdir())


@pytest.mark.parametrize(
    ("key", "sentence"),
    [
        ("", "no key is set; set SEEDBED_LANDING__KEY or landing.key_file to its key"),
        (OTHER, "is encrypted with another key; set SEEDBED_LANDING__KEY"),
        ("too short", "landing.key is no key of 64 hex digits"),
    ],
)
def test_without_its_key_nothing_is_taken_or_held(
    locked: Home, monkeypatch: pytest.MonkeyPatch, key: str, sentence: str
) -> None:
    drop(locked, "m001", week_of_orders(orders=5))
    run_ingest(locked)
    before = archived(locked)
    put(locked, "m002/new.csv")
    monkeypatch.setenv(VARIABLE, key)
    with pytest.raises(SettingsError):
        run_ingest(locked)
    for words in (["ingest"], ["doctor"], ["backup", str(locked.root.parent)]):
        told = said(locked, *words)
        assert sentence in told.replace("\n", " "), told
        assert not key or key not in told
    assert archived(locked) == before
    monkeypatch.setenv(VARIABLE, KEY)
    assert statuses(run_ingest(locked))["m001/" + next(locked.inbox.rglob("*.xlsx")).name] == (
        "loaded"
    )


def test_a_key_in_a_file_is_a_key(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "key").write_text(KEY + "\n")
    monkeypatch.setenv(f"{VARIABLE}_FILE", str(tmp_path / "key"))
    put(home, "m001/a.csv")
    run_ingest(home)
    assert all(map(is_sealed, archived(home)))
    (tmp_path / "key").unlink()
    with pytest.raises(SettingsError, match=r"landing\.key_file"):
        run_ingest(home)


def test_exports_from_before_the_key_stay_readable_until_they_are_encrypted(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(home, "m001", week_of_orders(orders=5))
    run_ingest(home)
    rows = loaded_rows(home)
    assert "landing.key is not set" in said(home, "home", "encrypt")
    monkeypatch.setenv(VARIABLE, KEY)
    shutil.rmtree(home.raw / "qianfan__orders")
    run_ingest(home)
    assert loaded_rows(home) == rows
    assert "1 archived exports are not encrypted" in _finding(home)
    assert said(home, "home", "encrypt") == "1 archived exports were encrypted."
    assert said(home, "home", "encrypt") == "0 archived exports were encrypted."
    assert _finding(home).startswith("Archived exports are encrypted")
    shutil.rmtree(home.raw / "qianfan__orders")
    run_ingest(home)
    assert loaded_rows(home) == rows


def _finding(home: Home) -> str:
    with open_workspace(home) as workspace:
        (found,) = encrypted(workspace)
    return found.sentence


def test_a_key_beside_what_it_encrypts_is_told(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def told() -> list[str]:
        with open_workspace(home) as workspace:
            return [one.sentence[:29] for one in encrypted(workspace) if one.level == "note"]

    for folder, expected in ((tmp_path, []), (home.root, ["landing.key lies in the home,"])):
        (folder / "key").write_text(KEY)
        monkeypatch.setenv(f"{VARIABLE}_FILE", str(folder / "key"))
        assert told() == expected
    monkeypatch.delenv(f"{VARIABLE}_FILE")
    monkeypatch.setenv(VARIABLE, KEY)
    assert told() == []
    monkeypatch.delenv(VARIABLE)
    settings = home.settings_file.read_text(encoding="utf-8")
    home.settings_file.write_text(f'{settings}\n[landing]\nkey = "{KEY}"\n', encoding="utf-8")
    assert told() == ["landing.key lies in the home,"]


def test_learning_of_an_encrypted_file_says_what_it_is(locked: Home) -> None:
    drop(locked, "m001", week_of_orders(orders=5))
    run_ingest(locked)
    (stored,) = archived(locked)
    told = said(locked, "layout", "learn", str(stored))
    assert "an export that Seedbed has encrypted; name the file that was downloaded" in told


def test_a_home_without_a_key_hears_nothing_of_it(home: Home) -> None:
    with open_workspace(home) as workspace:
        assert list(encrypted(workspace)) == []


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def _flip(path: Path) -> None:
    raw = bytearray(path.read_bytes())
    raw[HEADER_BYTES + 3] ^= 1
    path.write_bytes(raw)


def _other_in_its_place(path: Path) -> None:
    """Whole, by the right key, and somebody else's bytes."""
    folder = path.parent.parent
    archive = Archive(folder, Seal(SealKey(bytes.fromhex(KEY)), folder.parent / ".opened"))
    other = folder.parent / "other.csv"
    other.write_bytes(b"c,d\r\n")
    landed(folder, archive.take_file(other).sha256).replace(path)


@pytest.mark.parametrize("damage", [_cut, _flip, _other_in_its_place])
def test_damage_is_found_by_a_reader_and_by_a_backup(
    locked: Home, tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    put(locked, "m001/a.csv")
    run_ingest(locked)
    (path,) = archived(locked)
    damage(path)
    with open_workspace(locked) as workspace:
        with (
            pytest.raises(LandingError, match="is damaged, or encrypted with another key"),
            workspace.archive().opened(path.name),
        ):
            pass
        made = back_up(workspace, tmp_path / "B.tar")
    assert made.damaged == (path.relative_to(locked.root).as_posix(),)
    assert not list(locked.opened.iterdir())


def test_a_backup_keeps_what_is_encrypted_and_a_restored_home_reads_it(
    locked: Home, tmp_path: Path
) -> None:
    drop(locked, "m001", week_of_orders(orders=5))
    run_ingest(locked)
    with open_workspace(locked) as workspace:
        made = back_up(workspace, tmp_path / "B.tar")
    assert made.damaged == ()
    assert KEY.encode() not in made.path.read_bytes()
    there = Home(tmp_path / "R")
    restore(there, made.path)
    assert [p.read_bytes() for p in archived(there)] == [p.read_bytes() for p in archived(locked)]
    shutil.rmtree(there.raw / "qianfan__orders")
    run_ingest(there)
    assert loaded_rows(there) == loaded_rows(locked)


def test_what_is_open_is_private_and_gone_after_an_error(locked: Home) -> None:
    path = put(locked, "m001/a.csv")
    run_ingest(locked)
    (stored,) = archived(locked)

    def look() -> None:
        with open_workspace(locked) as workspace, workspace.archive().opened(stored.name) as open_:
            assert open_.read_bytes() == path.read_bytes()
            assert stat.S_IMODE(open_.parent.stat().st_mode) == 0o700
            assert stat.S_IMODE(locked.opened.stat().st_mode) == 0o700
            raise InterruptedError

    with pytest.raises(InterruptedError):
        look()
    assert list(locked.opened.iterdir()) == []


def test_what_a_killed_command_had_open_goes_with_the_next_one_or_with_gc(locked: Home) -> None:
    put(locked, "m001/a.csv")
    run_ingest(locked)
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        ended.wait()
    left = locked.opened / f"{ended.pid}-ab"
    mine = locked.opened / f"{os.getpid()}-ab"
    for go in (_gc, run_ingest):
        for folder in (left, mine):
            folder.mkdir(exist_ok=True)
            (folder / ".part-plain").write_bytes(b"12345")
        put(locked, f"m001/{go.__name__}.csv", go.__name__.encode())
        go(locked)
        assert (left.exists(), mine.exists()) == (False, True)


def _gc(home: Home) -> None:
    with open_workspace(home) as workspace:
        found = plan(workspace)
        assert [(one.size, one.why) for one in found.gone] == [
            (5, "decrypted by a command that was killed")
        ]
        remove(found)


def test_an_encrypted_file_of_an_archive_is_no_export(locked: Home) -> None:
    put(locked, "m001/a.csv")
    run_ingest(locked)
    (stored,) = archived(locked)
    put(locked, "m001/stolen.csv", stored.read_bytes())
    told = [item.fault for item in run_ingest(locked).landed if item.fault]
    assert len(told) == 1
    assert "Seedbed has encrypted it; take the export itself" in told[0]
    assert archived(locked) == [stored]


def test_the_register_may_change_without_the_key_being_touched(locked: Home) -> None:
    """A file that waited for its merchant is read from the encrypted bytes."""
    drop(locked, "m009", week_of_orders(orders=5))
    held = run_ingest(locked)
    assert list(statuses(held).values()) == ["held"]
    register(locked, "m001", "m002", "m009")
    assert list(statuses(run_ingest(locked)).values()) == ["loaded"]
