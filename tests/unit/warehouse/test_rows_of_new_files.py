"""Who asks for the rows of a week's new files leaves the packs of other weeks unread."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from orchestration.home import PROJECT_ROOT, Home
from orchestration.sections import DuckDBSettings
from orchestration.warehouse.handover import write_empty_sources
from orchestration.warehouse.packs import pack
from orchestration.warehouse.parquet import copy_query
from orchestration.warehouse.schemas import raw_schema

pytestmark = pytest.mark.slow

SOURCE = "qianfan__orders"
# More of each than DuckDB takes for a list of values unless it is told.
OLD, NEW, ROWS = 300, 80, 20


def sha(number: int) -> str:
    return hashlib.sha256(str(number).encode()).hexdigest()


def put(connection: duckdb.DuckDBPyConnection, home: Home, numbers: range) -> None:
    for number in numbers:
        target = home.raw / SOURCE / f"{sha(number)}.parquet"
        copy_query(
            connection,
            f"select 'm1' as merchant_id, '{sha(number)}' as _file_sha256, 'l' as _layout_revision,"
            f" 'r' as _reader_revision, 2 + range as _row_number from range({ROWS})",
            target,
            target,
        )


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path)
    write_empty_sources(home, {SOURCE: raw_schema([])})
    with closing(duckdb.connect()) as connection:
        for numbers in (range(OLD), range(OLD, OLD + NEW)):
            put(connection, home, numbers)
            pack(home, DuckDBSettings(), [SOURCE])
    return home


@pytest.fixture
def as_dbt() -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with the settings that dbt's have."""
    profile = yaml.safe_load((PROJECT_ROOT / "dbt_project/profiles.yml").read_text())
    with closing(duckdb.connect()) as connection:
        for name, value in profile["seedbed"]["outputs"]["duckdb"]["settings"].items():
            connection.execute(f"set {name} = '{value}'")
        yield connection


def scanned(operator: dict[str, Any]) -> int:
    is_of_packs = "/packed/raw/" in json.dumps(operator.get("extra_info", {}))
    own = int(operator["rows_scanned"]) if is_of_packs else 0
    return own + sum(map(scanned, operator.get("children", [])))


def test_packs_without_a_new_file_are_left_unread(
    home: Home, as_dbt: duckdb.DuckDBPyConnection
) -> None:
    packs = home.packed / "raw" / SOURCE / "current"
    as_dbt.execute("create table files (_file_sha256 varchar)")
    as_dbt.executemany("insert into files values (?)", [[sha(OLD + n)] for n in range(NEW)])
    as_dbt.execute("set enable_profiling = 'no_output'")
    found = as_dbt.execute(
        f"create table found as select rows.* from '{packs}/*.parquet' as rows "
        "inner join files using (_file_sha256)"
    ).fetchone()
    profile = json.loads(as_dbt.get_profiling_information("json"))
    assert found == (NEW * ROWS,)
    assert sum(map(scanned, profile["operator"])) == NEW * ROWS


def test_files_that_a_pack_does_not_have_are_not_taken_for_its_own(
    home: Home, as_dbt: duckdb.DuckDBPyConnection
) -> None:
    packs = home.packed / "raw" / SOURCE / "current"
    old = next(
        path
        for path in packs.glob("*.parquet")
        if as_dbt.execute(f"select count(*) from '{path}'").fetchone() == (OLD * ROWS,)
    )

    def may_have(number: int) -> bool:
        rows = as_dbt.execute(
            "select bloom_filter_excludes from parquet_bloom_probe(?, '_file_sha256', ?)",
            [str(old), sha(number)],
        ).fetchall()
        return not all(row[0] for row in rows)

    assert all(map(may_have, range(OLD)))
    assert not [number for number in range(OLD, OLD + 3_000) if may_have(number)]
