"""Packs hold the rows of the small files, whatever comes, goes, changes or breaks off."""

from __future__ import annotations

import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orchestration.home import Home
from orchestration.sections import DuckDBSettings
from orchestration.warehouse import packs
from orchestration.warehouse.errors import WarehouseError
from orchestration.warehouse.handover import write_empty_sources
from orchestration.warehouse.packs import pack
from orchestration.warehouse.schemas import QUARANTINE, raw_schema

SOURCE = "qianfan__orders"
SCHEMA = raw_schema([("order_id", pa.string())])
WIDER = raw_schema([("order_id", pa.string()), ("note", pa.string())])


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path)
    write_empty_sources(home, {SOURCE: SCHEMA})
    return home


def put(home: Home, name: str, *orders: str, schema: pa.Schema = SCHEMA) -> None:
    nothing = dict.fromkeys(schema.names)
    rows = [
        {
            **nothing,
            "merchant_id": "m1",
            "_file_sha256": name,
            "_layout_revision": "l1",
            "_reader_revision": "r1",
            "_row_number": number,
            "order_id": order,
        }
        for number, order in enumerate(orders, start=2)
    ]
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), home.raw / SOURCE / f"{name}.parquet")


def packed(home: Home, kind: str = "raw") -> Path:
    return home.packed / kind / SOURCE / "current"


def orders(home: Home) -> list[str]:
    with duckdb.connect() as connection:
        found = connection.execute(
            f"select order_id from read_parquet('{packed(home)}/*.parquet', union_by_name = true)"
        ).fetchall()
    return sorted(row[0] for row in found)


def packs_of(home: Home) -> dict[str, int]:
    """Name and inode of each pack: a pack that was left alone keeps both."""
    return {path.name: path.stat().st_ino for path in packed(home).iterdir() if path.name[0] != "_"}


def do_pack(home: Home) -> None:
    pack(home, DuckDBSettings(), [SOURCE])


def test_before_the_first_file_there_is_a_schema(home: Home) -> None:
    do_pack(home)
    assert orders(home) == []
    [path] = packed(home, "quarantine").glob("*.parquet")
    assert pq.read_schema(path).names == QUARANTINE.names


def test_what_is_new_is_packed_and_the_rest_left_alone(home: Home) -> None:
    put(home, "a", "1", "2")
    do_pack(home)
    before = packs_of(home)
    put(home, "b", "3")
    put(home, "c")
    do_pack(home)
    assert orders(home) == ["1", "2", "3"]
    assert before.items() < packs_of(home).items()
    assert len(packs_of(home)) == 2


def test_nothing_new_writes_nothing(home: Home) -> None:
    put(home, "a", "1")
    do_pack(home)
    before = packed(home).resolve(), packs_of(home)
    do_pack(home)
    assert (packed(home).resolve(), packs_of(home)) == before


def test_a_file_written_anew_counts_as_it_is_now(home: Home) -> None:
    put(home, "a", "1", "2")
    put(home, "b", "3")
    do_pack(home)
    put(home, "a", "1")
    do_pack(home)
    assert orders(home) == ["1", "3"]


def test_a_file_of_the_same_size_written_anew_counts_as_it_is_now(home: Home) -> None:
    put(home, "a", "1")
    do_pack(home)
    path = home.raw / SOURCE / "a.parquet"
    old = path.stat()
    put(home, "a", "2")
    assert path.stat().st_size == old.st_size
    os.utime(path, ns=(old.st_atime_ns, old.st_mtime_ns + 1))
    do_pack(home)
    assert orders(home) == ["2"]


def test_a_file_that_went_takes_its_rows_along(home: Home) -> None:
    put(home, "a", "1")
    put(home, "b", "2")
    do_pack(home)
    (home.raw / SOURCE / "a.parquet").unlink()
    do_pack(home)
    assert orders(home) == ["2"]


