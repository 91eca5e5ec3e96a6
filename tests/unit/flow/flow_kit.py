"""Homes with a few merchants, small order exports for them, and what an ingest made of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import yaml
from openpyxl import load_workbook

from orchestration.flow.accounting import FileAccount
from orchestration.flow.ingest import IngestReport, ingest
from orchestration.flow.workspace import open_workspace
from orchestration.home import Home
from orchestration.samples.workbooks import Row, Style, export_name, order_rows, write_orders
from orchestration.samples.world import make_world
from orchestration.state.manifest import Address
from orchestration.warehouse.schemas import ROWS_STAMP
from tests.made_homes import new_home

SOURCE = "qianfan__orders"
_COLUMNS_HEAD = "column,header,type,required,valid_from,certainty,note"


def at(clock: str) -> datetime:
    """A wall-clock time of Shanghai, as exports have it."""
    return datetime.fromisoformat(clock)


MONDAY = at("2024-09-09 09:30")


def make_home(root: Path, *merchant_ids: str) -> Home:
    """A home with these merchants and nothing in the inbox."""
    home = Home(root)
    new_home(home)
    register(home, *merchant_ids)
    return home


def register(home: Home, *merchant_ids: str) -> None:
    entries = [
        {
            "merchant_id": merchant_id,
            "name": {"en": f"Example {merchant_id}"},
            "joined_on": date(2024, 3, 1),
            "shops": [{"shop_id": f"s-{merchant_id}"}],
        }
        for merchant_id in merchant_ids
    ]
    home.register_file.write_text(yaml.safe_dump({"merchants": entries}), encoding="utf-8")


def week_of_orders(seed: int = 7, orders: int = 30) -> list[Row]:
    """The lines of one week from 2 September 2024 on, in the order of their pay times."""
    world = make_world(seed=seed, first_day=date(2024, 9, 2), weeks=1, orders_a_week=orders)
    return order_rows(world.orders)


def spoilt(rows: Sequence[Row], count: int) -> list[Row]:
    """The same rows, the first `count` of them with a quantity that no valid line has."""
    return [row | {"SKU件数": "0"} if i < count else row for i, row in enumerate(rows)]


def drop(
    home: Home,
    folder: str,
    rows: Sequence[Row],
    *,
    name: str = export_name(MONDAY),
    style: Style | None = None,
) -> Path:
    """Write an export into `inbox/<folder>/`."""
    return write_orders(home.inbox / folder / name, rows, style)


def rename_headers(path: Path, names: Mapping[str, str]) -> Path:
    """Give columns of a written export other headers."""
    workbook = load_workbook(path)
    for sheet in workbook.worksheets:
        for place, cell in enumerate(sheet[1], start=1):
            sheet.cell(1, place, names.get(str(cell.value), str(cell.value)))
    workbook.save(path)
    return path


def run_ingest(home: Home, *paths: Path, **words: Any) -> IngestReport:
    """Ingest, and see that every row of every file is accounted for."""
    with open_workspace(home) as workspace:
        report = ingest(workspace, paths, **words)
    assert [file.file_name for file in report.files if not file.closes] == []
    return report


def account(report: IngestReport, merchant_id: str, name: str | None = None) -> FileAccount:
    """The one file of a merchant, or the one of this name."""
    found = [
        file
        for file in report.files
        if file.merchant_id == merchant_id and name in (None, file.file_name)
    ]
    assert len(found) == 1, [file.file_name for file in found]
    return found[0]


def statuses(report: IngestReport) -> dict[str, str]:
    return {f"{file.merchant_id}/{file.file_name}": file.status for file in report.files}


def handed_over(home: Home, name: str) -> list[dict[str, Any]]:
    """Rows of a hand-over, but for when a file of rows was written: that is each home's own."""
    rows = pq.read_table(home.handover / f"{name}.parquet").to_pylist()
    return [{key: value for key, value in row.items() if key != ROWS_STAMP} for row in rows]


def covered(home: Home) -> list[dict[str, Any]]:
    """The runs of days that loaded files speak for."""
    return [row for row in handed_over(home, "coverage") if row["is_loaded"]]


def loaded_rows(home: Home) -> pa.Table:
    """The raw rows that count, without the columns that name their file and reading."""
    names = [
        _address(file).stem for file in handed_over(home, "files") if file["status"] == "loaded"
    ]
    tables = [pq.read_table(home.raw / SOURCE / f"{name}.parquet") for name in names]
    nothing = pq.read_table(home.raw / SOURCE / "_empty.parquet")
    # DuckDB marks columns as never null from file to file; the rows are what counts.
    nullable = [
        table.cast(pa.schema([field.with_nullable(True) for field in table.schema]))
        for table in tables or [nothing]
    ]
    rows = pa.concat_tables(nullable)
    technical = ["_file_sha256", "_layout_revision", "_reader_revision", "_effective_at"]
    order = [("merchant_id", "ascending"), ("order_id", "ascending"), ("_row_number", "ascending")]
    return rows.drop_columns(technical).sort_by(order)


def _address(file: dict[str, Any]) -> Address:
    return Address(
        file["merchant_id"], file["file_sha256"], file["layout_revision"], file["reader_revision"]
    )


def quarantined(home: Home) -> list[dict[str, Any]]:
    return pq.read_table(home.quarantine / SOURCE).to_pylist()


def teach(home: Home, *rows: str) -> None:
    """Write rows into this home's own columns.csv of the order export."""
    path = home.layouts / SOURCE / "columns.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([_COLUMNS_HEAD, *rows]) + "\n", encoding="utf-8")
