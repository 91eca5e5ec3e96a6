"""What may stand in a field of a programme: numbers and days, taken exactly as written. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, StringConstraints

_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# The columns of the hand-overs hold 18 digits.
_DIGITS = 18
_MOST_DAYS = 3660
_MOST_WHOLE = 10**9


def _number(decimals: int, *, least: Decimal | None = None) -> Callable[[Any], Any]:
    """A reader of exact numbers with at most so many decimals."""
    step = Decimal(1).scaleb(-decimals)

    def read(value: Any) -> Any:
        if not isinstance(value, str):
            return value
        if not _NUMBER.fullmatch(value):
            raise ValueError(f"'{_short(value)}' is no number; write digits, such as 60000 or 4.2")
        whole, _, fraction = value.lstrip("-").partition(".")
        if len(fraction.rstrip("0")) > decimals:
            raise ValueError(f"{_short(value)} has more than {decimals} decimals; round it")
        if len(whole.lstrip("0")) > _DIGITS - decimals:
            raise ValueError(f"{_short(value)} is larger than any rule needs; look at its digits")
        number = Decimal(value).quantize(step)
        if least is not None and number < least:
            raise ValueError(f"{value} is too small; it is at least {least}")
        return number

    return read


def _whole(least: int, most: int = _MOST_WHOLE) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        if not isinstance(value, str):
            return value
        if not re.fullmatch(r"[0-9]{1,10}", value) or not least <= int(value) <= most:
            raise ValueError(
                f"'{_short(value)}' will not do; write a whole number from {least} to {most}"
            )
        return int(value)

    return read


def _day(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    problem = f"'{_short(value)}' is no day; write one like 2024-07-24"
    if not _DAY.fullmatch(value):
        raise ValueError(problem)
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise ValueError(problem) from error


def _moment(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    problem = (
        f"'{_short(value)}' is no time with its zone; write one like 2024-07-24T00:00:00+08:00"
    )
    try:
        moment = datetime.fromisoformat(value)
    except ValueError as error:
        raise ValueError(problem) from error
    # A day alone would be midnight somewhere; which one decides the week it belongs to.
    if moment.utcoffset() is None:
        raise ValueError(problem)
    return moment


def _short(value: str) -> str:
    return value if len(value) <= 40 else f"{value[:40]}…"


def _name(value: Any) -> Any:
    if isinstance(value, str) and not re.fullmatch("[a-z][a-z0-9_]{0,63}", value):
        raise ValueError(
            f"'{_short(value)}' is no id; write at most 64 small letters, digits and '_'"
        )
    return value


def _above_nothing(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def checked(value: Any) -> Any:
        number = read(value)
        if isinstance(number, Decimal) and number <= 0:
            raise ValueError(f"{value} will not do; it must be above 0")
        return number

    return checked


_amount = _above_nothing(_number(2))

Id = Annotated[str, BeforeValidator(_name)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=500, strip_whitespace=True)]
Day = Annotated[date, BeforeValidator(_day)]
OptionalDay = Annotated[date | None, BeforeValidator(_day)]
Moment = Annotated[datetime, BeforeValidator(_moment)]
Amount = Annotated[Decimal, BeforeValidator(_amount)]
OptionalAmount = Annotated[Decimal | None, BeforeValidator(_amount)]
Rate = Annotated[Decimal, BeforeValidator(_above_nothing(_number(6)))]
Stated = Annotated[bool | Decimal, BeforeValidator(_number(4))]
OptionalNumber = Annotated[Decimal | None, BeforeValidator(_number(4))]
Level = Annotated[Decimal, BeforeValidator(_number(4, least=Decimal(0)))]
Days = Annotated[int, BeforeValidator(_whole(1, _MOST_DAYS))]
OptionalDays = Annotated[int | None, BeforeValidator(_whole(1, _MOST_DAYS))]
Count = Annotated[int, BeforeValidator(_whole(1))]
OptionalCount = Annotated[int | None, BeforeValidator(_whole(1))]
WeekDay = Annotated[int, BeforeValidator(_whole(1, 7))]
# A list as YAML has it, kept as what cannot change.
AS_LIST = Field(strict=False)
AS_FULL_LIST = Field(strict=False, min_length=1)
