"""Kinds of values that the register holds, each with what it refuses. Pure."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, Field

Locale = Literal["zh-CN", "en", "it"]
Channel = Literal["slack", "email", "webhook"]
DigestKind = Literal["merchant", "data_team", "programme"]
# What is advertised on: the id that sources and tables use, and the name that people know.
PLATFORMS = {
    "juguang": "聚光",
    "chengfeng": "乘风",
    "juguang_lite": "聚光Lite",
    "pugongying": "蒲公英",
}
# The platform opened in June 2013; an earlier first day on it is a slip of the pen.
FIRST_DAY = date(2013, 6, 1)
# No name or address is longer; a message or a cell of a spreadsheet has room for it.
_MAX_TEXT = 500
# A merchant id is a folder, a part of file names and of figure ids: nothing to escape in it.
_MERCHANT_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
# What folders and figures of digests about all merchants are called.
_TAKEN = ("team", "programmes")
# Neither a spreadsheet nor any XML can hold these two, nor UTF-8 half a pair.
_NO_CHARACTER = re.compile("[\ufffe\uffff\ud800-\udfff]")

_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]{0,99}")
# A form and a name: what the environment calls the address, which is a secret itself.
_WEBHOOK = re.compile(r"(json|feishu|wecom):[A-Z][A-Z0-9_]{0,63}")

# What a spreadsheet shows for a formula that failed, and our reader for one without a result.
_FAILED_FORMULA = re.compile(
    r"#(N/A|REF!|DIV/0!|VALUE!|NAME\?|NULL!|NUM!|SPILL!|CALC!|UNCALCULATED!)"
)
# What is left of a long number that a spreadsheet has shortened.
_SHORTENED = re.compile(r"[+-]?[0-9](\.[0-9]+)?[Ee][+-][0-9]{2,3}")


def is_failed_formula(text: str) -> bool:
    """Whether this stands where a formula had no result."""
    return _FAILED_FORMULA.fullmatch(text) is not None


def is_webhook(address: str) -> bool:
    """Whether this names a webhook: its form, and its name in the environment."""
    return _WEBHOOK.fullmatch(address) is not None


def tidy(text: str) -> str:
    """A text as the register keeps it: no blanks at its ends.

    Raises:
        ValueError: it is too long, no file can hold it, or it only stands where a text was.
    """
    kept = text.strip()
    if len(kept) > _MAX_TEXT:
        raise ValueError(f"longer than {_MAX_TEXT} characters; shorten it")
    if _NO_CHARACTER.search(kept):
        raise ValueError("there is a character in it that is none; type it again")
    if is_failed_formula(kept):
        raise ValueError("its formula has no result; type the value itself")
    return kept


def _id_text(value: object) -> object:
    """YAML reads an id without quotes as a number; only whole numbers come through unharmed."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _digits_kept(text: str) -> str:
    if _SHORTENED.fullmatch(text):
        raise ValueError("its last digits are lost; format the cell as text and type it again")
    return text


def _nothing_if_blank(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


def _plain_id(value: str) -> str:
    if not _MERCHANT_ID.fullmatch(value):
        raise ValueError("use small letters, digits, '-' and '_' only, 64 at most")
    if value in _TAKEN:
        raise ValueError(f"'{value}' names digests of no single merchant; choose another id")
    return value


def _known_zone(value: str) -> str:
    try:
        ZoneInfo(value)
    # A folder of the time zone database ends in an error of the system.
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError("no such time zone; write one like Asia/Shanghai") from error
    return value


def _known_platform(value: str) -> str:
    if value not in PLATFORMS:
        raise ValueError(f"no such platform; known are {', '.join(PLATFORMS)}")
    return value


def _no_number(value: object) -> object:
    """A number would be taken for the seconds since 1970."""
    if isinstance(value, int | float):
        raise ValueError("that is no day; write one like 2024-03-01")
    return value


def _since_opening(value: date) -> date:
    if value < FIRST_DAY:
        raise ValueError(f"the platform opened on {FIRST_DAY}; write the first day on it")
    return value


def _variable_name(value: str) -> str:
    if not _VARIABLE.fullmatch(value):
        raise ValueError(
            "it is no name of a variable; write one like SEEDBED_SLACK_CLOUD_HOME, never the token"
        )
    return value


Text = Annotated[str, AfterValidator(tidy), Field(min_length=1)]
Id = Annotated[Text, BeforeValidator(_id_text), AfterValidator(_digits_kept)]
OptionalText = Annotated[Text | None, BeforeValidator(_nothing_if_blank)]
VariableName = Annotated[str, AfterValidator(_variable_name)]
MerchantId = Annotated[str, AfterValidator(_plain_id)]
TimeZone = Annotated[str, AfterValidator(_known_zone)]
Currency = Annotated[str, Field(pattern="^[A-Z]{3}$")]
Platform = Annotated[str, AfterValidator(_known_platform)]
FirstDay = Annotated[date, BeforeValidator(_no_number), AfterValidator(_since_opening)]
