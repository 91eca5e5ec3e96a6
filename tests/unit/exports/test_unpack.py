"""ZIPs of exports: names from everywhere, hostile members, bombs; and nothing beside suffers."""

from __future__ import annotations

import hashlib
import io
import re
import resource
import stat
import struct
import tracemalloc
import zipfile
import zlib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from exports_kit import REQUIRED, order, write_sheet
from zip_bytes import DEFLATED, ENCRYPTED, STORED, UTF8, Part, at, on, zip_of

from orchestration.exports.errors import NoRoom
from orchestration.exports.landing import Archive
from orchestration.exports.table.sniff import is_zip_of_files
from orchestration.exports.unpack import Limits, Unpacked, unpack

LIMITS = Limits(members=100, bytes=1_000_000_000)
GOOD = Part(b"good.csv", b"a,b\r\n1,2\r\n")


@pytest.fixture
def landing(tmp_path: Path) -> Path:
    return tmp_path / "home" / "landing"


def unpacked(content: bytes, landing: Path, limits: Limits = LIMITS) -> Unpacked:
    """What comes of these bytes; the ZIP lies outside of the archive."""
    path = landing.parents[1] / "any.zip"
    path.write_bytes(content)
    return unpack(path, "any.zip", Archive(landing), limits)


def names(found: Unpacked) -> list[str]:
    return [member.name for member in found.members]


def kept(landing: Path) -> dict[str, bytes]:
    """What is archived: every file by its name, which must be its hash."""
    files = [path for path in landing.rglob("*") if path.is_file()]
    assert all(
        hashlib.sha256(path.read_bytes()).hexdigest() == path.name
        and path.parent.name == path.name[:2]
        for path in files
    )
    return {path.name: path.read_bytes() for path in files}


def test_members_are_archived_as_files_of_their_own(tmp_path: Path, landing: Path) -> None:
    sheet = write_sheet(tmp_path / "orders.xlsx", [REQUIRED, order()]).read_bytes()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.mkdir("六月")
        archive.writestr(zipfile.ZipInfo("六月/订单.xlsx", (2024, 6, 30, 23, 59, 58)), sheet)
        archive.writestr("empty.csv", b"")
    found = unpacked(packed.getvalue(), landing)
    assert (names(found), found.faults) == (["六月/订单.xlsx", "empty.csv"], [])
    assert kept(landing) == {
        hashlib.sha256(content).hexdigest(): content for content in (sheet, b"")
    }
    assert [m.archived.size for m in found.members] == [len(sheet), 0]
    # 23:59:58 on a wall in Shanghai.
    assert found.members[0].told_at == datetime(2024, 6, 30, 15, 59, 58, tzinfo=UTC)


@pytest.mark.parametrize(
    ("date", "time", "told"),
    [
        (on(2024, 9, 9), at(8, 0, 0), datetime(2024, 9, 9, 0, 0, tzinfo=UTC)),
        (on(1980, 1, 1), 0, None),
        (0, 0, None),
        (on(2024, 2, 30), at(8, 0, 0), None),
        (on(2024, 9, 9), 0x4B3F, None),
    ],
    ids=["a time", "the first that ZIPs know", "month 0", "30 February", "62 seconds"],
)
def test_the_time_that_a_zip_tells(
    landing: Path, date: int, time: int, told: datetime | None
) -> None:
    part = Part(b"a.csv", dos_date=date, dos_time=time)
    assert [m.told_at for m in unpacked(zip_of(part), landing).members] == [told]


def _unicode_path(name: str, made_for: bytes) -> bytes:
    content = b"\x01" + struct.pack("<I", zlib.crc32(made_for)) + name.encode()
    return struct.pack("<HH", 0x7075, len(content)) + content


@pytest.mark.parametrize(
    ("part", "name"),
    [
        (Part("订单.csv".encode("gb18030")), "订单.csv"),
        (Part("订单.csv".encode(), flags=UTF8), "订单.csv"),
        (Part("订单.csv".encode()), "订单.csv"),
        (Part(b"?.csv", extra=_unicode_path("订单.csv", b"?.csv")), "订单.csv"),
        (Part(b"new.csv", extra=_unicode_path("订单.csv", b"old.csv")), "new.csv"),
        (Part("六月\\订单.csv".encode("gb18030")), "六月/订单.csv"),
        # Its second byte in GB18030 is that of a backslash.
        (Part("昞.csv".encode("gb18030")), "昞.csv"),
        (Part(b"./a//b.csv"), "a/b.csv"),
        (Part(b"\xff\xff.csv"), "\ufffd\ufffd.csv"),
    ],
    ids=[
        "Chinese Windows",
        "marked UTF-8",
        "UTF-8 without the mark",
        "a second name",
        "a second name of another time",
        "Windows folders",
        "half a character like a backslash",
        "empty folders",
        "no text at all",
    ],
)
def test_names_are_read_as_they_were_meant(landing: Path, part: Part, name: str) -> None:
    found = unpacked(zip_of(part), landing)
    assert (names(found), found.faults) == ([name], [])


