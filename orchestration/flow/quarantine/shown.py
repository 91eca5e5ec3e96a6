"""Texts of a file as a workbook can hold them without harm, and known again when they come back.

Pure. A workbook goes through many programs, and each keeps some characters in its own way; what
is shown here survives all of them. A cell that nobody touched is known by its mark, so what stands
in the file stays exactly as it is.
"""

from __future__ import annotations

import hashlib
import re
from decimal import Decimal

from orchestration.exports.table.cells import BLANKS, clean

# A cell of a spreadsheet holds so many UTF-16 units.
LONGEST_CELL = 32_767
_CUT = "…"
_REPLACEMENT = "\ufffd"
# Control characters but tab and line feed, halves of characters, and what is no character.
_LOST = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_LINE_ENDS = re.compile("\r\n?")
# How workbooks write a character that XML has no place for: text that looks so would become one.
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_WIDE_LOW_LINE = "＿"

# What a spreadsheet takes for the beginning of a formula when it opens a CSV, also in its wide
# forms. The workbook itself holds texts only; a CSV saved from it knows no types.
_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
_GUARD = "'"
# A number, a share, or a dash for nothing.
_HARMLESS = re.compile(r"[+-]?[0-9][0-9,]*(\.[0-9]+)?%?|-")
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
# 48 bits: of a cell's two states, no pair will ever share it.
_MARK_DIGITS = 12
_BETWEEN_MARKS = ":"


def shown(text: str) -> str:
    """A text as it is written into a cell."""
    visible = _LOST.sub(_REPLACEMENT, _LINE_ENDS.sub("\n", text))
    guarded = _guarded(_ESCAPE.sub(_WIDE_LOW_LINE, visible))
    return _cut(guarded) if _is_too_long(guarded) else guarded


def _is_too_long(text: str) -> bool:
    # A character takes one unit or two: of almost every text its length says enough.
    return 2 * len(text) > LONGEST_CELL and len(text.encode("utf-16-le")) > 2 * LONGEST_CELL


def _cut(text: str) -> str:
    units = text.encode("utf-16-le")[: 2 * (LONGEST_CELL - len(_CUT))]
    return units.decode("utf-16-le", errors="ignore") + _CUT


def _guarded(text: str) -> str:
    return _GUARD + text if _starts_formula(text) else text


def _starts_formula(text: str) -> bool:
    inner = text.lstrip(_GUARD)
    begins = inner.startswith(_STARTS) or inner.lstrip(BLANKS).startswith(_STARTS)
    return begins and not _HARMLESS.fullmatch(inner.strip(BLANKS))


def meant(cell: str) -> str:
    """What a cell of the workbook says: without the guard that `shown` put before it."""
    is_guarded = cell.startswith(_GUARD) and _starts_formula(cell[len(_GUARD) :])
    return cell[len(_GUARD) :] if is_guarded else cell


def mark(text: str, *, is_faulty: bool = False) -> str:
    """What a shown text is known by when the workbook comes back; empty for a blank one.

    A number of a cell that is not at fault is also known by its value, for spreadsheets like to
    make numbers of texts: 007 comes back as 7, and nobody meant it.
    """
    said = _said(shown(text))
    if said is None:
        return ""
    is_number = not is_faulty and _NUMBER.fullmatch(said)
    value = _BETWEEN_MARKS + _hash(_value(said)) if is_number else ""
    return _hash(said) + value


def is_unchanged(cell: str, mark_of_shown: str, *, is_number_cell: bool) -> bool:
    """Whether a cell of the workbook still says what was shown."""
    said = _said(cell)
    if said is None:
        return mark_of_shown == ""
    text_mark, _, value_mark = mark_of_shown.partition(_BETWEEN_MARKS)
    if _hash(said) == text_mark:
        return True
    is_value = is_number_cell and value_mark and _NUMBER.fullmatch(said)
    return bool(is_value) and _hash(_value(said)) == value_mark


def _said(cell: str) -> str | None:
    return clean(meant(_LINE_ENDS.sub("\n", cell)))


def _value(number: str) -> str:
    return format(Decimal(number).normalize(), "f")


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:_MARK_DIGITS]