def test_a_column_that_a_newer_layout_added_is_null_before(home: Home) -> None:
    put(home, "a", "1")
    do_pack(home)
    write_empty_sources(home, {SOURCE: WIDER})
    do_pack(home)
    put(home, "b", "2", schema=WIDER)
    do_pack(home)
    with duckdb.connect() as connection:
        found = connection.execute(
            f"select note from read_parquet('{packed(home)}/*.parquet', union_by_name = true)"
        ).fetchall()
    assert found == [(None,), (None,)]


def test_a_pack_that_was_cut_off_is_made_again(home: Home) -> None:
    put(home, "a", "1", "2")
    pack(home, DuckDBSettings(), [SOURCE])
    (path,) = (one for one in packed(home).glob("*.parquet") if one.name != "_empty.parquet")
    os.truncate(path, path.stat().st_size // 2)
    pack(home, DuckDBSettings(), [SOURCE])
    assert orders(home) == ["1", "2"]


def test_a_small_file_that_is_damaged_in_its_midst_is_named(home: Home) -> None:
    put(home, "a", "1", "2")
    put(home, "b", "3", "4")
    path = home.raw / SOURCE / "b.parquet"
    content = path.read_bytes()
    path.write_bytes(content[:4] + b"\xff" * (len(content) // 2) + content[4 + len(content) // 2 :])
    with pytest.raises(WarehouseError, match=r"b\.parquet cannot be read"):
        pack(home, DuckDBSettings(), [SOURCE])


def test_many_small_packs_become_one(home: Home) -> None:
    counts = []
    for number in range(30):
        put(home, f"f{number}", str(100 + number))
        do_pack(home)
        counts.append(len(packs_of(home)))
    assert orders(home) == [str(100 + number) for number in range(30)]
    # One may have been put beside those that are let be.
    assert max(counts) <= packs._PACKS_LEFT_ALONE + 1


def test_more_files_than_are_opened_at_once(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packs, "_FILES_AT_ONCE", 3)
    for number in range(10):
        put(home, f"f{number}", str(number))
    do_pack(home)
    assert orders(home) == [str(number) for number in range(10)]
    assert len(packs_of(home)) == 4


def test_what_breaks_off_leaves_what_was_there(home: Home) -> None:
    put(home, "a", "1")
    do_pack(home)
    before = packs_of(home)
    put(home, "b", "2")
    (home.raw / SOURCE / "c.parquet").write_bytes(b"no Parquet")
    with pytest.raises(WarehouseError, match="cannot be read"):
        do_pack(home)
    assert (orders(home), packs_of(home)) == (["1"], before)
    (home.raw / SOURCE / "c.parquet").unlink()
    do_pack(home)
    assert orders(home) == ["1", "2"]
    generations = [path for path in packed(home).parent.iterdir() if not path.is_symlink()]
    assert len(generations) == 1


def test_what_is_being_written_is_no_file_yet(home: Home) -> None:
    put(home, "a", "1")
    put(home, ".part-b", "2")
    do_pack(home)
    assert orders(home) == ["1"]


def test_nobody_else_can_read_them(home: Home) -> None:
    put(home, "a", "1")
    do_pack(home)
    assert packed(home).resolve().stat().st_mode & 0o077 == 0
    for path in packed(home).iterdir():
        assert path.stat().st_mode & 0o077 == 0, path


def test_without_hard_links_files_are_copied(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path, target: Path) -> None:
        raise OSError("no links here")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    for number in range(3):
        put(home, f"f{number}", str(number))
        do_pack(home)
    assert orders(home) == ["0", "1", "2"]


def test_a_copied_home_packs_anew(home: Home, tmp_path: Path) -> None:
    put(home, "a", "1")
    do_pack(home)
    copied = Home(tmp_path.parent / f"{tmp_path.name}-copied")
    shutil.copytree(home.root, copied.root)
    put(copied, "b", "2")
    do_pack(copied)
    assert orders(copied) == ["1", "2"]


def test_stamps_tell_files_that_were_written_anew(home: Home) -> None:
    def stamps() -> dict[str, str]:
        found = pack(home, DuckDBSettings(), [SOURCE])
        return {name: stamp for (_, name), stamp in found.stamps.items()}

    put(home, "a", "1")
    put(home, "b", "2")
    first = stamps()
    assert stamps() == first
    put(home, "a", "1", "3")
    second = stamps()
    assert (second["a"] == first["a"], second["b"] == first["b"]) == (False, True)
    rejected = pa.Table.from_pylist([dict.fromkeys(QUARANTINE.names)], schema=QUARANTINE)
    pq.write_table(rejected, home.quarantine / SOURCE / "b.parquet")
    third = stamps()
    assert (third["a"] == second["a"], third["b"] == second["b"]) == (True, False)


def test_files_of_one_time_lie_together(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packs, "_FILES_AT_ONCE", 2)
    for name in "abcd":
        put(home, name, name)
    moments = {
        name: datetime(2024, 6, day, tzinfo=UTC)
        for name, day in zip("abcd", (3, 1, 4, 2), strict=True)
    }
    pack(home, DuckDBSettings(), [SOURCE], moments)
    found = [
        sorted(pq.read_table(path)["order_id"].to_pylist())
        for path in sorted(packed(home).glob("0*.parquet"))
    ]
    assert found == [["b", "d"], ["a", "c"]]


def counted(home: Home) -> dict[str, tuple[int, int]]:
    """Rows and row numbers by file, as the packs tell them."""
    rows = pack(home, DuckDBSettings(), [SOURCE]).rows[SOURCE]
    assert {(one.merchant_id, one.layout_revision, one.reader_revision) for one in rows} <= {
        ("m1", "l1", "r1")
    }
    assert len({one.file_sha256 for one in rows}) == len(rows)
    return {one.file_sha256: (one.row_count, one.row_numbers) for one in rows}


def test_rows_are_counted_for_each_file(home: Home) -> None:
    assert counted(home) == {}
    put(home, "a", "1", "2")
    put(home, "b")
    assert counted(home) == {"a": (2, 2)}
    put(home, "c", "3")
    put(home, "a", "1", "2", "4")
    assert counted(home) == {"a": (3, 3), "c": (1, 1)}


def test_counts_outlast_packs_put_together(home: Home) -> None:
    for number in range(30):
        put(home, f"f{number}", *map(str, range(number)))
        do_pack(home)
    assert len(packs_of(home)) <= packs._PACKS_LEFT_ALONE + 1
    assert counted(home) == {f"f{number}": (number, number) for number in range(1, 30)}


def test_a_row_twice_is_seen_in_the_counts(home: Home) -> None:
    put(home, "a", "1", "2")
    path = home.raw / SOURCE / "a.parquet"
    rows = pq.read_table(path)
    pq.write_table(pa.concat_tables([rows, rows.slice(0, 1)]), path)
    assert counted(home) == {"a": (3, 2)}


def test_packs_of_a_release_that_counted_nothing_are_made_anew(home: Home) -> None:
    put(home, "a", "1")
    do_pack(home)
    [name] = packs_of(home)
    path = packed(home) / name
    rows = pq.read_table(path)
    pq.write_table(rows.replace_schema_metadata({"members": "{}"}), path)
    assert counted(home) == {"a": (1, 1)}
    assert orders(home) == ["1"]


def test_a_pack_that_has_lost_rows_is_not_put_together_with_others(home: Home) -> None:
    for number in range(packs._PACKS_LEFT_ALONE + 1):
        put(home, f"f{number}", "1", "2")
        do_pack(home)
    path = packed(home) / min(packs_of(home))
    rows = pq.read_table(path)
    pq.write_table(rows.slice(0, 1), path)
    put(home, "new", "3")
    with pytest.raises(WarehouseError, match="would get 25 rows where 26 are accounted for"):
        do_pack(home)
