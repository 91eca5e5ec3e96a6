"""An inbox at an address: the same rules as for a folder, and no secret in any sentence."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from flow_kit import drop, loaded_rows, run_ingest, statuses, week_of_orders
from fsspec import register_implementation
from fsspec.implementations.memory import MemoryFileSystem
from landing_kit import by_name, faults, landing
from sqlalchemy import select

from orchestration.exports.landing import landed
from orchestration.flow.workspace import open_workspace
from orchestration.home import Home
from orchestration.settings import load_settings
from orchestration.state.models import Receipt, Sighting

URL, OPTIONS = "SEEDBED_INBOX__URL", "SEEDBED_INBOX__OPTIONS"
# Long before the fixed clock of these tests.
LONG_AGO = datetime(2024, 6, 3, tzinfo=UTC)


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[MemoryFileSystem]:
    """A file system in memory as the inbox, empty before and after."""
    files = MemoryFileSystem()
    files.store.clear()
    monkeypatch.setenv(URL, "memory://bucket/inbox")
    files.makedirs("/bucket/inbox")
    yield files
    files.store.clear()
    files.pseudo_dirs[:] = [""]


def put(bucket: MemoryFileSystem, place: str, content: bytes = b"a,b\r\n1,2\r\n") -> None:
    path = f"/bucket/inbox/{place}"
    bucket.pipe_file(path, content)
    bucket.store[path].created = LONG_AGO


def read_now(home: Home) -> list[str]:
    told: list[str] = []
    landing(home, progress=told.append)
    return [text.partition(" (")[0].removeprefix("archiving ") for text in told]


def test_exports_at_an_address_are_loaded_like_those_in_a_folder(
    home: Home, bucket: MemoryFileSystem
) -> None:
    path = drop(home, "m001", week_of_orders())
    put(bucket, f"m001/{path.name}", path.read_bytes())
    put(bucket, "m002/2024-06-24_2024-06-30/7001/a.csv", b"x")
    put(bucket, "loose.csv", b"y")
    for junk in (".DS_Store", "~$a.xlsx", "__MACOSX/a.csv"):
        put(bucket, f"m001/{junk}")
    report = run_ingest(home)
    assert statuses(report) == {
        f"m001/{path.name}": "loaded",
        "m002/a.csv": "held",
        "/loose.csv": "held",
    }
    assert loaded_rows(home).num_rows == report.files[1].rows_loaded
    with open_workspace(home) as workspace, workspace.store.session() as session:
        receipt = session.scalars(select(Receipt).where(Receipt.file_name == "a.csv")).one()
        assert receipt.folder == "2024-06-24_2024-06-30/7001"
        assert (receipt.declared_from, receipt.declared_to) == (
            date(2024, 6, 24),
            date(2024, 6, 30),
        )
        assert sorted(session.scalars(select(Sighting.place)))[0] == (
            "memory://bucket/inbox/loose.csv"
        )


def test_what_looks_the_same_is_not_downloaded_again(home: Home, bucket: MemoryFileSystem) -> None:
    put(bucket, "m001/a.csv")
    assert read_now(home) == ["a.csv"]
    assert read_now(home) == []
    put(bucket, "m001/a.csv", b"other sizes")
    assert read_now(home) == ["a.csv"]
    bucket.store["/bucket/inbox/m001/a.csv"].created = datetime(2024, 6, 4, tzinfo=UTC)
    assert read_now(home) == ["a.csv"]
    assert read_now(home) == []


def test_a_zip_at_an_address_is_unpacked(home: Home, bucket: MemoryFileSystem) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("b.csv", "a,b")
    put(bucket, "m001/a.zip", packed.getvalue())
    assert by_name(landing(home)) == {"m001/a.zip": True, "m001/a.zip/b.csv": True}


def test_a_large_file_passes_in_blocks_and_its_bytes_are_the_same(
    home: Home, bucket: MemoryFileSystem
) -> None:
    content = bytes(range(256)) * 20_000
    put(bucket, "m001/large.csv", content)
    (item,) = landing(home)
    assert landed(home.landing, item.file_sha256).read_bytes() == content


def test_a_mounted_folder_by_its_address_is_walked_like_the_homes_own(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    share = tmp_path / "a share"
    (share / "m001").mkdir(parents=True)
    (share / "m001" / "a.csv").write_bytes(b"a")
    (share / "m001" / "link.csv").symlink_to(share)
    monkeypatch.setenv(URL, share.as_uri())
    items = landing(home)
    assert by_name(items) == {"m001/a.csv": True}
    assert faults(items) == [f"{share}/m001/link.csv is a link; put the file itself there."]
    monkeypatch.setenv(URL, (tmp_path / "gone").as_uri())
    (fault,) = faults(landing(home))
    assert fault.startswith(f"The folder {tmp_path}/gone cannot be read: No such file")


def test_another_file_system_with_marks_of_its_own(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Members of a ZIP as files of an inbox: fsspec can, and tells their checksum."""
    with zipfile.ZipFile(tmp_path / "store.zip", "w") as archive:
        for name in ("inbox/m001/a.csv", "inbox/m001/2024-06-24_2024-06-30/b.csv", "other/c.csv"):
            archive.writestr(zipfile.ZipInfo(name, (2024, 6, 1, 0, 0, 0)), name)
    monkeypatch.setenv(URL, f"zip://inbox::{(tmp_path / 'store.zip').as_uri()}")
    assert by_name(landing(home)) == {"m001/a.csv": True, "m001/b.csv": True}
    assert read_now(home) == []


