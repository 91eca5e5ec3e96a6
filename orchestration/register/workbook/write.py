"""The register as an .xlsx workbook that people can fill in; a register without merchants is the
template. Pure: bytes come out.

Every text is written as text, whatever it begins with: no cell is ever a formula.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from io import BytesIO
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_range
from xlsxwriter.worksheet import Worksheet

from orchestration.register.fields import FIRST_DAY
from orchestration.register.model import Register, fields_of
from orchestration.register.workbook.columns import (
    ACCOUNTS,
    EXAMPLE,
    EXPLANATION,
    MERCHANTS,
    NO,
    RECIPIENTS,
    SHOPS,
    TEAM,
    TITLES,
    YES,
    Column,
    SheetPlan,
    sheet_plans,
)

# So many rows below the last one still have their drop-down lists.
_ROOM = 1000
_AS_TEXT, _AS_DAY = "@", "yyyy-mm-dd"
_HEADER_HEIGHT = 24
_HOW_TO = (
    "一行一个商家；深色表头的列必填。其他表用商家编号或名称指明商家。",
    f"以“{EXAMPLE}”开头的行是示例，导入时不读取。填好后：seedbed merchants import 文件.xlsx",
    "One row per merchant; columns with a dark header must be filled in. Other sheets name the "
    "merchant by its id or name.",
    f"Rows that begin with {EXAMPLE} are examples and are not read. When it is filled in: seedbed "
    "merchants import FILE.xlsx",
)
_ABOUT = (
    ("工作表 Sheet", 22),
    ("列 Column", 30),
    ("必填 Required", 14),
    ("说明", 72),
    ("What it is", 92),
)

Values = Mapping[str, str | date | None]


@dataclass(frozen=True)
class _Formats:
    """How cells look."""

    header: Format
    required: Format
    text: Format
    day: Format
    example: Format
    example_day: Format
    wrapped: Format

    @classmethod
    def of(cls, book: Workbook) -> _Formats:
        header = {"bold": True, "valign": "vcenter", "font_color": "#FFFFFF", "border": 1}
        grey = {"italic": True, "font_color": "#808080"}
        return cls(
            header=book.add_format({**header, "bg_color": "#8FB39A"}),
            required=book.add_format({**header, "bg_color": "#2F6B4A"}),
            text=book.add_format({"num_format": _AS_TEXT}),
            day=book.add_format({"num_format": _AS_DAY, "align": "left"}),
            example=book.add_format({"num_format": _AS_TEXT, **grey}),
            example_day=book.add_format({"num_format": _AS_DAY, "align": "left", **grey}),
            wrapped=book.add_format({"text_wrap": True, "valign": "top"}),
        )


def workbook_bytes(register: Register, made_at: datetime) -> bytes:
    """The workbook of this register, with an example row in each sheet if it has no merchants.

    Args:
        register: what is shown.
        made_at: stands in the file as the time when it was made.
    """
    content = BytesIO()
    with Workbook(content, {"in_memory": True}) as book:
        book.set_properties({"title": "Seedbed", "created": made_at.replace(tzinfo=None)})
        formats = _Formats.of(book)
        rows = _rows(register)
        for plan in sheet_plans():
            example = None if register.merchants else plan.example
            _write(book.add_worksheet(plan.name), plan, rows[plan.name], example, formats)
        _explain(book.add_worksheet(EXPLANATION), formats)
    return content.getvalue()


def _rows(register: Register) -> dict[str, list[Values]]:
    """The rows of each sheet, by field."""
    rows: dict[str, list[Values]] = {plan.name: [] for plan in sheet_plans()}
    for merchant in register.merchants:
        fields = dict(fields_of(merchant))
        lists = {SHOPS: "shops", ACCOUNTS: "ad_accounts", RECIPIENTS: "recipients"}
        for sheet, field in lists.items():
            whose = {"merchant": merchant.merchant_id}
            rows[sheet].extend(whose | entry for entry in fields.pop(field))
        names = {f"name_{language}": name for language, name in fields.pop("name").items()}
        is_private = {"private_domain": YES if merchant.private_domain else NO}
        rows[MERCHANTS].append(fields | names | is_private)
    rows[TEAM] = list(_team_rows(register))
    return rows


def _team_rows(register: Register) -> Iterator[Values]:
    # The language stands in the first row; a team without recipients has one row of it alone.
    recipients: list[dict[str, Any]] = [dict(fields_of(r)) for r in register.team.recipients]
    first, *others = recipients or [{}]
    yield first | {"locale": register.team.locale}
    yield from others


def _write(
    sheet: Worksheet,
    plan: SheetPlan,
    rows: Iterable[Values],
    example: Values | None,
    formats: _Formats,
) -> None:
    written = list(rows)
    last_row = len(written) + _ROOM
    for place, column in enumerate(plan.columns):
        look = formats.day if column.kind == "date" else formats.text
        sheet.set_column(place, place, column.width, look)
        head = formats.required if column.is_required else formats.header
        sheet.write_string(0, place, column.header, head)
        if rule := _rule(column):
            sheet.data_validation(1, place, last_row, place, rule)
    sheet.set_row(0, _HEADER_HEIGHT)
    sheet.freeze_panes(1, 1)
    # Ids are texts on purpose; no cell needs a warning mark for it.
    whole = xl_range(0, 0, last_row, len(plan.columns) - 1)
    sheet.ignore_errors({"number_stored_as_text": whole})
    _print_on_one_width(sheet)
    sheet.repeat_rows(0)
    if example:
        _write_row(sheet, 1, plan, example, formats.example, formats.example_day)
    for number, values in enumerate(written, 2 if example else 1):
        _write_row(sheet, number, plan, values, formats.text, formats.day)


def _print_on_one_width(sheet: Worksheet) -> None:
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)


def _rule(column: Column) -> dict[str, Any] | None:
    """What a spreadsheet lets people type into the cells of a column."""
    told = {"error_title": column.header}
    if column.choices:
        shown = [spellings[0] for spellings in column.choices.values()]
        message = "请从列表中选择。Choose from the list."
        return {"validate": "list", "source": shown, "error_message": message} | told
    if column.kind == "date":
        message = "请填日期，如 2024-03-01。Write a date like 2024-03-01."
        rule = {"validate": "date", "criteria": ">=", "value": FIRST_DAY}
        return rule | {"error_message": message} | told
    return None


def _write_row(
    sheet: Worksheet, number: int, plan: SheetPlan, values: Values, text: Format, day: Format
) -> None:
    for place, column in enumerate(plan.columns):
        value = values.get(column.field)
        if isinstance(value, date):
            sheet.write_datetime(number, place, datetime.combine(value, time()), day)
        elif value is not None:
            sheet.write_string(number, place, column.shown(value), text)


def _explain(sheet: Worksheet, formats: _Formats) -> None:
    for number, line in enumerate(_HOW_TO):
        sheet.write_string(number, 0, line)
    _print_on_one_width(sheet)
    top = len(_HOW_TO) + 1
    for place, (header, width) in enumerate(_ABOUT):
        sheet.set_column(place, place, width)
        sheet.write_string(top, place, header, formats.header)
    sheet.freeze_panes(top + 1, 0)
    about = [(plan, column) for plan in sheet_plans() for column in plan.columns]
    for number, (plan, column) in enumerate(about, top + 1):
        cells = (
            f"{plan.name} {TITLES[plan.name]}",
            f"{column.header} {column.title}",
            "是 yes" if column.is_required else "",
            column.zh,
            column.en,
        )
        for place, text in enumerate(cells):
            sheet.write_string(number, place, text, formats.wrapped)