def test_junk_and_folders_are_passed_over(landing: Path) -> None:
    junk = (
        Part(b"__MACOSX/._good.csv"),
        Part(b".DS_Store"),
        Part(b"sub/Thumbs.db"),
        Part(b"~$orders.xlsx"),
        Part(b"folder/", b""),
        Part(b"windows\\", b""),
        Part(b"dos", b"", dos_attributes=0x10),
    )
    found = unpacked(zip_of(*junk, GOOD), landing)
    assert (names(found), found.faults) == (["good.csv"], [])
    found = unpacked(zip_of(*junk), landing)
    assert (names(found), found.faults) == ([], ["there is no file in it; pack the exports again."])


_NESTED = zip_of(GOOD)


@pytest.mark.parametrize(
    ("part", "told"),
    [
        (Part(b"../../evil.csv"), "'../../evil.csv' has a path that leads out of the ZIP"),
        (Part(b"a\\..\\..\\evil.csv"), "leads out of the ZIP"),
        (Part(b"/etc/cron.d/evil"), "leads out of the ZIP"),
        (Part(b"\\\\host\\share\\evil.csv"), "leads out of the ZIP"),
        (Part(b"C:\\evil.csv"), "leads out of the ZIP"),
        (Part(b"c:evil.csv"), "leads out of the ZIP"),
        (Part(b"evil.csv\x00.txt"), "has a name that no file can have"),
        (Part(b"x" * 1001), "has a name that no file can have"),
        (Part(b"link.csv", b"/etc/passwd", mode=stat.S_IFLNK | 0o777), "is a link or no regular"),
        (Part(b"pipe.csv", mode=stat.S_IFIFO | 0o600), "is a link or no regular"),
        (Part(b"locked.csv", flags=ENCRYPTED), "has a password; pack it without one"),
        (Part(b"locked.csv", flags=0x41), "has a password"),
        (Part(b"old.csv", method=9), r"by a method \(9\) that is not unpacked here"),
        (Part(b"lzma.csv", method=14), r"by a method \(14\)"),
        (Part(b"bad.csv", crc=1), "'bad.csv' is damaged; pack it again"),
        (Part(b"bad.csv", b"x" * 99, method=DEFLATED, packed=b"\xff" * 20), "is damaged"),
        (Part(b"longer.csv", b"12345", size=3), "is damaged"),
        (Part(b"shorter.csv", b"123", size=5), "is damaged"),
        (Part(b"inner.zip", _NESTED), "is a ZIP inside the ZIP"),
        (Part(b"orders.csv", _NESTED, method=DEFLATED), "is a ZIP inside the ZIP"),
        (Part(b"two\nlines\xe2\x80\xae.csv", flags=ENCRYPTED), r"'two lines\?\.csv' has"),
    ],
)
def test_a_member_that_cannot_be_trusted_is_told_and_the_others_go_on(
    tmp_path: Path, landing: Path, part: Part, told: str
) -> None:
    found = unpacked(zip_of(part, GOOD), landing)
    assert names(found) == ["good.csv"]
    (fault,) = found.faults
    assert re.search(told, fault), fault
    assert not found.is_refused
    assert kept(landing) == {hashlib.sha256(GOOD.content).hexdigest(): GOOD.content}
    # Nothing was written anywhere else.
    assert sorted(p.name for p in tmp_path.iterdir()) == ["any.zip", "home"]
    assert [p.name for p in (tmp_path / "home").iterdir()] == ["landing"]


def test_two_members_of_one_name_are_both_refused(landing: Path) -> None:
    found = unpacked(zip_of(Part(b"a/b.csv"), Part(b"a\\b.csv", b"else"), GOOD), landing)
    assert names(found) == ["good.csv"]
    assert [fault.split(";")[0] for fault in found.faults] == [
        "its member 'a/b.csv' is in it 2 times, and nothing says which one counts"
    ] * 2


def test_a_member_that_is_packed_too_well_is_refused_alone(landing: Path) -> None:
    bomb = Part(b"bomb.csv", method=DEFLATED, packed=bytes(4000), size=100_000_001, crc=0)
    random = Part(b"filler.bin", zlib.compress(bytes(range(256))) * 5000)
    found = unpacked(zip_of(bomb, random, GOOD), landing)
    assert names(found) == ["filler.bin", "good.csv"]
    assert "unpacks to 100,000,001 bytes out of 4,000, as no export does" in found.faults[0]


