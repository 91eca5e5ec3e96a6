"""Atomic Parquet files."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from warehouse_files import LIMITS, make_home

from orchestration.files import replacing
from orchestration.home import Home
from orchestration.warehouse.connect import open_duckdb
from orchestration.warehouse.errors import WarehouseError
from orchestration.warehouse.parquet import is_whole, write_empty, write_query, write_table


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return make_home(tmp_path / "a 'home'")


def test_an_interrupted_write_leaves_the_old_file_and_no_other(tmp_path: Path) -> None:
    target = tmp_path / "data.parquet"
    write_table(pa.table({"a": [1]}), target)
    with pytest.raises(KeyboardInterrupt), replacing(target) as temporary:
        temporary.write_bytes(b"half")
        raise KeyboardInterrupt
    assert pq.read_table(target).to_pylist() == [{"a": 1}]
    assert list(tmp_path.iterdir()) == [target]


def test_a_file_being_written_is_found_by_no_glob(tmp_path: Path) -> None:
    with replacing(tmp_path / "deep" / "data.parquet") as temporary:
        temporary.write_bytes(b"half")
        assert list(tmp_path.rglob("*.parquet")) == []


def test_a_file_that_was_cut_off_is_not_whole(tmp_path: Path) -> None:
    target = tmp_path / "data.parquet"
    write_table(pa.table({"a": [1]}), target)
    content = target.read_bytes()
    assert is_whole(target)
    for left in (0, 3, 8, 11, len(content) // 2, len(content) - 1):
        target.write_bytes(content[:left])
        assert not is_whole(target), left
    target.write_bytes(content[:100] + bytes(len(content) - 100))
    assert not is_whole(target)


def test_files_are_private(tmp_path: Path) -> None:
    target = tmp_path / "data.parquet"
    write_empty(target, pa.schema([("a", pa.int64())]))
    assert target.stat().st_mode & 0o777 == 0o600


def test_a_query_is_written_in_its_order_with_its_parameters_and_footer(home: Home) -> None:
    target = home.raw / "data.parquet"
    with open_duckdb(home, LIMITS) as connection:
        count = write_query(
            connection,
            "select i from range(300000) as r(i) where i >= ? order by i desc",
            target,
            [100],
            metadata={"build_id": "it's"},
        )
    assert count == 299_900
    assert pq.read_table(target)["i"].to_pylist()[:2] == [299_999, 299_998]
    assert (pq.read_metadata(target).metadata or {})[b"build_id"] == b"it's"


def test_a_query_that_fails_leaves_nothing(home: Home) -> None:
    target = home.raw / "data.parquet"
    with (
        open_duckdb(home, LIMITS) as connection,
        pytest.raises(WarehouseError, match=r"data\.parquet cannot be written"),
    ):
        write_query(connection, "select error('no')", target)
    assert list(home.raw.iterdir()) == []
