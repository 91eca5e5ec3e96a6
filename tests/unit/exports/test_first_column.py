"""A workbook whose first column is blank: cells stay in the columns where they stand."""

from __future__ import annotations

from pathlib import Path

import openpyxl

from orchestration.exports.table.cells import UNCALCULATED
from orchestration.exports.table.workbook import read_workbook


def test_cells_and_formulas_stand_where_the_spreadsheet_shows_them(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.worksheets[0]
    sheet["B2"], sheet["C2"], sheet["B3"], sheet["C3"] = "name", "figure", "a", "=1+1"
    path = tmp_path / "moved.xlsx"
    workbook.save(path)
    ((_, rows),) = read_workbook(path, "zip_workbook", path.name)
    assert [list(row) for row in rows][-2:] == [
        ["", "name", "figure"],
        ["", "a", UNCALCULATED],
    ]
