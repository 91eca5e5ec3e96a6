"""One cell of a workbook as text, and that text cleaned: the last step before it is typed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta

import pyarrow as pa

Cell = int | float | str | bool | time | date | datetime | timedelta

# Stands before a number whose last digits are lost, so that nobody takes it for an id.
LOSSY_MARK = "≈"

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
    return None if stripped in _NOTHING else stripped


def clean_number(text: str) -> str | None:
    """The same for numbers, money and times, full-width digits and marks made plain."""
    return clean(text if text.isascii() else text.translate(_PLAIN))


def text_array(cells: Sequence[Cell], change: Callable[[str], str | None]) -> pa.StringArray:
    """A column of cells as text, every distinct text changed once."""
    try:
        texts = pa.array(cells, pa.string())
    except (pa.ArrowTypeError, pa.ArrowInvalid):
        texts = pa.array([cell_text(cell) for cell in cells], pa.string())
    encoded = texts.dictionary_encode()
    changed = [change(text) for text in encoded.dictionary.to_pylist()]
    return pa.array(changed, pa.string()).take(encoded.indices)
