"""Columns that nobody told us of: 45 invented ones, two personal, among the known, shuffled."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml
from homes import MARTS, WEEK, merchant, published, seedbed

from orchestration.flow.homes import make_home
from orchestration.flow.ingest import IngestReport, ingest
from orchestration.flow.workspace import open_workspace
from orchestration.home import Home
from orchestration.samples.workbooks import (
    PERSONAL_MARK,
    Row,
    Style,
    export_name,
    order_rows,
    write_orders,
)
from orchestration.samples.world import make_world

pytestmark = pytest.mark.slow

SOURCE = "qianfan__orders"
# Orders and refunds name the file that tells them, and its bytes differ, as they must.
TABLES = [table for table in MARTS if table not in ("fct_orders", "fct_refunds")]
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


def _homes(folder: Path, weeks: tuple[list[Row], list[Row]]) -> tuple[Path, Path]:
    """A home with plain exports and one with drifted ones; buyers have the same keys in both."""
    plain, drifted = folder / "plain", folder / "drifted"
    for root, style in ((plain, None), (drifted, DRIFTED)):
        root.mkdir()
        if root == drifted:
            shutil.copy(plain / "identity.key", root)
        make_home(Home(root))
        register = {"merchants": [merchant("m001")]}
        (root / "merchants.yml").write_text(yaml.safe_dump(register), encoding="utf-8")
        for name, rows in zip((FIRST, SECOND), weeks, strict=True):
            write_orders(root / "inbox" / "m001" / name, rows, style)
    return plain, drifted


def _ingest(home: Path) -> IngestReport:
    with open_workspace(Home(home)) as workspace:
        return ingest(workspace)


def _raw(home: Path) -> pa.Table:
    """Raw rows without what names their file: its bytes differ, as they must."""
    tables = [pq.read_table(path) for path in sorted((home / "raw" / SOURCE).glob("m001*"))]
    rows = pa.concat_tables(tables).drop_columns("_file_sha256")
    return rows.sort_by([("_effective_at", "ascending"), ("_row_number", "ascending")])


def test_unknown_columns_change_no_row_and_are_told_once(
    tmp_path: Path, weeks: tuple[list[Row], list[Row]]
) -> None:
    plain, drifted = _homes(tmp_path, weeks)
    later = (drifted / "inbox" / "m001" / SECOND).rename(tmp_path / SECOND)
    _ingest(plain)

    first = _ingest(drifted)
    later.rename(drifted / "inbox" / "m001" / SECOND)
    second = _ingest(drifted)

    (told,) = [outcome.new_headers for outcome in first.read]
    assert len(told) == 45
    assert {"收件人证件号", "备用联系电话", "扩展字段43"} <= set(told)
    assert [outcome.new_headers for outcome in second.read] == [[]]
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert _raw(drifted).equals(_raw(plain))
    shown = json.dumps([first.as_dict(), second.as_dict()], ensure_ascii=False)
    assert PERSONAL_MARK not in shown


@pytest.mark.slow
def test_unknown_columns_change_no_published_cell_and_nothing_personal_is_kept(
    tmp_path: Path, weeks: tuple[list[Row], list[Row]]
) -> None:
    plain, drifted = _homes(tmp_path, weeks)
    assert seedbed("run", *WEEK, home=plain).code == 0
    done = seedbed("run", *WEEK, home=drifted)
    assert done.code == 0, done.out + done.err
    assert "New headers" in done.out
    assert published(drifted, TABLES) == published(plain, TABLES)
    assert PERSONAL_MARK not in done.out + done.err
    found = [place for place, text in _texts(drifted) if PERSONAL_MARK in text]
    assert found == []
    # The same search finds what it looks for where it must be.
    landed = next(path for path in (drifted / "landing").rglob("*") if path.is_file())
    assert PERSONAL_MARK in _unzipped(landed)


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
