"""Columns that nobody told us of: 45 invented ones, two personal, among the known, shuffled."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from homes import WEEK, make_home, published, same_key, seedbed

from orchestration.samples.workbooks import (
    PERSONAL_MARK,
    Row,
    Style,
    export_name,
    order_rows,
    write_orders,
)
from orchestration.samples.world import make_world

SOURCE = "qianfan__orders"
DRIFTED = Style(extra_columns=45, shuffle_seed=3)
FIRST = export_name(datetime.fromisoformat("2024-09-09 09:30"))
SECOND = export_name(datetime.fromisoformat("2024-09-16 09:30"))


@pytest.fixture(scope="module")
def weeks() -> tuple[list[Row], list[Row]]:
    world = make_world(seed=11, first_day=date(2024, 9, 2), weeks=2, orders_a_week=25)
    return (
        order_rows(world.between(date(2024, 9, 2), date(2024, 9, 8))),
        order_rows(world.between(date(2024, 9, 9), date(2024, 9, 15))),
    )


def _home(root: Path, weeks: tuple[list[Row], list[Row]], style: Style | None) -> Path:
    home = make_home(root, "m001")
    for name, rows in zip((FIRST, SECOND), weeks, strict=True):
        write_orders(home / "inbox" / "m001" / name, rows, style)
    return home


def _raw(home: Path) -> pa.Table:
    """Raw rows without what names their file: its bytes differ, as they must."""
    tables = [pq.read_table(path) for path in sorted((home / "raw" / SOURCE).glob("m001*"))]
    rows = pa.concat_tables(tables).drop_columns("_file_sha256")
    return rows.sort_by([("_effective_at", "ascending"), ("_row_number", "ascending")])


def test_unknown_columns_change_no_row_and_are_told_once(
    tmp_path: Path, weeks: tuple[list[Row], list[Row]]
) -> None:
    plain = _home(tmp_path / "plain", weeks, None)
    drifted = _home(tmp_path / "drifted", weeks, DRIFTED)
    same_key(drifted, plain)
    later = (drifted / "inbox" / "m001" / SECOND).rename(tmp_path / SECOND)
    assert seedbed("ingest", home=plain).code == 0

    first = json.loads(seedbed("ingest", "--json", home=drifted).out)
    later.rename(drifted / "inbox" / "m001" / SECOND)
    second = seedbed("ingest", home=drifted)

    assert len(first["unknown_headers"]) == 45
    assert {"收件人证件号", "备用联系电话", "扩展字段43"} <= set(first["unknown_headers"])
    assert second.code == 0
    assert "New headers" not in second.out
    assert _raw(drifted).equals(_raw(plain))
    assert PERSONAL_MARK not in json.dumps(first, ensure_ascii=False) + second.out + second.err


@pytest.mark.slow
@pytest.mark.xdist_group("gate")
def test_unknown_columns_change_no_published_cell_and_nothing_personal_is_kept(
    tmp_path: Path, weeks: tuple[list[Row], list[Row]]
) -> None:
    plain = _home(tmp_path / "plain", weeks, None)
    drifted = _home(tmp_path / "drifted", weeks, DRIFTED)
    same_key(drifted, plain)
    assert seedbed("run", *WEEK, home=plain).code == 0
    done = seedbed("run", *WEEK, home=drifted)
    assert done.code == 0, done.out + done.err
    assert "New headers" in done.out
    without_file = {
        home: published(home, [table for table in _TABLES if table != "fct_orders"])
        for home in (plain, drifted)
    }
    assert without_file[drifted] == without_file[plain]
    assert PERSONAL_MARK not in done.out + done.err
    found = [place for place, text in _texts(drifted) if PERSONAL_MARK in text]
    assert found == []
    # The same search finds what it looks for where it must be.
    landed = next(path for path in (drifted / "landing").rglob("*") if path.is_file())
    assert PERSONAL_MARK in _unzipped(landed)


_TABLES = ("fct_coverage", "fct_merchant_days", "fct_merchant_weeks", "fct_customer_cohorts")


def _texts(home: Path) -> Iterator[tuple[str, str]]:
    """Everything that the home keeps outside of landing and inbox, as text, by its place."""
    for path in home.rglob("*"):
        inside = path.relative_to(home)
        if inside.parts[0] in ("landing", "inbox") or path.is_symlink() or not path.is_file():
            continue
        if path.suffix == ".parquet":
            yield str(inside), str(pq.read_table(path).to_pydict())
        elif path.suffix == ".duckdb":
            yield from _texts_of_database(path)
        else:
            yield str(inside), path.read_bytes().decode("utf-8", errors="replace")


def _texts_of_database(path: Path) -> Iterator[tuple[str, str]]:
    with duckdb.connect(path, read_only=True) as connection:
        tables = connection.execute(
            "select database_name, schema_name, table_name from duckdb_tables()"
        ).fetchall()
        for names in tables:
            table = ".".join(f'"{name}"' for name in names)
            yield f"{path.name} {table}", str(connection.sql(f"from {table}").fetchall())


def _unzipped(workbook: Path) -> str:
    with zipfile.ZipFile(workbook) as parts:
        return "".join(parts.read(name).decode("utf-8") for name in parts.namelist())
