"""The home's inbox: what was seen is not read again, what is not whole is left, nothing is lost."""

from __future__ import annotations

import os
import resource
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from flow_kit import drop as drop_orders
from flow_kit import run_ingest, statuses, week_of_orders
from landing_kit import aged, by_name, faults, landing, put
from sqlalchemy import func, select

from orchestration.exports.landing import landed
from orchestration.flow.corrections import withdraw
from orchestration.flow.faults import LANDING, faults_of
from orchestration.flow.workspace import open_workspace
from orchestration.home import Home
from orchestration.state.models import File, Receipt, Sighting

SETTLE = "SEEDBED_INBOX__SETTLE_SECONDS"


def read_now(home: Home, *paths: Path) -> list[str]:
    """Which files a landing really reads: those that its progress names."""
    told: list[str] = []
    landing(home, *paths, progress=told.append)
    return [text.partition(" (")[0].removeprefix("archiving ") for text in told]


def sightings(home: Home) -> dict[str, str]:
    with open_workspace(home) as workspace, workspace.store.session() as session:
        return {row.place: row.file_sha256 for row in session.scalars(select(Sighting))}


def test_what_looks_the_same_is_not_read_again(home: Home) -> None:
    put(home, "m001/a.csv")
    put(home, "m001/7001/b.csv", b"b")
    assert read_now(home) == ["a.csv", "b.csv"]
    assert read_now(home) == []
    assert by_name(landing(home)) == {"m001/a.csv": False, "m001/b.csv": False}
    assert set(sightings(home)) == {"m001/a.csv", "m001/7001/b.csv"}


