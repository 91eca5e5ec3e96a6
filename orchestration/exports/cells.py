"""One cell of an export as text, and that text cleaned: the last step before it is typed."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta

import pyarrow as pa

Cell = int | float | str | bool | time | date | datetime | timedelta

# Stands before a number whose last digits are lost, so that nobody takes it for an id.
LOSSY_MARK = "≈"
# Stands for a formula whose result the file does not hold.
UNCALCULATED = "#UNCALCULATED!"
# Text that stands where the true text is lost: a number cut to 15 digits, one in scientific
# notation, an error of the spreadsheet, or the bars of a column that was too narrow.
LOST = (
    rf"{LOSSY_MARK}-?[0-9]+"
    r"|[+-]?[0-9](\.[0-9]+)?[Ee][+-][0-9]{2,3}"
    r"|#(N/A|REF!|DIV/0!|VALUE!|NAME\?|NULL!|NUM!|SPILL!|CALC!|UNCALCULATED!)"
    r"|##+"
)

_LOST = re.compile(LOST)
TOTAL_MARK = "合计"

# Spaces (also no-break, ideographic and zero-width), tabs, line ends and the byte order mark.
_BLANKS = " \t\r\n\v\f\u00a0\u3000\u200b\ufeff"
# How exports write "nothing here".
_NOTHING = ("", "-")
# Full-width forms, as Chinese input methods write them, and the printed minus.
_PLAIN = str.maketrans("０１２３４５６７８９，．：／－＋−￥　", "0123456789,.:/-+-¥ ")
# Spreadsheets keep 15 significant digits of a number.
_EXACT_DIGITS = 15
_EXACT_BELOW = 10**_EXACT_DIGITS
_HALF_SECOND = timedelta(milliseconds=500)


def cell_text(cell: Cell) -> str:
    """A cell as text: whole numbers without a point, times in ISO form, to the second."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, float):
        return _float_text(cell)
    if isinstance(cell, datetime):
        return (cell + _HALF_SECOND).replace(microsecond=0).isoformat(sep=" ")
    if isinstance(cell, date):
        # A date cell without a time of day is midnight.
        return f"{cell.isoformat()} 00:00:00"
    return str(cell)


def _float_text(number: float) -> str:
    if abs(number) >= _EXACT_BELOW:
        return f"{LOSSY_MARK}{number:.0f}"
    if number.is_integer():
        return str(int(number))
    # 0.1 + 0.2 is 0.3 in a spreadsheet, which shows and means 15 digits.
    text = format(number, f".{_EXACT_DIGITS}g")
    return repr(number) if "e" in text else text


def clean(text: str) -> str | None:
    """Text without blanks around it; None where it says that there is nothing."""
    stripped = text.strip(_BLANKS)
    # ="0123" is how exports keep a spreadsheet from taking an id for a number.
    if stripped.startswith('="') and stripped.endswith('"') and len(stripped) > len('="'):
        stripped = stripped[len('="') : -1].strip(_BLANKS)
    return None if stripped in _NOTHING else stripped


def clean_number(text: str) -> str | None:
    """The same for numbers, money and times, full-width digits and marks made plain."""
    return clean(text if text.isascii() else text.translate(_PLAIN))


def is_lost(text: str) -> bool:
    """Whether a cleaned text only stands where the true one was."""
    return _LOST.fullmatch(text) is not None


def is_total(first_cell: Cell) -> bool:
    """Whether a row that begins with this cell sums up the others."""
    # The plain test comes first: it is false for almost every cell, and cleaning is dear.
    return (
        isinstance(first_cell, str)
        and TOTAL_MARK in first_cell
        and (clean(first_cell) or "").startswith(TOTAL_MARK)
    )


def text_array(cells: Sequence[Cell], change: Callable[[str], str | None]) -> pa.StringArray:
    """A column of cells as text, every distinct text changed once."""
    try:
        texts = pa.array(cells, pa.string())
    except (pa.ArrowTypeError, pa.ArrowInvalid):
        texts = pa.array([cell_text(cell) for cell in cells], pa.string())
    encoded = texts.dictionary_encode()
    changed = [change(text) for text in encoded.dictionary.to_pylist()]
    return pa.array(changed, pa.string()).take(encoded.indices)
