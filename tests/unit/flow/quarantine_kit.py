"""Homes with rows in quarantine, workbooks of them, and what a person does in one."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from flow_kit import SOURCE, drop, make_home, run_ingest, week_of_orders
from openpyxl.worksheet.worksheet import Worksheet

from orchestration.flow.quarantine.export import ExportReport, export_quarantine
from orchestration.flow.quarantine.gather import How
from orchestration.flow.quarantine.judge import Fate, RowOutcome
from orchestration.flow.quarantine.listing import Listing, listing
from orchestration.flow.quarantine.mended import MendedRow, mended_rows
from orchestration.flow.quarantine.retry import RetryReport, retry
from orchestration.flow.quarantine.rows import Choice
from orchestration.flow.quarantine.sheet import DECISION, DISCARD, LINE
from orchestration.flow.quarantine.undo import Undone, undo
from orchestration.flow.workspace import open_workspace
from orchestration.home import Home
from orchestration.samples.workbooks import Row

ORDER, PAID_AT, PIECES = "订单号", "支付时间", "SKU件数"
AMOUNT, BUYER, ITEM = "商家应收金额(元)（支付金额）", "用户编号", "商品名称"
EVERYTHING = Choice()
# The header is row 1 of an export, so the first row of orders is line 2.
FIRST_LINE = 2


def spoil(home: Home, *changes: Mapping[str, str], merchant_id: str = "m001") -> list[Row]:
    """Ingest a week of orders, the first rows changed like this; gives them as they were."""
    good = week_of_orders()
    bad = [row | (dict(changes[n]) if n < len(changes) else {}) for n, row in enumerate(good)]
    drop(home, merchant_id, bad)
    run_ingest(home)
    return good


def lists(home: Home, choice: Choice = EVERYTHING) -> Listing:
    with open_workspace(home) as workspace:
        return listing(workspace, choice)


def exports(home: Home, path: Path, choice: Choice = EVERYTHING, **how: Any) -> ExportReport:
    with open_workspace(home) as workspace:
        return export_quarantine(workspace, path, choice, How(overwrite=True, **how))


def exported(home: Home, path: Path, **how: Any) -> Path:
    """The workbook of everything in quarantine."""
    assert exports(home, path, **how).rows
    return path


def retries(home: Home, path: Path, **words: Any) -> RetryReport:
    with open_workspace(home) as workspace:
        return retry(workspace, path, **words)


def undoes(home: Home, sha: str, line: int, **words: Any) -> Undone:
    with open_workspace(home) as workspace:
        return undo(workspace, sha, line, **words)


def mended(home: Home) -> list[MendedRow]:
    with open_workspace(home) as workspace:
        rows, notes = mended_rows(workspace, EVERYTHING)
    assert notes == []
    return rows


def fates(report: RetryReport) -> dict[int, Fate]:
    """By line of the file."""
    return {one.line: one.fate for one in report.outcomes}


def only(report: RetryReport) -> RowOutcome:
    (found,) = report.outcomes
    return found


def edit(path: Path, change: Callable[[Worksheet], None], sheet: str = SOURCE) -> Path:
    """Change a sheet as a spreadsheet program would, and save the workbook."""
    book = openpyxl.load_workbook(path)
    change(book[sheet])
    book.save(path)
    return path


def place(sheet: Worksheet, header: str) -> int:
    """The number of a column."""
    return [cell.value for cell in sheet[1]].index(header) + 1


def row_of(sheet: Worksheet, line: int) -> int:
    """The number of the row of the sheet that shows this line of the file."""
    column = place(sheet, LINE.header)
    (found,) = [n for n in range(2, sheet.max_row + 1) if sheet.cell(n, column).value == str(line)]
    return found


def typed(path: Path, line: int, cells: Mapping[str, object], sheet: str = SOURCE) -> Path:
    """Type into cells of one row, by header."""

    def change(page: Worksheet) -> None:
        for header, value in cells.items():
            page.cell(row_of(page, line), place(page, header)).value = value  # pyright: ignore[reportAttributeAccessIssue]

    return edit(path, change, sheet)


def discarded(path: Path, line: int) -> Path:
    return typed(path, line, {DECISION.header: DISCARD})


def shown_rows(path: Path, sheet: str = SOURCE) -> dict[int, dict[str, Any]]:
    """Every row of a sheet by its line, its cells by header; a blank one is None."""
    page = openpyxl.load_workbook(path)[sheet]
    headers = [str(cell.value) for cell in page[1]]
    rows = [dict(zip(headers, row, strict=True)) for row in page.iter_rows(2, values_only=True)]
    return {int(str(row[LINE.header])): row for row in rows}


def every_text(home: Home) -> str:
    """All texts of a home outside of landing and inbox, whatever the files are."""
    kept = [
        path.read_bytes().decode("utf-8", errors="ignore")
        for path in home.root.rglob("*")
        if path.is_file() and not {home.landing, home.inbox} & set(path.parents)
    ]
    return "\n".join(kept)


# What is wrong with the first rows of `broken_home`, by line of the file.
DDE = "=cmd|' /C calc'!A0"
MARKUP = "<script>alert(1)</script> <!channel> \u202e(倒)"
FAULTS: dict[int, dict[str, str]] = {
    2: {AMOUNT: "1,23", ITEM: DDE},
    3: {PIECES: "0", ITEM: MARKUP},
    4: {BUYER: "1.23E+17"},
    5: {PIECES: "0", AMOUNT: "-5.00"},
    6: {PAID_AT: "01/02/2024"},
    7: {ORDER: "1.23457E+17"},
    8: {AMOUNT: ""},
}


def broken_home(root: Path) -> tuple[Home, list[Row]]:
    """A home of two merchants, one with these faults; and its rows as they should be."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SEEDBED_NOW", "2024-09-16T10:00:00+08:00")
        home = make_home(root, "m001", "m002")
        return home, spoil(home, *FAULTS.values())


def copy_of(home: Home, root: Path) -> Home:
    """The same home elsewhere, for a test that changes it."""
    shutil.copytree(home.root, root)
    return Home(root)