def _rewrite(path: Path) -> None:
    before = path.stat()
    path.write_bytes(path.read_bytes().replace(b"1", b"9"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def _replace(path: Path) -> None:
    before = path.stat()
    other = path.with_name("other")
    other.write_bytes(path.read_bytes().replace(b"1", b"9"))
    os.utime(other, ns=(before.st_atime_ns, before.st_mtime_ns))
    other.replace(path)


@pytest.mark.parametrize("change", [_rewrite, _replace])
def test_other_bytes_of_the_same_size_and_time_are_read(
    home: Home, change: Callable[[Path], None]
) -> None:
    path = put(home, "m001/a.csv")
    landing(home)
    change(path)
    assert by_name(landing(home)) == {"m001/a.csv": True}


def test_a_file_that_was_written_a_moment_ago_is_read_again_next_time(home: Home) -> None:
    path = put(home, "m001/a.csv", age=1)
    assert read_now(home) == ["a.csv"]
    assert read_now(home) == ["a.csv"]
    aged(path, 4)
    assert read_now(home) == ["a.csv"]
    assert read_now(home) == []


def test_bytes_that_are_gone_from_the_archive_are_taken_again(home: Home) -> None:
    put(home, "m001/a.csv", b"a,b")
    (item,) = landing(home)
    path = landed(home.landing, item.file_sha256)
    path.write_bytes(b"a")
    assert read_now(home) == ["a.csv"]
    path.unlink()
    landing(home)
    assert path.read_bytes() == b"a,b"


def test_what_left_the_inbox_is_forgotten_unless_a_folder_cannot_be_looked_into(
    home: Home,
) -> None:
    put(home, "m001/a.csv")
    put(home, "m002/b.csv", b"b")
    landing(home)
    shutil.rmtree(home.inbox / "m001")
    (home.inbox / "link.csv").symlink_to(home.inbox)
    landing(home)
    assert set(sightings(home)) == {"m001/a.csv", "m002/b.csv"}
    (home.inbox / "link.csv").unlink()
    landing(home)
    assert set(sightings(home)) == {"m002/b.csv"}


def test_named_files_are_always_read_and_leave_no_sighting(home: Home) -> None:
    path = put(home, "m001/a.csv")
    for _ in range(2):
        assert read_now(home, path) == ["a.csv"]
    assert sightings(home) == {}
    landing(home)
    (item,) = landing(home, path, merchant_id="m002")
    assert (item.merchant_id, item.is_new) == ("m002", True)


def test_a_withdrawn_file_that_still_lies_there_stays_withdrawn(home: Home) -> None:
    put(home, "m001/a.csv")
    (item,) = landing(home)
    with open_workspace(home) as workspace:
        withdraw(workspace, item.file_sha256)
    assert statuses(run_ingest(home)) == {"m001/a.csv": "withdrawn"}


def test_many_files_are_recorded_in_their_order_with_their_folder(home: Home) -> None:
    for number in range(1203):
        put(home, f"m00{number % 2 + 1}/70{number % 3}/{number:04d}.csv", b"%d" % (number % 900))
    told: list[str] = []
    items = landing(home, progress=told.append)
    assert len(by_name(items)) == len(items) == 1203
    assert told[2] == "archiving 0012.csv (3 of 1,203)"
    assert sum(item.is_new for item in items) == len({(n % 2, n % 900) for n in range(1203)})
    with open_workspace(home) as workspace, workspace.store.session() as session:
        assert session.scalar(select(func.count()).select_from(Receipt)) == 1203
        receipt = session.scalars(select(Receipt).where(Receipt.file_name == "0905.csv")).one()
        assert (receipt.merchant_id, receipt.folder) == ("m002", "702")
        for file in session.scalars(select(File)):
            assert landed(home.landing, file.file_sha256).stat().st_size == file.size_bytes


def test_the_same_content_in_the_inbox_itself_and_in_a_folder_is_the_merchants(home: Home) -> None:
    put(home, "a.csv")
    put(home, "m001/b.csv")
    landing(home)
    with open_workspace(home) as workspace, workspace.store.session() as session:
        assert [file.merchant_id for file in session.scalars(select(File))] == ["m001"]
        names = {(r.merchant_id, r.file_name) for r in session.scalars(select(Receipt))}
    assert names == {("m001", "a.csv"), ("m001", "b.csv")}


# Settling


def test_a_file_that_is_still_growing_is_left_until_it_is_whole(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SETTLE, "60")
    growing = put(home, "m001/growing.csv", b"a,b\r\n1", age=20)
    put(home, "m001/whole.csv", b"whole", age=20)
    put(home, "m001/old.csv", b"old")
    waits: list[float] = []

    def wait(seconds: float) -> None:
        waits.append(seconds)
        with growing.open("ab") as writer:
            writer.write(b",2\r\n")

    told: list[str] = []
    items = landing(home, wait=wait, progress=told.append)

    assert waits == [40]
    assert set(by_name(items)) == {"m001/old.csv", "m001/whole.csv"}
    assert faults(items) == [f"{growing} is still being written; it is taken with the next ingest."]
    assert told == [
        "archiving old.csv (1 of 1)",
        "waiting until 2 files that were just written have settled",
        "archiving growing.csv (1 of 2)",
        "archiving whole.csv (2 of 2)",
    ]
    aged(growing, 100)
    (item,) = [item for item in landing(home, wait=wait) if item.is_new]
    assert landed(home.landing, item.file_sha256).read_bytes() == b"a,b\r\n1,2\r\n"
    assert waits == [40]


@pytest.mark.parametrize("age", [61, -61, -10_000_000])
def test_what_is_old_enough_or_of_a_wrong_clock_is_not_waited_for(
    home: Home, monkeypatch: pytest.MonkeyPatch, age: float
) -> None:
    monkeypatch.setenv(SETTLE, "60")
    put(home, "m001/a.csv", age=age)
    waits: list[float] = []
    assert len(by_name(landing(home, wait=waits.append))) == 1
    assert waits == []


def test_named_files_are_not_waited_for(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SETTLE, "60")
    path = put(home, "m001/a.csv", age=0)
    waits: list[float] = []
    assert len(by_name(landing(home, path, wait=waits.append))) == 1
    assert waits == []


def test_a_file_that_vanishes_before_it_is_read_is_told(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SETTLE, "60")
    gone = put(home, "m001/gone.csv", age=0)
    put(home, "m001/here.csv", b"here", age=0)
    items = landing(home, wait=lambda _seconds: gone.unlink())
    assert set(by_name(items)) == {"m001/here.csv"}
    told = f"{gone} vanished before it was read; put it there again if it counts."
    assert faults(items) == [told]


def test_names_of_unfinished_copies_are_left_and_told_when_they_are_old(home: Home) -> None:
    names = [
        "a.xlsx.crdownload",
        "a.csv.part",
        "a.tmp",
        "a.zip.partial",
        ".a.xlsx.Ab12Cd",
        "a.xlsx.download/a.xlsx",
    ]
    paths = [put(home, f"m001/{name}", age=3500) for name in names]
    assert landing(home) == []
    for path in paths:
        aged(path, 3700)
    items = landing(home)
    assert by_name(items) == {}
    assert sorted(faults(items)) == sorted(
        f"m001/{name} was never finished by who wrote it; download it again or remove it."
        for name in names
    )
    (named,) = landing(home, paths[1])
    assert named.file_name == "a.csv.part"


def test_junk_is_passed_over_however_old(home: Home) -> None:
    for name in (".DS_Store", "._a.xlsx", "~$a.xlsx", "Thumbs.db", "desktop.ini", ".git/a.csv"):
        put(home, f"m001/{name}", age=10_000_000)
    put(home, "m001/.~lock.a.xlsx#", age=10_000_000)
    assert landing(home) == []


# What is no file, or bears a name that few have


def test_whatever_else_lies_there_is_told_in_one_line_and_nothing_suffers(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop_orders(home, "m001", week_of_orders())
    folder = home.inbox / "m001"
    target = tmp_path / "target"
    target.mkdir()
    (target / "secret.csv").write_bytes(b"secret")
    (folder / "link.csv").symlink_to(target / "secret.csv")
    (folder / "dangling.csv").symlink_to(tmp_path / "nowhere")
    (folder / "folder-link").symlink_to(target, target_is_directory=True)
    os.mkfifo(folder / "pipe.csv")
    with socket.socket(socket.AF_UNIX) as listener:
        # A socket's path may have 108 bytes.
        monkeypatch.chdir(folder)
        listener.bind("socket.csv")
    (folder / "empty folder.xlsx").mkdir()
    put(home, "m001/folder.csv/inner.csv", b"inner")
    report = run_ingest(home)
    told = sorted(item.fault.removeprefix(f"{folder}/") for item in report.landed if item.fault)
    assert told == [
        "dangling.csv is a link; put the file itself there.",
        "folder-link is a link; put the file itself there.",
        "link.csv is a link; put the file itself there.",
        "pipe.csv is no regular file; remove it from the inbox.",
        "socket.csv is no regular file; remove it from the inbox.",
    ]
    assert sorted(statuses(report).values()) == ["held", "loaded"]
    with open_workspace(home) as workspace:
        assert len(faults_of(workspace, LANDING)) == 5


def test_names_that_few_have(home: Home) -> None:
    (home.inbox / "m001").mkdir()
    folder = os.fsencode(home.inbox / "m001")
    names = {
        b"two\nlines.csv": "two\nlines.csv",
        b"\xe2\x80\xaegpj.csv": "\u202egpj.csv",
        "订单.csv".encode("gb18030"): "订单.csv",
        b"\xff\xff.csv": "\ufffd\ufffd.csv",
        b"\xff\xfe.csv": "\ufffd\ufffd.csv",
        b"x" * 251 + b".csv": "x" * 251 + ".csv",
        b"[bold] $(touch x) ;'.csv": "[bold] $(touch x) ;'.csv",
    }
    for number, name in enumerate(names):
        with open(folder + b"/" + name, "wb") as file:  # noqa: PTH123 - the name is no text
            file.write(b"%d" % number)
        os.utime(folder + b"/" + name, (0, 0))
    assert by_name(landing(home)) == {f"m001/{name}": True for name in names.values()}
    assert read_now(home) == []
    os.symlink("/", folder + b"/\xff\n\xe2\x80\xae.csv")  # noqa: PTH211
    (fault,) = faults(landing(home))
    assert fault.isprintable()
    assert fault.endswith("is a link; put the file itself there.")


# Another user, who may not read everything; a test run by root has to become one.
_AS_NOBODY = """
import os
from pathlib import Path
from orchestration.exports.errors import LandingError
from orchestration.exports.landing import open_regular
from orchestration.flow.inbox.folder import FolderInbox
if os.getuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
look = FolderInbox(Path("inbox")).look()
for file in look.files:
    try:
        with open_regular(file.path) as opened:
            print(file.place, opened.read())
    except LandingError as error:
        print(error)
print(*look.faults, sep="\\n")
"""


def test_what_may_not_be_read_is_told_and_the_others_go_on(tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    for place in ("m001/open.csv", "m001/shut.csv", "shut folder/a.csv"):
        (inbox / place).parent.mkdir(parents=True, exist_ok=True)
        (inbox / place).write_bytes(b"x")
    modes = {tmp_path: 0o755, inbox: 0o755, inbox / "m001": 0o755, inbox / "m001/open.csv": 0o644}
    modes |= {inbox / "m001/shut.csv": 0, inbox / "shut folder": 0}
    for path, mode in modes.items():
        path.chmod(mode)
    # From where it stands: the folders above belong to whoever runs the tests.
    done = subprocess.run(
        [sys.executable, "-c", _AS_NOBODY],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    (inbox / "shut folder").chmod(0o700)
    assert done.stdout.splitlines() == [
        "m001/open.csv b'x'",
        "inbox/m001/shut.csv cannot be opened: Permission denied.",
        "The folder inbox/shut folder cannot be read: Permission denied; "
        "let the user who runs Seedbed enter it.",
    ], done.stderr


# A full disk


def test_files_without_room_are_told_once_and_the_next_landing_completes(home: Home) -> None:
    put(home, "m001/large-1.csv", b"a" * 2_000_000)
    put(home, "m001/large-2.csv", b"b" * 2_000_000)
    put(home, "m001/small.csv", b"c")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, before[1]))
    try:
        items = landing(home)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert set(by_name(items)) == {"m001/small.csv"}
    assert faults(items) == [
        "2 files, such as large-1.csv, were not archived: "
        f"{home.landing}: File too large; make room there and run the command again."
    ]
    assert sum(path.is_file() for path in home.landing.rglob("*")) == 1
    again = landing(home)
    assert sum(by_name(again).values()) == 2
    assert faults(again) == []


def test_covers_and_merchant_speak_of_the_whole_inbox_when_nothing_is_named(home: Home) -> None:
    put(home, "m001/a.csv")
    landing(home)
    (item,) = landing(home, covers=(date(2024, 9, 2), date(2024, 9, 8)))
    with open_workspace(home) as workspace, workspace.store.session() as session:
        receipt = session.get_one(Receipt, ("m001", item.file_sha256, "a.csv"))
        assert receipt.declared_from == date(2024, 9, 2)
