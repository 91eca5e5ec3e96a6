"""Programmes and facts as an .xlsx workbook. Pure: bytes come out.

Every text is written as text, whatever it begins with: no cell is ever a formula.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from io import BytesIO
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from orchestration.incentives.programmes.load import Programmes
from orchestration.incentives.programmes.workbook.columns import (
    CONDITIONS,
    EXPLANATION,
    FACTS,
    GROUPS,
    STATEMENTS,
    TIERS,
    TITLES,
    VERSIONS,
    Column,
    SheetPlan,
    sheet_plans,
)
from orchestration.incentives.programmes.written import as_written

Content = Mapping[str, Any]
# So many rows below the last one still have their drop-down lists.
_ROOM = 200
# A spreadsheet keeps 15 digits of a number; what has more is kept as text.
_EXACT_DIGITS = 15
_FIRST_YEAR = 1901
_LIST_MARK = "、"
_HOW_TO = (
    "每个项目的每个版本一行；其他表用项目、版本和获知时间指明版本。各列含义见 docs/rulebook.md。",
    "One row per version of a programme; other sheets name theirs by programme, version and "
    "recorded_at. docs/rulebook.md says what each means.",
    "填好后 When it is filled in: seedbed rulebook import FILE.xlsx",
)
_ABOUT = ("工作表 Sheet", "列 Column", "YAML", "必填 Required", "可选值 Choices")


@dataclass(frozen=True)
class _Formats:
    """How cells look."""

    header: Format
    required: Format
    text: Format
    day: Format


def workbook_bytes(programmes: Programmes, made_at: datetime) -> bytes:
    """The workbook of these programmes.

    Args:
        programmes: what is shown.
        made_at: stands in the file as the time when it was made.
    """
    rows = _rows(programmes)
    content = BytesIO()
    with Workbook(content, {"in_memory": True}) as book:
        book.set_properties({"title": "Seedbed", "created": made_at.replace(tzinfo=None)})
        header = {"bold": True, "font_color": "#FFFFFF", "border": 1}
        formats = _Formats(
            header=book.add_format({**header, "bg_color": "#8FB39A"}),
            required=book.add_format({**header, "bg_color": "#2F6B4A"}),
            text=book.add_format({"num_format": "@"}),
            day=book.add_format({"num_format": "yyyy-mm-dd", "align": "left"}),
        )
        for plan in sheet_plans():
            _write(book.add_worksheet(plan.name), plan, rows[plan.name], formats)
        _explain(book.add_worksheet(EXPLANATION), formats)
    return content.getvalue()


def _rows(programmes: Programmes) -> dict[str, list[Content]]:
    """The rows of each sheet, as nested content."""
    rows: dict[str, list[Content]] = {plan.name: [] for plan in sheet_plans()}
    for document in programmes.documents:
        written = as_written(document.says)
        whose = {"programme": written["programme"], "name": written["name"]}
        for version in written["versions"]:
            key = {
                "programme": written["programme"],
                "version": version["version"],
                "recorded_at": version["recorded_at"],
            }
            rows[VERSIONS].append({**version, **whose})
            rows[CONDITIONS].extend({**key, **one} for one in _conditions(version))
            tiers = version["reward"].get("tiers", [])
            rows[TIERS].extend({**key, "tier": str(n), **t} for n, t in enumerate(tiers, start=1))
            rows[GROUPS].extend({**key, **place} for place in version["exclusive"])
    facts = as_written(programmes.facts.says)
    rows[FACTS].extend(facts["facts"])
    rows[STATEMENTS].extend(facts["statements"])
    return rows


def _conditions(version: Content) -> Iterator[Content]:
    for role in ("gates", "goals"):
        for number, entry in enumerate(version[role], start=1):
            for condition in entry.get("any", [entry]):
                yield {"role": role, "entry": str(number), **_compared(condition)}


def _compared(condition: Content) -> Content:
    """A condition whose comparison and value have columns of their own."""
    comparison = next(column for column in _comparisons() if column in condition)
    value = condition[comparison]
    shown = _listed(value) if isinstance(value, list) else value
    return {**condition, "comparison": comparison, "value": shown}


def _listed(names: list[str]) -> str:
    """Names in one cell; in lines where one of them has the mark that would part them."""
    if any(_LIST_MARK in name for name in names):
        return "".join(f"{name}\n" for name in names)
    return _LIST_MARK.join(names)


def _comparisons() -> tuple[str, ...]:
    plan = next(plan for plan in sheet_plans() if plan.name == CONDITIONS)
    return next(column.choices for column in plan.columns if column.kind == "comparison")


def _value(content: Content, column: Column) -> Any:
    value: Any = content
    for part in column.path:
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _write(sheet: Worksheet, plan: SheetPlan, rows: Sequence[Content], formats: _Formats) -> None:
    last_row = len(rows) + _ROOM
    for place, column in enumerate(plan.columns):
        look = formats.day if column.kind == "day" else formats.text
        sheet.set_column(place, place, column.width, look)
        head = formats.required if column.is_required else formats.header
        sheet.write_string(0, place, column.header, head)
        if column.choices:
            listed = {"validate": "list", "source": list(column.choices)}
            sheet.data_validation(1, place, last_row, place, listed)
    sheet.freeze_panes(1, 1)
    for number, content in enumerate(rows, start=1):
        for place, column in enumerate(plan.columns):
            value = _value(content, column)
            if value is not None:
                _write_cell(sheet, number, place, column, value, formats)


def _write_cell(
    sheet: Worksheet, row: int, place: int, column: Column, value: Any, formats: _Formats
) -> None:
    if isinstance(value, bool):
        sheet.write_string(row, place, str(value).lower(), formats.text)
    elif column.kind == "day" and date.fromisoformat(value).year >= _FIRST_YEAR:
        day = datetime.combine(date.fromisoformat(value), time())
        sheet.write_datetime(row, place, day, formats.day)
    elif column.kind == "number" and sum(map(str.isdigit, value)) <= _EXACT_DIGITS:
        sheet.write_number(row, place, float(value))
    else:
        sheet.write_string(row, place, value, formats.text)


def _explain(sheet: Worksheet, formats: _Formats) -> None:
    for number, line in enumerate(_HOW_TO):
        sheet.write_string(number, 0, line)
    top = len(_HOW_TO) + 1
    for place, header in enumerate(_ABOUT):
        sheet.set_column(place, place, 30)
        sheet.write_string(top, place, header, formats.header)
    about = [(plan, column) for plan in sheet_plans() for column in plan.columns]
    for number, (plan, column) in enumerate(about, top + 1):
        cells = (
            f"{plan.name} {TITLES[plan.name]}",
            f"{column.header} {column.title}",
            column.field,
            "是 yes" if column.is_required else "",
            ", ".join(column.choices),
        )
        for place, text in enumerate(cells):
            sheet.write_string(number, place, text)
