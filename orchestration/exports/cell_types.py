"""What each type of cell may look like, and its value: read a whole column at a time. Pure.

Every type reads only what can mean one thing; everything else is null, never a guess.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

import pyarrow as pa

from orchestration.exports import kernels
from orchestration.exports.cells import LOST
from orchestration.exports.layout_rows import CellType
from orchestration.rows import DECIMAL, MONEY, RATE, TIMESTAMP

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
# How most cells look; these need no other spelling before they are cast.
_PLAIN_INTEGER = "-?[0-9]+"
_PLAIN_MONEY = r"-?[0-9]+(\.[0-9]{1,2})?"
_PLAIN_DATE = "20[0-9]{2}-[0-9]{2}-[0-9]{2}"
_PLAIN_TIMESTAMP = f"{_PLAIN_DATE} [0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}}"
ARROW_TYPES: dict[CellType, pa.DataType] = {
    "text": pa.string(),
    "integer": pa.int64(),
    "money": MONEY,
    "decimal": DECIMAL,
    "rate": RATE,
    "timestamp": TIMESTAMP,
    "date": pa.date32(),
    "hour": pa.int64(),
    "customer": pa.string(),
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
    values = _READERS[cell_type](texts)
    return kernels.coalesced(values, _days_of_hours(texts)) if has_hours else values


def _not_lost(texts: pa.StringArray) -> pa.StringArray:
    lost = kernels.matches(texts, LOST)
    return kernels.only(texts, kernels.opposite(lost)) if kernels.is_any(lost) else texts


def _integers(texts: pa.StringArray) -> pa.Array:
    if not _are_all(texts, _PLAIN_INTEGER):
        texts = kernels.replaced(_having(texts, _INTEGER), r"^\+|,|\.0+$", "")
    return _cast(texts, pa.int64())


def _money(texts: pa.StringArray) -> pa.Array:
    if not _are_all(texts, _PLAIN_MONEY):
        texts = kernels.replaced(_having(texts, _MONEY), "[¥, ]", "")
    return _cast(texts, MONEY)


def _decimals(texts: pa.StringArray) -> pa.Array:
    return _cast(kernels.replaced(_having(texts, _DECIMAL), ",", ""), DECIMAL)


def _rates(texts: pa.StringArray) -> pa.Array:
    percents = _cast(kernels.replaced(_having(texts, _PERCENT), " ?%", ""), RATE)
    hundredths = kernels.computed("multiply", percents, pa.scalar(Decimal("0.01")))
    shares = _cast(_having(texts, _SHARE), RATE)
    return kernels.coalesced(kernels.rounded(hundredths, RATE.scale).cast(RATE), shares)


def _timestamps(texts: pa.StringArray) -> pa.Array:
    if not _are_all(texts, _PLAIN_TIMESTAMP):
        texts = kernels.replaced(_plain_day(_having(texts, _TIMESTAMP)), " ([0-9]:)", r" 0\1")
    return kernels.computed("subtract", _cast(texts, TIMESTAMP), pa.scalar(EIGHT_HOURS))


def _dates(texts: pa.StringArray) -> pa.Array:
    if not _are_all(texts, _PLAIN_DATE):
        texts = kernels.replaced(_plain_day(_having(texts, _DATE)), " .*", "")
    return _cast(texts, pa.date32())


def _days_of_hours(texts: pa.StringArray) -> pa.Array:
    return _dates(
        kernels.only(
            kernels.replaced(texts, " .*", ""), kernels.computed("is_valid", _hours(texts))
        )
    )


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


def _plain_day(texts: pa.StringArray) -> pa.StringArray:
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


def _cast(texts: pa.StringArray, to: pa.DataType) -> pa.Array:
    """The values of texts that have a form of their type; null where there is no such value."""
    try:
        return texts.cast(to)
    except pa.ArrowInvalid:
        # One of them is too large, has too many digits, or is no day of the calendar.
        return pa.array([_value(text, to) for text in texts.to_pylist()], to)


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
