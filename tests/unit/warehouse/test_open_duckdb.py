"""Connections: bounded, closed, and refused in one sentence."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from warehouse_files import LIMITS, make_home

from orchestration.home import Home
from orchestration.sections import DuckDBSettings
from orchestration.warehouse.connect import open_duckdb, wait_until_free
from orchestration.warehouse.errors import WarehouseError


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return make_home(tmp_path / "home")


def hold_open(database: Path, seconds: float) -> subprocess.Popen[str]:
    code = (
        f"import duckdb, time; c = duckdb.connect({str(database)!r}); "
        f"print('open', flush=True); time.sleep({seconds})"
    )
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    process.stdout.readline()
    return process


def test_limits_are_set_and_nothing_is_fetched_from_elsewhere(home: Home) -> None:
    with open_duckdb(home, LIMITS) as connection:
        row = connection.execute(
            "select current_setting('memory_limit'), current_setting('threads'), "
            "current_setting('autoinstall_known_extensions'), "
            "current_setting('autoload_known_extensions')"
        ).fetchone()
    assert row == ("244.1 MiB", 2, False, False)


def test_what_does_not_fit_spills_into_the_home_and_is_gone_after(home: Home) -> None:
    tight = DuckDBSettings(memory_limit="80MB", threads=1)
    with open_duckdb(home, tight) as connection:
        connection.execute(
            "create temp table big as select i, hash(i) as h, i::varchar || 'some text' as t "
            "from range(5000000) as r(i)"
        )
        assert list((home.root / ".spill").rglob("*.tmp")) != []
    assert list((home.root / ".spill").iterdir()) == []


def test_the_connection_is_closed_when_the_block_raises(home: Home) -> None:
    with (
        pytest.raises(RuntimeError),
        open_duckdb(home, LIMITS, home.marts_db) as connection,
    ):
        raise RuntimeError
    with pytest.raises(duckdb.ConnectionException):
        connection.execute("select 1")


def test_two_readers_of_one_file_are_possible(home: Home) -> None:
    with open_duckdb(home, LIMITS, home.marts_db) as connection:
        connection.execute("create table t as select 1 as a")
    with (
        open_duckdb(home, LIMITS, home.marts_db, read_only=True) as one,
        open_duckdb(home, LIMITS, home.marts_db, read_only=True) as two,
    ):
        assert one.execute("from t").fetchall() == two.execute("from t").fetchall() == [(1,)]


def test_a_file_that_cannot_be_opened_is_named(home: Home) -> None:
    with (
        pytest.raises(WarehouseError, match=r"marts\.duckdb is missing"),
        open_duckdb(home, LIMITS, home.marts_db, read_only=True),
    ):
        pass
    home.marts_db.write_bytes(b"this is no database" * 1000)
    with (
        pytest.raises(WarehouseError, match=r"marts\.duckdb cannot be opened"),
        open_duckdb(home, LIMITS, home.marts_db),
    ):
        pass


def test_a_file_in_use_is_waited_for(home: Home) -> None:
    process = hold_open(home.marts_db, 1.0)
    with (
        pytest.raises(WarehouseError, match="in use by another process"),
        open_duckdb(home, LIMITS, home.marts_db),
    ):
        pass
    with pytest.raises(WarehouseError, match="in use by another process"):
        wait_until_free(home.marts_db, patience_seconds=0.1)
    wait_until_free(home.warehouse_db, home.marts_db)
    assert process.wait(timeout=10) == 0
    with open_duckdb(home, LIMITS, home.marts_db) as connection:
        assert connection.execute("select 1").fetchone() == (1,)
