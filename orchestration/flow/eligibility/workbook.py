"""Decisions as a workbook, for people who filter and sort."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.exceptions import XlsxWriterException

from orchestration.files import replacing
from orchestration.flow.eligibility.listing import Decision, Listed
from orchestration.flow.workspace import HomeError

_DATE, _WIDTH = "yyyy-mm-dd", 16


def write_decisions(path: Path, listed: Listed) -> None:
    """Write one row a decision under the columns of fct_incentive_eligibility.

    Raises:
        HomeError: the file cannot be written.
    """
    try:
        with replacing(path) as temporary:
            _write(temporary, listed)
    except (XlsxWriterException, OSError) as error:
        raise HomeError(f"{path} cannot be written: {error}.") from error


def _write(path: Path, listed: Listed) -> None:
    # A programme's or merchant's id that begins with = stays text.
    options = {"strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(str(path), options) as workbook:
        sheet = workbook.add_worksheet(listed.week.iso)
        bold = workbook.add_format({"bold": True})
        day = workbook.add_format({"num_format": _DATE})
        names = [field.name for field in fields(Decision)]
        sheet.write_row(0, 0, [*names, "build_id"], bold)
        for number, decision in enumerate(listed.decisions, start=1):
            for column, name in enumerate(names):
                value = _cell(getattr(decision, name))
                if isinstance(value, date):
                    sheet.write_datetime(number, column, datetime.combine(value, time()), day)
                else:
                    sheet.write(number, column, value)
            sheet.write(number, len(names), listed.build_id)
        sheet.freeze_panes(1, 2)
        sheet.autofilter(0, 0, len(listed.decisions), len(names))
        sheet.set_column(0, len(names), _WIDTH)


def _cell(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else value