def test_a_file_that_may_still_be_written_is_waited_for(
    home: Home, bucket: MemoryFileSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEEDBED_INBOX__SETTLE_SECONDS", "60")
    for name in ("growing", "whole"):
        put(bucket, f"m001/{name}.csv")
        bucket.store[f"/bucket/inbox/m001/{name}.csv"].created = datetime(
            2024, 9, 16, 1, 59, 50, tzinfo=UTC
        )
    waits: list[float] = []

    def wait(seconds: float) -> None:
        waits.append(seconds)
        put(bucket, "m001/growing.csv", b"more of it than before")

    items = landing(home, wait=wait)
    assert waits == [50]
    assert by_name(items) == {"m001/whole.csv": True}
    assert faults(items) == [
        "memory://bucket/inbox/m001/growing.csv is still being written; "
        "it is taken with the next ingest."
    ]


# Trouble


class FaultyFileSystem(MemoryFileSystem):
    """A file system whose errors tell everything that they know, as some do."""

    protocol = "faulty"
    store: dict[str, object] = {}  # noqa: RUF012 - as the class it comes from has it
    pseudo_dirs = [""]  # noqa: RUF012

    def __init__(self, *, token: str, **options: object) -> None:
        super().__init__()
        self.told = f"faulty://user:planted-password@host/x?sig=planted-query rejected {token}"
        self.told += f"\n{options}"

    @classmethod
    def _strip_protocol(cls, path: str) -> str:
        return "/" + path.removeprefix("faulty://").split("@")[-1].split("?")[0].strip("/")

    def ls(self, path: str, detail: bool = True, **kwargs: object) -> list:
        if "shut" in path:
            raise ConnectionError(self.told)
        return super().ls(path, detail=detail, **kwargs)

    def _open(self, path: str, mode: str = "rb", *args: Any, **kwargs: Any) -> Any:
        if "broken" in path and mode == "rb":
            # As a library's own error would be: no OSError at all.
            raise RuntimeError(self.told)
        return super()._open(path, mode, *args, **kwargs)


register_implementation("faulty", FaultyFileSystem)
SECRETS = ("planted-token", "planted-password", "planted-query", "planted-key", "planted-user")


@pytest.fixture
def faulty(monkeypatch: pytest.MonkeyPatch) -> Iterator[FaultyFileSystem]:
    monkeypatch.setenv(URL, "faulty://planted-user:planted-password@host/inbox?sig=planted-query")
    options = {"token": "planted-token", "client": {"key": "planted-key", "port": 22}}
    monkeypatch.setenv(OPTIONS, json.dumps(options))
    files = FaultyFileSystem(token="")
    yield files
    files.store.clear()


def test_trouble_with_one_file_or_folder_is_one_sentence_and_the_rest_lands(
    home: Home, faulty: FaultyFileSystem
) -> None:
    for place in ("m001/a.csv", "m001/broken.csv", "shut/b.csv", "m002/c.csv"):
        faulty.pipe_file(f"/host/inbox/{place}", place.encode())
    items = landing(home)
    assert by_name(items) == {"m001/a.csv": True, "m002/c.csv": True}
    listed, read = sorted(faults(items), key=lambda fault: "cannot be read" in fault)
    assert listed.startswith(
        "faulty://host/inbox/shut cannot be listed: faulty://host/x rejected …"
    )
    assert read.startswith("faulty://host/inbox/m001/broken.csv cannot be read: faulty://host/x")
    assert not any(secret in fault for secret in SECRETS for fault in (listed, read))
    assert all(fault.isprintable() for fault in (listed, read))


def test_no_secret_of_an_inbox_is_kept_or_shown_anywhere(
    home: Home, faulty: FaultyFileSystem
) -> None:
    for place in ("m001/a.csv", "m001/broken.csv", "shut/b.csv"):
        faulty.pipe_file(f"/host/inbox/{place}", place.encode())
    run_ingest(home)
    shown = repr(load_settings(home)) + load_settings(home).model_dump_json()
    assert not any(secret in shown for secret in SECRETS)
    for path in home.root.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert not any(secret.encode() in content for secret in SECRETS), path


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("nonsense://bucket", "inbox.url cannot be opened: Protocol not known: nonsense"),
        ("s3://bucket/inbox", "inbox.url cannot be opened: Install s3fs to access S3"),
        ("memory://nowhere", "memory://nowhere cannot be listed"),
    ],
    ids=["unknown", "not installed", "not there"],
)
def test_an_address_that_cannot_be_opened_is_told_in_one_sentence(
    home: Home, monkeypatch: pytest.MonkeyPatch, url: str, told: str
) -> None:
    monkeypatch.setenv(URL, url)
    (fault,) = faults(landing(home))
    assert fault.startswith(told)
    assert fault.endswith(".")
    assert run_ingest(home).exit_code == 3


def test_what_was_seen_is_not_forgotten_while_the_address_cannot_be_reached(
    home: Home, bucket: MemoryFileSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(bucket, "m001/a.csv")
    landing(home)
    monkeypatch.setenv(URL, "memory://nowhere")
    landing(home)
    monkeypatch.setenv(URL, "memory://bucket/inbox")
    assert read_now(home) == []
