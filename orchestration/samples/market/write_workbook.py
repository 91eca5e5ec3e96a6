"""Rows of cells as the bytes of an XLSX workbook."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from orchestration.samples.market.cells import Cell, Formula

_COVER = "说明"


def workbook_bytes(
    rows: Iterable[Sequence[Cell]], sheet: str, created: datetime, *, has_cover: bool = False
) -> bytes:
    """The file's bytes; `created` is the property of the workbook that tells its age."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as workbook:
        workbook.set_properties({"created": created})
        time_format = workbook.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        day_format = workbook.add_format({"num_format": "yyyy-mm-dd"})
        if has_cover:
            workbook.add_worksheet(_COVER).write_string(0, 0, "本表由系统生成，数据仅供参考")
        worksheet = workbook.add_worksheet(sheet)
        for line, row in enumerate(rows):
            for place, cell in enumerate(row):
                if isinstance(cell, datetime):
                    worksheet.write_datetime(line, place, cell, time_format)
                elif isinstance(cell, date):
                    moment = datetime.combine(cell, datetime.min.time())
                    worksheet.write_datetime(line, place, moment, day_format)
                elif cell != "":
                    _write(worksheet, line, place, cell)
    return file.getvalue()


def _write(sheet: Worksheet, line: int, place: int, cell: str | float | Formula) -> None:
    if isinstance(cell, str):
        sheet.write_string(line, place, cell)
    elif isinstance(cell, Formula):
        # The stubs want a whole number; text is stored just as well.
        stored: Any = "" if cell.result is None else cell.result
        sheet.write_formula(line, place, cell.text, None, stored)
    else:
        sheet.write_number(line, place, cell)
