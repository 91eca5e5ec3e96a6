"""XLSX: the facts of a digest on one sheet, as numbers to reckon with; no formula can be in it."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from io import BytesIO

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from orchestration.digest.content import DigestContent, Fact
from orchestration.digest.labels import figure_label, is_money
from orchestration.digest.wording import Wording, inert, mark

_COLUMNS = (
    mark("Figure"),
    mark("First day"),
    mark("Last day"),
    mark("Value"),
    mark("Unit"),
    mark("Compared with"),
    mark("Change"),
)
_UNITS = {
    "orders": mark("orders"),
    "customers": mark("customers"),
    "merchants": mark("merchants"),
    "rows": mark("rows"),
    "files": mark("files"),
}
_WIDTHS = (34, 12, 12, 16, 10, 16, 10)
_FORMATS = {"day": "yyyy-mm-dd", "count": "#,##0", "money": "#,##0.00", "change": "+0.0%;-0.0%;0%"}


def render_xlsx(content: DigestContent) -> bytes:
    """The facts as a workbook of one sheet; the same content gives the same bytes."""
    words = Wording(content.locale)
    buffer = BytesIO()
    # Text stays text, whatever it begins with.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(buffer, options) as book:
        created = datetime.combine(content.as_of, time())
        book.set_properties({"title": inert(content.name), "created": created})
        formats = {name: book.add_format({"num_format": code}) for name, code in _FORMATS.items()}
        _write(book.add_worksheet(content.week.isoformat()), content.facts, formats, words)
    return buffer.getvalue()


def _write(
    sheet: Worksheet, facts: tuple[Fact, ...], formats: dict[str, Format], words: Wording
) -> None:
    for column, (name, width) in enumerate(zip(_COLUMNS, _WIDTHS, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, words.say(name))
    sheet.freeze_panes(1, 1)
    for row, fact in enumerate(facts, start=1):
        kind = formats["money" if is_money(fact.unit) else "count"]
        sheet.write_string(row, 0, figure_label(fact.figure, words))
        _day(sheet, row, 1, fact.period_start, formats["day"])
        _day(sheet, row, 2, fact.period_end, formats["day"])
        if fact.is_known:
            _number(sheet, row, 3, fact.value, kind)
        else:
            sheet.write_string(row, 3, words.say("unknown"))
        unit = words.say(_UNITS[fact.unit]) if fact.unit in _UNITS else fact.unit
        sheet.write_string(row, 4, unit)
        _number(sheet, row, 5, fact.base, kind)
        _number(sheet, row, 6, fact.change, formats["change"])


def _day(sheet: Worksheet, row: int, column: int, day: date, form: Format) -> None:
    sheet.write_datetime(row, column, datetime.combine(day, time()), form)


def _number(sheet: Worksheet, row: int, column: int, value: Decimal | None, form: Format) -> None:
    if value is not None:
        sheet.write_number(row, column, float(value), form)
