"""One value as a cell of an export, in the ways that the platform and spreadsheets write it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, NamedTuple

Value = str | int | Decimal | date | datetime | None
Values = Mapping[str, Value]
Kind = Literal["text", "integer", "money", "number", "percent", "time", "day", "link"]


class Formula(NamedTuple):
    """A spreadsheet's formula and the result stored with it; None if none is stored."""

    text: str
    result: float | None


Cell = str | float | date | Formula

# Between two spellings of one header, the older one first.
ALIAS_MARK = "|"
_FULL_WIDTH = str.maketrans("0123456789,.", "０１２３４５６７８９，．")
_DAY, _TIME = "%Y-%m-%d", "%Y-%m-%d %H:%M:%S"


@dataclass(frozen=True)
class CellStyle:
    """How values are written.

    `typed`: numbers and times are such cells of a workbook instead of text. `nothing` stands for
    an unknown number. `point_zero` writes counts like 12.0. `is_newer` takes the newer spelling
    of headers that were renamed.
    """

    typed: bool = False
    nothing: str = "-"
    thousands: bool = True
    yuan_sign: bool = False
    point_zero: bool = False
    full_width: bool = False
    slashed_days: bool = False
    is_newer: bool = False


PLAIN_CELLS = CellStyle()


@dataclass(frozen=True)
class Column:
    """A column: its header (or two spellings of it), where its value comes from, how it is typed.

    `of` is the name of a value, or how it follows from the others.
    """

    header: str
    of: str | Callable[[Values], Value]
    kind: Kind = "text"

    def spelling(self, style: CellStyle) -> str:
        older, _, newer = self.header.partition(ALIAS_MARK)
        return newer if newer and style.is_newer else older

    def value(self, values: Values) -> Value:
        return values[self.of] if isinstance(self.of, str) else self.of(values)


def cell(value: Value, kind: Kind, style: CellStyle) -> Cell:
    """The cell of a value of this kind; text that is not there is empty."""
    if value is None:
        return "" if kind in ("text", "time", "day", "link") else style.nothing
    if kind == "text" or (isinstance(value, str) and kind == "day"):
        return str(value)
    if kind == "link":
        formula = f'=HYPERLINK("{value}","{value}")'
        # Spreadsheets of the platform store 0 as the result of a link.
        return Formula(formula, 0) if style.typed else formula
    if style.typed and kind != "percent":
        return value if isinstance(value, date) else float(str(value))
    text = _text(value, kind, style)
    return text.translate(_FULL_WIDTH) if style.full_width else text


def _text(value: Value, kind: Kind, style: CellStyle) -> str:
    if isinstance(value, date):
        text = value.strftime(_TIME if kind == "time" else _DAY)
        return text.replace("-", "/") if style.slashed_days else text
    if kind == "percent":
        return f"{value:.2%}"
    separator = "," if style.thousands else ""
    if kind == "integer":
        return f"{value:{separator}}" + (".0" if style.point_zero else "")
    text = f"{value:{separator}.2f}"
    return f"￥{text}" if style.yuan_sign and kind == "money" else text


def share(part: Value, whole: Value) -> Decimal | None:
    """A part of a whole to four places, 0.1383; None where the whole is nothing."""
    return per(part, whole, places=4)


def per(part: Value, whole: Value, *, scale: int = 1, places: int = 2) -> Decimal | None:
    """A ratio; None where there is nothing to divide by."""
    assert isinstance(part, (int, Decimal))
    assert isinstance(whole, (int, Decimal))
    return round(Decimal(part) * scale / Decimal(whole), places) if whole else None


def yuan(fen: int) -> Decimal:
    """So many hundredths of a yuan as yuan."""
    return Decimal(fen).scaleb(-2)
