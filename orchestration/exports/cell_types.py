"""What each type of cell may look like, and the SQL that reads it. Pure."""

from __future__ import annotations

from orchestration.exports.cells import LOSSY_MARK, LOST
from orchestration.exports.engine import SQL_TYPES
from orchestration.exports.layout_rows import CellType
from orchestration.exports.literal import literal

# Thousands separators stand in groups of three or not at all: 1,23 may be 1.23 or 123.
_WHOLE = r"([0-9]+|[1-9][0-9]{0,2}(,[0-9]{3})+)"
_INTEGER = rf"[+-]?{_WHOLE}(\.0+)?"
_MONEY = rf"([+-]?(¥ ?)?|¥ ?[+-]){_WHOLE}(\.[0-9]{{1,2}})?"
_DECIMAL = rf"[+-]?{_WHOLE}(\.[0-9]+)?"
# Without the sign of per cent only a share can be meant; 13.83 may be 13.83 % or 1383 %.
_PERCENT = r"[+-]?[0-9]+(\.[0-9]+)? ?%"
_SHARE = r"(0(\.[0-9]+)?|1(\.0+)?)"
# The year comes first, so that no day can be taken for a month; the platform is of this century.
_DASHED = "20[0-9]{2}-[0-9]{1,2}-[0-9]{1,2}"
_SLASHED = "20[0-9]{2}/[0-9]{1,2}/[0-9]{1,2}"
_CLOCK = "([01]?[0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?"
_TIMESTAMP = f"({_DASHED}|{_SLASHED})[ T]{_CLOCK}"
# A date cell arrives as midnight.
_DATE = f"({_DASHED}|{_SLASHED})( 0?0:00(:00)?)?"
_HOUR_RANGE = "([01]?[0-9]|2[0-3]):00(:00)? ?[-~] ?([01]?[0-9]|2[0-4]):(00|59)(:00|:59)?"
_HOURS_OF_DAY = f"({_DASHED}|{_SLASHED}) {_HOUR_RANGE}"
# The platform's clock is UTC+8 all year; China knows no summer time.
_EIGHT_HOURS = "interval 8 hours"

_LOST_TEXT = (
    "is an error of the spreadsheet or a number whose last digits are lost; export it as text"
)
# What is wrong with a cell that could not be read.
EXPECTED: dict[CellType, str] = {
    "integer": "is no whole number; write it like 12 or 1,234",
    "money": "is no amount in yuan; write it like 1234.50, commas only in groups of three digits",
    "decimal": "is no number; write it like 12.5",
    "rate": "is no share; write it like 13.83% or 0.1383",
    "timestamp": "is no time; write it like 2024-06-24 09:30:00",
    "date": "is no day; write it like 2024-06-24",
    "hour": "is no hour; write it like 2024-06-24 14:00 - 14:59",
    "text": _LOST_TEXT,
    "customer": _LOST_TEXT,
}


def typed(cell_type: CellType, text: str, *, has_hours: bool = False) -> str:
    """SQL for the value of a cleaned text, null where it is none of its type.

    `has_hours`: the cell of a date may also hold an hour of that day.
    """
    if cell_type in ("text", "customer"):
        value = f"customer_key({text})" if cell_type == "customer" else text
        # The first test is the cheap one, and false for almost every cell.
        is_lost = (
            f"({text}[1] in ('{LOSSY_MARK}', '#') or contains({text}, '+') "
            f"or contains({text}, '-')) and regexp_full_match({text}, {literal(LOST)})"
        )
        return f"case when {is_lost} then null else {value} end"
    forms = _forms(text, has_hours=has_hours)[cell_type]
    sql_type = SQL_TYPES[cell_type]
    cases = " ".join(
        f"when regexp_full_match({text}, {literal(pattern)}) then {value}"
        for pattern, value in forms
    )
    return f"cast(case {cases} end as {sql_type})"


def _forms(text: str, *, has_hours: bool) -> dict[CellType, list[tuple[str, str]]]:
    """Pattern and value of each form that a type may have."""
    dashed = f"replace({text}, '/', '-')"
    number = f"replace({text}, ',', '')"
    day = f"try_cast(split_part({dashed}, ' ', 1) as date)"
    day_of_hour = f"case when {_first_hour(text)} is not null then {day} end"
    share = f"try_cast(rtrim({text}, ' %') as decimal(18, 6))"
    return {
        "integer": [(_INTEGER, f"try_cast(split_part({number}, '.', 1) as bigint)")],
        "money": [(_MONEY, f"try_cast(translate({text}, '¥, ', '') as decimal(18, 2))")],
        "decimal": [(_DECIMAL, f"try_cast({number} as decimal(18, 4))")],
        "rate": [(_PERCENT, f"{share} / 100"), (_SHARE, share)],
        "timestamp": [(_TIMESTAMP, f"try_cast({dashed} as timestamp) - {_EIGHT_HOURS}")],
        "date": [(_DATE, day), *([(_HOURS_OF_DAY, day_of_hour)] if has_hours else [])],
        "hour": [(_HOURS_OF_DAY, _first_hour(text))],
    }


def _first_hour(text: str) -> str:
    """The hour that a range begins with, if it is one hour long."""
    first = f"try_cast(regexp_extract({text}, ' ([0-9]+):', 1) as bigint)"
    last = f"try_cast(regexp_extract({text}, '[-~] ?([0-9]+):', 1) as bigint)"
    minute = f"regexp_extract({text}, '[-~] ?[0-9]+:([0-9]+)', 1)"
    hours_on = f"case when {minute} = '59' then 0 else 1 end"
    return f"case when {last} = {first} + {hours_on} then {first} end"
