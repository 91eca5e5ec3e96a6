"""Published builds: swapped in at once, under readers that stay where they are."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
from warehouse_files import LIMITS, build_marts, make_home

from orchestration.home import PROJECT_ROOT, Home
from orchestration.warehouse import publish as publishing
from orchestration.warehouse.errors import WarehouseError
from orchestration.warehouse.publish import WEEKLY_MARTS, Build, publish
from orchestration.warehouse.read import open_published

READER = """
import sys
from pathlib import Path
from orchestration.home import Home
from orchestration.warehouse.read import open_published

with open_published(Home(Path(sys.argv[1]))) as build:
    for _ in sys.stdin:
        gmv = build.rows("select sum(gmv) as gmv from marts.fct_orders")[0]["gmv"]
        print(build.build_id, gmv, flush=True)
"""
PUBLISHER = """
import os, signal, sys
from pathlib import Path
from orchestration.home import Home
from orchestration.warehouse import publish as publishing

if len(sys.argv) > 3:
    def die(*args, **kwargs):
        os.kill(os.getpid(), signal.SIGKILL)
    place, _, name = sys.argv[3].rpartition(".")
    setattr(getattr(publishing, place) if place else publishing, name, die)
publishing.publish(Home(Path(sys.argv[1])), sys.argv[2], include_reporting=True, keep=1)
"""


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return make_home(tmp_path / "home")


def gmv(home: Home) -> tuple[str, Decimal]:
    with open_published(home) as build:
        rows = build.rows("select sum(gmv) as gmv from marts.fct_orders")
        return build.build_id, rows[0]["gmv"]


def put_out(home: Home, build_id: str, amount: str, *, keep: int = 10) -> Build:
    build_marts(home, amount)
    return publish(home, build_id, include_reporting=True, limits=LIMITS, keep=keep)


def test_readers_see_the_newest_build(home: Home) -> None:
    build = put_out(home, "one", "1.10")
    assert gmv(home) == ("one", Decimal("3.30"))
    assert build.tables == {
        "marts.fct_coverage": 0,
        "marts.fct_orders": 3,
        "reporting.rpt_digest_facts": 1,
    }
    put_out(home, "two", "2.20")
    assert gmv(home) == ("two", Decimal("6.60"))
    assert home.current_build.readlink() == Path("two.duckdb")
    assert (home.published / "one.duckdb").stat().st_mode & 0o777 == 0o600


def test_the_note_beside_a_build_is_the_same_for_the_same_build(home: Home) -> None:
    put_out(home, "one", "1.10")
    note = home.published / "one.json"
    before = note.read_bytes()
    assert json.loads(before)["tables"]["marts.fct_orders"] == 3
    put_out(home, "one", "1.10")
    assert note.read_bytes() == before


def test_a_data_build_has_no_decided_weeks(home: Home) -> None:
    build_marts(home, "1.00")
    build = publish(home, "data", include_reporting=False, limits=LIMITS)
    assert not build.has_reporting
    with open_published(home, LIMITS) as published:
        schemas = published.rows("select distinct schema_name as s from duckdb_tables()")
    assert schemas == [{"s": "marts"}]
    with duckdb.connect(home.marts_db) as marts:
        assert marts.execute("select count(*) from reporting.rpt_digest_facts").fetchone() == (1,)


def test_nor_has_it_marts_that_are_decided_per_week(home: Home) -> None:
    build_marts(home, "1.00")
    with duckdb.connect(home.marts_db) as marts:
        for mart in WEEKLY_MARTS:
            marts.execute(f"create table marts.marts.{mart} as select 1 as week")
    build = publish(home, "data", include_reporting=False, limits=LIMITS)
    assert sorted(build.tables) == ["marts.fct_coverage", "marts.fct_orders"]
    build = publish(home, "weeks", include_reporting=True, limits=LIMITS)
    assert {f"marts.{mart}" for mart in WEEKLY_MARTS} < set(build.tables)


def test_weekly_marts_are_those_of_the_models() -> None:
    folder = PROJECT_ROOT / "dbt_project" / "models" / "eligibility"
    assert sorted(path.stem for path in folder.glob("fct_*.sql")) == sorted(WEEKLY_MARTS)


def test_a_build_that_is_there_is_only_swapped_in(home: Home) -> None:
    put_out(home, "one", "1.00")
    put_out(home, "two", "2.00")
    build_marts(home, "9.00")
    publish(home, "one", include_reporting=True, limits=LIMITS)
    assert gmv(home) == ("one", Decimal("3.00"))


def test_one_id_is_not_used_for_two_kinds_of_build(home: Home) -> None:
    put_out(home, "one", "1.00")
    with pytest.raises(WarehouseError, match="published with the reporting schema already"):
        publish(home, "one", include_reporting=False, limits=LIMITS)


def test_marts_lie_beside_as_parquet_of_the_current_build(home: Home) -> None:
    put_out(home, "one", "1.00")
    put_out(home, "two", "2.00")
    export = home.published / "parquet" / "fct_orders" / "data.parquet"
    assert pq.read_table(export)["gmv"].to_pylist() == [Decimal("2.00")] * 3
    assert (pq.read_metadata(export).metadata or {})[b"build_id"] == b"two"
    with duckdb.connect(home.marts_db) as marts:
        marts.execute("drop table marts.marts.fct_coverage")
    publish(home, "three", include_reporting=True, limits=LIMITS)
    assert [path.parent.name for path in home.published.glob("parquet/*/*")] == ["fct_orders"]


def test_the_newest_builds_are_kept_and_the_current_one_always(home: Home) -> None:
    for number, build_id in enumerate(["one", "two", "three", "four"], start=1):
        put_out(home, build_id, f"{number}.00", keep=2)
        os.utime(home.published / f"{build_id}.duckdb", (number, number))
    assert sorted(path.name for path in home.published.glob("*.*")) == [
        "current.duckdb",
        "four.duckdb",
        "four.json",
        "three.duckdb",
        "three.json",
    ]
    publish(home, "three", include_reporting=True, limits=LIMITS, keep=1)
    assert gmv(home)[0] == "three"


@pytest.mark.parametrize("build_id", ["", "../out", ".hidden", "a b"])
def test_a_build_id_is_a_plain_file_name(home: Home, build_id: str) -> None:
    with pytest.raises(WarehouseError, match="is no build id"):
        publish(home, build_id, include_reporting=False, limits=LIMITS)


def test_what_cannot_be_published_leaves_no_build(home: Home) -> None:
    with pytest.raises(WarehouseError, match=r"marts\.duckdb is missing"):
        publish(home, "one", include_reporting=False, limits=LIMITS)
    build_marts(home, "1.00", reporting=False)
    with pytest.raises(WarehouseError, match="no table in schema reporting"):
        publish(home, "one", include_reporting=True, limits=LIMITS)
    with duckdb.connect() as connection:
        connection.execute(f"attach '{home.marts_db}' as built")
        connection.execute("create view built.marts.v as select 1 as one")
    with pytest.raises(WarehouseError, match=r"holds the view marts\.v"):
        publish(home, "one", include_reporting=False, limits=LIMITS)
    assert list(home.published.iterdir()) == []
    with pytest.raises(WarehouseError, match="Nothing is published"), open_published(home):
        pass


def test_a_reader_keeps_its_build_while_another_process_publishes(home: Home) -> None:
    put_out(home, "old", "1.00")
    reader = subprocess.Popen(
        [sys.executable, "-c", READER, str(home.root)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert reader.stdin is not None
    assert reader.stdout is not None

    def ask() -> str:
        assert reader.stdin is not None
        assert reader.stdout is not None
        print("?", file=reader.stdin, flush=True)
        return reader.stdout.readline().strip()

    try:
        assert ask() == "old 3.00"
        build_marts(home, "2.00")
        # It keeps one build only, so the name of the reader's build goes too.
        subprocess.run(
            [sys.executable, "-c", PUBLISHER, str(home.root), "new"], check=True, timeout=60
        )
        assert not (home.published / "old.duckdb").exists()
        assert ask() == "old 3.00"
        assert gmv(home) == ("new", Decimal("6.00"))
        assert ask() == "old 3.00"
    finally:
        reader.stdin.close()
        assert reader.wait(timeout=30) == 0


@pytest.mark.parametrize("place", ["_check", "_write_note", "_point_readers_at", "_export_marts"])
def test_a_killed_publish_leaves_a_build_and_is_completed_by_the_next(
    home: Home, place: str
) -> None:
    put_out(home, "old", "1.00")
    build_marts(home, "2.00")
    killed = subprocess.run(
        [sys.executable, "-c", PUBLISHER, str(home.root), "new", place], check=False, timeout=60
    )
    assert killed.returncode == -signal.SIGKILL
    assert gmv(home)[0] == ("new" if place == "_export_marts" else "old")
    publish(home, "new", include_reporting=True, limits=LIMITS)
    assert gmv(home) == ("new", Decimal("6.00"))
    export = home.published / "parquet" / "fct_orders" / "data.parquet"
    assert pq.read_table(export)["gmv"][0].as_py() == Decimal("2.00")
    assert list(home.published.glob(".*")) == []


def test_a_half_copied_build_is_never_seen(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    put_out(home, "old", "1.00")

    def half(source: Path, target: Path) -> None:
        target.write_bytes(source.read_bytes()[:5000])
        raise OSError("no space left")

    monkeypatch.setattr(publishing.shutil, "copyfile", half)
    with pytest.raises(OSError, match="no space left"):
        put_out(home, "new", "2.00")
    assert gmv(home)[0] == "old"
    assert not (home.published / "new.duckdb").exists()


@pytest.mark.parametrize("query", ["select told from marts.fct_orders", "from marts.fct_later"])
def test_a_build_of_another_release_says_what_to_do(home: Home, query: str) -> None:
    put_out(home, "one", "1.00")
    with (
        open_published(home, LIMITS) as published,
        pytest.raises(
            WarehouseError,
            match=r"Build one lacks what this release of Seedbed reads .* `seedbed run`",
        ),
    ):
        published.rows(query)


def test_a_column_that_a_row_lacks_is_told_like_one_that_a_query_names(home: Home) -> None:
    put_out(home, "one", "1.00")
    with open_published(home, LIMITS) as published:
        row = published.rows("select * from marts.fct_orders")[0]
        assert row.get("told") is None
        with pytest.raises(WarehouseError, match=r"Build one lacks .*no column told.*seedbed run"):
            row["told"]
