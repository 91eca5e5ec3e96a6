"""Lines, coverage and workbooks written by hand, for the tests of the oracle itself."""

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter

from . import from_lines
from .compare import frame
from .coverage import Run
from .orders import Merchant
from .workbooks import HEADERS, LINE_COLUMNS

LONG_AGO = date(2000, 1, 1)

Line = tuple[str, str, str | None, str]  # order, day, buyer, amount


def marts(
    rows: list[Line], *covered: tuple[str, str], joined_on: date = LONG_AGO, warmup_days: int = 365
) -> dict[str, pd.DataFrame]:
    """The marts of lines paid at noon in Shanghai, and of files that cover these days."""
    seen = datetime.fromisoformat("2030-01-01")
    lines = [
        (order, "已完成", datetime.fromisoformat(f"{day}T04:00"), 1, Decimal(gmv), buyer, seen, "f")
        for order, day, buyer, gmv in rows
    ]
    runs = [Run(date.fromisoformat(first), date.fromisoformat(last)) for first, last in covered]
    return from_lines(frame(lines, LINE_COLUMNS), runs, Merchant(joined_on, warmup_days))


def row(table: pd.DataFrame, **key: Any) -> dict[str, Any]:
    """The one row with this key."""
    found = [each for each in table.to_dict("records") if key.items() <= each.items()]
    assert len(found) == 1
    return {str(name): value for name, value in found[0].items()}


def workbook(path: Path, *rows: tuple[str, ...]) -> Path:
    """An export with the required columns only, in the order of `HEADERS`."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for number, cells in enumerate([tuple(HEADERS.values()), *rows]):
            sheet.write_row(number, 0, cells)
    return path
