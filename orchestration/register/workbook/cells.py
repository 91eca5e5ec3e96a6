"""One cell of a filled-in workbook as the value that it means, or a sentence why not. Pure."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta

from orchestration.register.fields import is_failed_formula
from orchestration.register.workbook.columns import Choices, Column

Cell = int | float | str | bool | time | date | datetime | timedelta

# A spreadsheet keeps 15 digits of a number; what had more has lost its last ones.
_EXACT_BELOW = 10**15
_YEAR_FIRST = re.compile(r"(\d{4})(?:([-/.])(\d{1,2})\2(\d{1,2})|年(\d{1,2})月(\d{1,2})日)")
_YEAR_LAST = re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}")
_SHOWN_CHARACTERS = 60


class CellError(Exception):
    """A cell cannot be taken; the message says why and how to mend it, in a part sentence."""


def spelling(text: str) -> str:
    """What two spellings of one word have in common: width, case and blanks do not count."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def is_blank(cell: Cell) -> bool:
    """Whether nothing stands in a cell."""
    return isinstance(cell, str) and not cell.strip()


def shown(cell: Cell) -> str:
    """A cell as a message quotes it."""
    text = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}…"


def value_of(cell: Cell, column: Column) -> str | date | None:
    """What a cell of this column means; None where it is blank.

    Raises:
        CellError: it can mean nothing, or more than one thing.
    """
    if is_blank(cell):
        return None
    if isinstance(cell, str) and is_failed_formula(cell.strip()):
        raise CellError("its formula has no result; type the value itself")
    if column.kind == "date":
        return as_date(cell)
    if column.kind == "choice":
        return as_choice(cell, column.choices)
    return _as_text(cell, is_id=column.kind == "id")


def as_date(cell: Cell) -> date:
    """A day: a date cell, or text with the year first.

    Raises:
        CellError: it is no day, or could be two.
    """
    if isinstance(cell, datetime):
        if cell.time() != time():
            raise CellError("it has a time of day; write the day only, like 2024-03-01")
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = unicodedata.normalize("NFKC", cell).strip() if isinstance(cell, str) else ""
    if _YEAR_LAST.fullmatch(text):
        raise CellError("day and month can be taken for each other; write it like 2024-03-01")
    match = _YEAR_FIRST.fullmatch(text)
    if match is None:
        raise CellError("it is no date; write one like 2024-03-01")
    try:
        return date(int(match[1]), int(match[3] or match[5]), int(match[4] or match[6]))
    except ValueError as error:
        raise CellError("there is no such day; write one like 2024-03-01") from error


def as_choice(cell: Cell, choices: Choices) -> str:
    """The kept value that this cell spells.

    Raises:
        CellError: it is none of those that can be chosen.
    """
    wanted = spelling(shown(cell))
    for value, spellings in choices.items():
        if wanted in map(spelling, (value, *spellings)):
            return value
    raise CellError(f"choose one of {'、'.join(spellings[0] for spellings in choices.values())}")


def _as_text(cell: Cell, *, is_id: bool) -> str:
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        raise CellError("the spreadsheet changed what was typed; format the cell as text first")
    if abs(cell) >= _EXACT_BELOW:
        raise CellError(
            "a number of more than 15 digits has lost its last ones; format the cell as text and "
            "type it again"
        )
    if cell != int(cell):
        if is_id:
            raise CellError("an id has no decimals; format the cell as text and type it again")
        return repr(cell)
    return str(int(cell))
