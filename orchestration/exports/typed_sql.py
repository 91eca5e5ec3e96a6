"""The SQL that turns a batch of text cells into typed rows, each with its fault or its skip.

Every type reads only what can mean one thing; everything else is a fault, never a guess.
"""

from __future__ import annotations

from orchestration.exports.cells import LOSSY_MARK, LOST, TOTAL_MARK
from orchestration.exports.engine import SQL_TYPES, literal
from orchestration.exports.layout_rows import CellType, Terms
from orchestration.exports.layouts import Column
from orchestration.exports.recognise import Recognised

# The relation of text cells: _row_number, _is_total, _other_length (a sentence for a row that is
# longer or shorter than the header, else null), and one column of cleaned text (null where there
# is nothing) per mapped column, named `_text_<column>`.
CELLS = "cells"

# Thousands separators stand in groups of three or not at all: 1,23 may be 1.23 or 123.
_WHOLE = r"([0-9]+|[1-9][0-9]{0,2}(,[0-9]{3})+)"
_INTEGER = rf"[+-]?{_WHOLE}(\.0+)?"
_MONEY = rf"([+-]?(¥ ?)?|¥ ?[+-]){_WHOLE}(\.[0-9]{{1,2}})?"
# The year comes first, so that no day can be taken for a month; the platform is of this century.
_DASHED = "20[0-9]{2}-[0-9]{1,2}-[0-9]{1,2}"
_SLASHED = "20[0-9]{2}/[0-9]{1,2}/[0-9]{1,2}"
_CLOCK = "([01]?[0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?"
_TIMESTAMP = f"({_DASHED}|{_SLASHED})[ T]{_CLOCK}"
# A date cell arrives as midnight.
_DATE = f"({_DASHED}|{_SLASHED})( 0?0:00(:00)?)?"
# The platform's clock is UTC+8 all year; China knows no summer time.
_EIGHT_HOURS = "interval 8 hours"

_LOST_TEXT = (
    "is an error of the spreadsheet or a number whose last digits are lost; export it as text"
)
_EXPECTED: dict[CellType, str] = {
    "integer": "is no whole number; write it like 12 or 1,234",
    "money": "is no amount; write it like 1234.50, commas only in groups of three digits",
    "timestamp": "is no time; write it like 2024-06-24 09:30:00",
    "date": "is no day; write it like 2024-06-24",
    "text": _LOST_TEXT,
    "customer": _LOST_TEXT,
}


def typed_rows_sql(found: Recognised, terms: Terms) -> str:
    """One statement over `cells`.

    Its rows, in the file's order: `_row_number`, the layout's columns (null where absent or
    unreadable), `_parse_rule`, `_parse_reason`, `_cells`, `_skip` (why the row goes no further,
    else null) and `_day` (the Shanghai day of the date column, if it can be read).
    """
    columns = found.layout.columns.values()
    present = [column for column in columns if column.name in found.positions]
    typed = ",\n".join(f"    {_typed(column, found)} as {_name(column)}" for column in columns)
    names = ", ".join(_name(column) for column in columns)
    return f"""
with typed as (
  select
    *,
{typed}
  from {CELLS}
),

judged as (
  select
    *,
    {_rule(present)} as _parse_rule
  from typed
),

final as (
  select
    _row_number,
    {names},
    _parse_rule,
    {_reason(present, found)} as _parse_reason,
    case when _parse_rule is not null then {_cells_as_json(present)} end as _cells,
    {_skip(present, terms)} as _skip,
    {_day(found, terms)} as _day
  from judged
)

select * from final
order by _row_number
"""


def text_name(column: str) -> str:
    """What the text of a column is called in `cells`."""
    return f"_text_{column}"


def _name(column: Column) -> str:
    return f'"{column.name}"'


def _text(column: Column) -> str:
    return f'"{text_name(column.name)}"'


def _typed(column: Column, found: Recognised) -> str:
    sql_type = SQL_TYPES[column.type]
    if column.name not in found.positions:
        return f"cast(null as {sql_type})"
    text = _text(column)
    if column.type in ("text", "customer"):
        # The first test is the cheap one, and false for almost every cell.
        is_lost = (
            f"({text}[1] in ('{LOSSY_MARK}', '#') or contains({text}, '+') "
            f"or contains({text}, '-')) and regexp_full_match({text}, {literal(LOST)})"
        )
        return f"case when {is_lost} then null else {text} end"
    pattern, value = {
        "integer": (_INTEGER, f"replace(split_part({text}, '.', 1), ',', '')"),
        "money": (_MONEY, f"translate({text}, '¥, ', '')"),
        "timestamp": (_TIMESTAMP, f"replace({text}, '/', '-')"),
        "date": (_DATE, f"split_part(replace({text}, '/', '-'), ' ', 1)"),
    }[column.type]
    read = f"try_cast({value} as {sql_type})"
    shifted = f"{read} - {_EIGHT_HOURS}" if column.type == "timestamp" else read
    return f"case when regexp_full_match({text}, {literal(pattern)}) then {shifted} end"


def _rule(present: list[Column]) -> str:
    faults = [
        f"when {_name(column)} is null and {_text(column)} is not null "
        f"then '{column.name}_unreadable'"
        for column in present
    ]
    missing = [
        f"when {_text(column)} is null then '{column.name}_missing'"
        for column in present
        if column.required == "value"
    ]
    other_length = "when _other_length is not null then 'row_has_other_length'"
    return f"case {' '.join([other_length, *faults, *missing])} end"


def _reason(present: list[Column], found: Recognised) -> str:
    sentences = {
        f"{column.name}_{kind}": f"The cell under '{found.headers[column.name]}' {what}."
        for column in present
        for kind, what in (("unreadable", _EXPECTED[column.type]), ("missing", "is empty"))
    }
    cases = " ".join(f"when '{rule}' then {literal(text)}" for rule, text in sentences.items())
    return f"coalesce(_other_length, case _parse_rule {cases} end)"


def _cells_as_json(present: list[Column]) -> str:
    fields = ", ".join(
        f"{_name(column)} := {_text(column)}" for column in present if column.type != "customer"
    )
    return f"cast(to_json(struct_pack({fields})) as varchar)"


def _skip(present: list[Column], terms: Terms) -> str:
    is_empty = f"coalesce(_other_length, {', '.join(map(_text, present))}) is null"
    own = (
        f"when _parse_rule is null and ({terms.skip_when}) then {literal(terms.skip_reason)}"
        if terms.skip_when
        else ""
    )
    # A remark may begin like a total; a row that has its own key is a row all the same.
    keys = [_text(column) for column in present if column.name in terms.replace_by]
    has_no_key = " and ".join(f"coalesce({key}, '') in ('', '-')" for key in keys) or "true"
    starts = " or ".join(f"starts_with(coalesce({key}, ''), '{TOTAL_MARK}')" for key in keys)
    is_total = f"_is_total and ({has_no_key}{f' or {starts}' if starts else ''})"
    return f"case when {is_total} then 'total' when {is_empty} then 'empty' {own} end"


def _day(found: Recognised, terms: Terms) -> str:
    column = found.layout.columns[terms.date_column]
    return (
        _name(column)
        if column.type == "date"
        else f"cast({_name(column)} + {_EIGHT_HOURS} as date)"
    )
