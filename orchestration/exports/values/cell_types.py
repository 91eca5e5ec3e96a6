"""What each type of cell may look like, and its value: read a whole column at a time. Pure.

Every type reads only what can mean one thing; everything else is null, never a guess.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

import pyarrow as pa

from orchestration.exports import kernels
from orchestration.exports.layout.types import ARROW_TYPES, CellType
from orchestration.exports.table.cells import LOST
from orchestration.rows import RATE

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
_DAY = f"({_DASHED}|{_SLASHED})"
_CLOCK = "([01]?[0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?"
_TIMESTAMP = f"{_DAY}[ T]{_CLOCK}"
# A date cell arrives as midnight.
_DATE = f"{_DAY}( 0?0:00(:00)?)?"
_HOUR_RANGE = "([01]?[0-9]|2[0-3]):00(:00)? ?[-~] ?([01]?[0-9]|2[0-4]):(00|59)(:00|:59)?"
_HOURS_OF_DAY = f"{_DAY} {_HOUR_RANGE}"
_HOURS = " (?P<first>[0-9]+):[0:]* ?[-~] ?(?P<last>[0-9]+):(?P<minute>[0-9]+)"
# How most cells look; such a text has no blanks around it and can be cast as it stands.
_USUAL_DAY = "20[0-9]{2}-[0-9]{2}-[0-9]{2}"
_USUAL: dict[CellType, str] = {
    "integer": "-?[0-9]+",
    "money": r"-?[0-9]+(\.[0-9]{1,2})?",
    "decimal": r"-?[0-9]+(\.[0-9]+)?",
    "timestamp": f"{_USUAL_DAY} [0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}}",
    "date": _USUAL_DAY,
}
# The platform's clock is UTC+8 all year; China knows no summer time.
EIGHT_HOURS = timedelta(hours=8)

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


def typed(cell_type: CellType, texts: pa.StringArray, *, has_hours: bool = False) -> pa.Array:
    """The values of a column of cleaned texts, null where a text is none of its type.

    A buyer number stays text. `has_hours`: the cell of a date may also hold an hour of that day.
    """
    if texts.null_count == len(texts):
        return pa.nulls(len(texts), ARROW_TYPES[cell_type])
    values = typed_if_usual(cell_type, texts)
    if values is None:
        values = _READERS[cell_type](texts)
    return kernels.coalesced(values, _days_of_hours(texts)) if has_hours else values


def typed_if_usual(cell_type: CellType, texts: pa.StringArray) -> pa.Array | None:
    """The values of a column that need not be cleaned, for all its texts look as most do."""
    if cell_type not in _USUAL or not _are_all(texts, _USUAL[cell_type]):
        return None
    return _cast(texts, cell_type)


def _not_lost(texts: pa.StringArray) -> pa.StringArray:
    lost = kernels.matches(texts, LOST)
    return kernels.only(texts, kernels.opposite(lost)) if kernels.is_any(lost) else texts


def _integers(texts: pa.StringArray) -> pa.Array:
    digits = kernels.replaced(_having(texts, _INTEGER), r"^\+|,|\.0+$", "")
    return _cast(digits, "integer")


def _money(texts: pa.StringArray) -> pa.Array:
    numbers = _having(texts, _MONEY)
    for mark in ("¥", ",", " "):
        numbers = kernels.without(numbers, mark)
    return _cast(numbers, "money")


def _decimals(texts: pa.StringArray) -> pa.Array:
    return _cast(kernels.without(_having(texts, _DECIMAL), ","), "decimal")


def _rates(texts: pa.StringArray) -> pa.Array:
    percents = _cast(kernels.stripped(_having(texts, _PERCENT), " %"), "rate")
    hundredths = kernels.computed("multiply", percents, pa.scalar(Decimal("0.01")))
    rates = kernels.rounded(hundredths, RATE.scale).cast(RATE)
    if rates.null_count == texts.null_count:
        return rates
    return kernels.coalesced(rates, _cast(_having(texts, _SHARE), "rate"))


def _timestamps(texts: pa.StringArray) -> pa.Array:
    days = _usual_day(_having(texts, _TIMESTAMP))
    return _cast(kernels.replaced(days, " ([0-9]:)", r" 0\1"), "timestamp")


def _dates(texts: pa.StringArray) -> pa.Array:
    return _cast(kernels.replaced(_usual_day(_having(texts, _DATE)), " .*", ""), "date")


def _days_of_hours(texts: pa.StringArray) -> pa.Array:
    are_hours = kernels.computed("is_valid", _hours(texts))
    return _dates(kernels.replaced(kernels.only(texts, are_hours), " .*", ""))


def _hours(texts: pa.StringArray) -> pa.Array:
    """The hour that a range begins with, if it is one hour long."""
    ranges = kernels.groups(_having(texts, _HOURS_OF_DAY), _HOURS).flatten()
    first, last, minute = (named.cast(pa.int64()) for named in ranges)
    # An hour ends with the beginning of the next one, or with its own last minute.
    ends_in = kernels.computed(
        "if_else",
        kernels.computed("equal", minute, pa.scalar(59)),
        last,
        kernels.computed("subtract", last, pa.scalar(1)),
    )
    return kernels.only(first, kernels.computed("equal", first, ends_in))


def _usual_day(texts: pa.StringArray) -> pa.StringArray:
    """Texts that begin with a day: with dashes, and two digits for month and day."""
    for pattern, plain in (
        ("/", "-"),
        ("T", " "),
        ("^(....)-([0-9]-)", r"\1-0\2"),
        (r"^(.{7})-([0-9])\b", r"\1-0\2"),
    ):
        texts = kernels.replaced(texts, pattern, plain)
    return texts


def _are_all(texts: pa.StringArray, form: str) -> bool:
    return kernels.are_all(kernels.matches(texts, form))


def _having(texts: pa.StringArray, form: str) -> pa.StringArray:
    """The texts that have a form, null in place of the others."""
    fits = kernels.matches(texts, form)
    return texts if kernels.are_all(fits) else kernels.only(texts, fits)


def _cast(texts: pa.StringArray, cell_type: CellType) -> pa.Array:
    """The values of texts that have a form of their type; null where there is no such value."""
    kind = ARROW_TYPES[cell_type]
    try:
        values = texts.cast(kind)
    except pa.ArrowInvalid:
        # One of them is too large, has too many digits, or is no day of the calendar.
        values = pa.array([_value(text, kind) for text in texts.to_pylist()], kind)
    if cell_type == "timestamp":
        return kernels.computed("subtract", values, pa.scalar(EIGHT_HOURS))
    return values


def _value(text: str | None, to: pa.DataType) -> int | Decimal | date | None:
    if text is None:
        return None
    try:
        if pa.types.is_decimal(to):
            number = Decimal(text).quantize(Decimal(1).scaleb(-to.scale), ROUND_HALF_UP)
            return number if abs(number) < 10 ** (to.precision - to.scale) else None
        if pa.types.is_integer(to):
            return number if -(2**63) <= (number := int(text)) < 2**63 else None
        return (date if pa.types.is_date(to) else datetime).fromisoformat(text)
    except (ValueError, InvalidOperation):
        return None


_READERS: dict[CellType, Callable[[pa.StringArray], pa.Array]] = {
    "text": _not_lost,
    "integer": _integers,
    "money": _money,
    "decimal": _decimals,
    "rate": _rates,
    "timestamp": _timestamps,
    "date": _dates,
    "hour": _hours,
    "customer": _not_lost,
}