def _truncated() -> bytes:
    content = zip_of(GOOD, Part(b"b.csv", bytes(range(256)) * 40))
    return content[: len(content) // 2]


def _overlapping() -> bytes:
    """Many members that all unpack the same bytes: the bomb of D. Fifield, 2019."""
    core = Part(b"0.csv", b"a" * 50_000, method=DEFLATED)
    again = [Part(b"%d.csv" % i, core.content, method=DEFLATED, offset=0) for i in range(1, 50)]
    return zip_of(core, *again)


@pytest.mark.parametrize(
    ("content", "limits", "told"),
    [
        (_truncated(), LIMITS, "it is damaged or cut off; download it again."),
        (_overlapping(), LIMITS, "its members lie over one another"),
        (
            zip_of(*(Part(b"%d.csv" % i) for i in range(101))),
            LIMITS,
            "it has 101 members, more than 100; pack fewer into one, or raise inbox.zip_members.",
        ),
        (
            zip_of(*(Part(b"%d.csv" % i, bytes(600)) for i in range(2))),
            Limits(members=2, bytes=1199),
            "it unpacks to 1,200 bytes, more than 1,199; pack fewer files into one, or raise "
            "inbox.zip_bytes.",
        ),
        (
            zip_of(
                *(
                    Part(b"%d.csv" % i, method=DEFLATED, packed=bytes(40), size=60_000_000)
                    for i in range(2)
                )
            ),
            LIMITS,
            "it unpacks to 120,000,000 bytes out of",
        ),
        (
            zip_of(Part(b"a.csv", offset=90_000, packed=b"content"), GOOD),
            LIMITS,
            "its members lie over one another",
        ),
        (zip_of(Part(b"\xff\xfe.csv", flags=UTF8), GOOD), LIMITS, "it is damaged or cut off"),
        (b"", LIMITS, "it is damaged or cut off"),
    ],
    ids=[
        "cut off",
        "overlapping",
        "too many",
        "too large",
        "packed too well",
        "a member beyond the end",
        "a name that is no UTF-8",
        "nothing",
    ],
)
def test_a_zip_that_cannot_be_trusted_is_refused_whole(
    landing: Path, content: bytes, limits: Limits, told: str
) -> None:
    found = unpacked(content, landing, limits)
    assert (found.members, found.is_refused) == ([], True)
    (fault,) = found.faults
    assert fault.startswith(told)
    assert not landing.exists()


def test_a_list_of_members_that_fills_the_memory_is_not_read(landing: Path) -> None:
    many = zip_of(*(Part(b"%07d" % i + b"x" * 200, b"") for i in range(70_000)))
    tracemalloc.start()
    found = unpacked(many, landing)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found.faults == ["it is damaged or cut off; download it again."]
    assert peak < 2_000_000


def test_a_large_member_passes_in_blocks(landing: Path) -> None:
    size = 90_000_000
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("large.csv", "w") as member,
    ):
        for _ in range(90):
            member.write(bytes(size // 90))
    tracemalloc.start()
    found = unpacked(packed.getvalue(), landing)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [m.archived.size for m in found.members] == [size]
    assert peak < 10_000_000


def test_a_full_disk_ends_the_unpacking_and_leaves_no_half_file(landing: Path) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    content = zip_of(GOOD, Part(b"large.csv", bytes(9000)))
    path = landing.parents[1] / "any.zip"
    path.write_bytes(content)
    resource.setrlimit(resource.RLIMIT_FSIZE, (5000, before[1]))
    try:
        with pytest.raises(NoRoom, match="make room there"):
            unpack(path, "any.zip", Archive(landing), LIMITS)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert list(kept(landing).values()) == [GOOD.content]
    assert names(unpack(path, "any.zip", Archive(landing), LIMITS)) == ["good.csv", "large.csv"]


def test_progress_names_each_member(landing: Path) -> None:
    path = landing.parents[1] / "any.zip"
    path.write_bytes(zip_of(GOOD, Part(b"sub/b.csv")))
    told: list[str] = []
    unpack(path, "any.zip", Archive(landing), LIMITS, told.append)
    assert told == [
        "unpacking any.zip/good.csv (1 of 2)",
        "unpacking any.zip/sub/b.csv (2 of 2)",
    ]


@pytest.mark.parametrize(
    ("content", "is_zip"),
    [
        (zip_of(GOOD), True),
        (zip_of(Part(b"[Content_Types].xml"), Part(b"xl/workbook.xml")), False),
        (zip_of(Part(b"[Content_Types].xml"), Part(b"word/document.xml")), False),
        (zip_of(Part(b"mimetype"), Part(b"content.xml")), False),
        (zip_of(GOOD)[:-1], False),
        (zip_of(), False),
        (b"a,b\r\n1,2\r\n", False),
        (b"", False),
    ],
    ids=["exports", "xlsx", "docx", "ods", "cut off", "empty ZIP", "CSV", "nothing"],
)
def test_a_zip_of_files_is_told_by_its_content(
    tmp_path: Path, content: bytes, is_zip: bool
) -> None:
    path = tmp_path / "any.xlsx"
    path.write_bytes(content)
    assert is_zip_of_files(path) is is_zip


def test_stored_and_deflated_are_the_methods_of_every_packer() -> None:
    assert (STORED, DEFLATED) == (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
