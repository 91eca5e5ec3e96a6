"""One cell of an export as text, and that text cleaned: the last step before it is typed."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

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
# A guard and a link, as text files hold them: what a spreadsheet would do with them begins so.
FORMULA_MARK = "="
_GUARD = '="', '"'
_LINK = re.compile(r'=HYPERLINK\(\s*"([^"]*)"(?:\s*,\s*"([^"]*)")?\s*\)', re.I)
# What stands in the first cell, or in the key, of a row that sums up the others.
TOTAL_MARKS = ("合计", "总计", "汇总")

# Spaces (also no-break, ideographic and zero-width), tabs, line ends and the byte order mark.
BLANKS = " \t\r\n\v\f\u00a0\u3000\u200b\ufeff"
# How exports write "nothing here".
NOTHING = ("", "-")
# Full-width forms, as Chinese input methods write them, and the printed minus.
PLAIN_FORMS = tuple(
    zip("０１２３４５６７８９，．：／－＋−￥　％", "0123456789,.:/-+-¥ %", strict=True)
)
# Spreadsheets keep 15 significant digits of a number.
_EXACT_DIGITS = 15
EXACT_BELOW = 10**_EXACT_DIGITS
HALF_SECOND = timedelta(milliseconds=500)


def cell_text(cell: Cell) -> str:
    """A cell as text: whole numbers without a point, times in ISO form, to the second."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, float):
        return _float_text(cell)
    if isinstance(cell, datetime):
        return (cell + HALF_SECOND).replace(microsecond=0).isoformat(sep=" ")
    if isinstance(cell, date):
        # A date cell without a time of day is midnight.
        return f"{cell.isoformat()} 00:00:00"
    return str(cell)


def _float_text(number: float) -> str:
    if abs(number) >= EXACT_BELOW:
        return f"{LOSSY_MARK}{number:.0f}"
    if number.is_integer():
        return str(int(number))
    # 0.1 + 0.2 is 0.3 in a spreadsheet, which shows and means 15 digits.
    text = format(number, f".{_EXACT_DIGITS}g")
    return repr(number) if "e" in text else text


def clean(text: str) -> str | None:
    """Text without blanks around it; None where it says that there is nothing."""
    stripped = text.strip(BLANKS)
    if stripped.startswith(FORMULA_MARK):
        stripped = _shown(stripped)
    return None if stripped in NOTHING else stripped


def _shown(formula: str) -> str:
    """What a spreadsheet shows of a guarded text or of a link; any other formula as it is."""
    begin, end = _GUARD
    # ="0123" is how exports keep a spreadsheet from taking an id for a number.
    if formula.startswith(begin) and formula.endswith(end) and len(formula) > len(begin):
        return formula[len(begin) : -len(end)].strip(BLANKS)
    link = _LINK.match(formula)
    return (link[2] or link[1] or formula) if link else formula


def is_lost(text: str) -> bool:
    """Whether a cleaned text only stands where the true one was."""
    return _LOST.fullmatch(text) is not None


def is_total(cell: Cell) -> bool:
    """Whether a row that begins with this cell may sum up the others."""
    # The plain test comes first: it is false for almost every cell, and cleaning is dear.
    return (
        isinstance(cell, str)
        and any(mark in cell for mark in TOTAL_MARKS)
        and (clean(cell) or "").startswith(TOTAL_MARKS)
    )
