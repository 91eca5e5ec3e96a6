"""What a merchant, the team and the register are, and what may not be in them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

Locale = Literal["zh-CN", "en", "it"]
Channel = Literal["slack", "email"]
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
# Neither a spreadsheet nor any XML can hold these two, nor UTF-8 half a pair.
_NO_CHARACTER = re.compile("[\ufffe\uffff\ud800-\udfff]")
_PLATFORM_SOURCES = {"juguang": "juguang__accounts"}

# What one merchant alone may have: its kind, and what it is known by.
Claim = tuple[str, str]


class RegisterError(Exception):
    """The register cannot be used; the message names file, place, fault and mend."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def tidy(text: str) -> str:
    """A text as the register keeps it: no blanks at its ends.

    Raises:
        ValueError: it is too long, or no file can hold it.
    """
    kept = text.strip()
    if len(kept) > _MAX_TEXT:
        raise ValueError(f"longer than {_MAX_TEXT} characters; shorten it")
    if _NO_CHARACTER.search(kept):
        raise ValueError("there is a character in it that is none; type it again")
    return kept


def _id_text(value: object) -> object:
    """YAML reads an id without quotes as a number; only whole numbers come through unharmed."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _nothing_if_blank(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


Text = Annotated[str, AfterValidator(tidy), Field(min_length=1)]
Id = Annotated[str, BeforeValidator(_id_text), AfterValidator(tidy), Field(min_length=1)]
OptionalText = Annotated[Text | None, BeforeValidator(_nothing_if_blank)]


def _plain_id(value: str) -> str:
    if not _MERCHANT_ID.fullmatch(value):
        raise ValueError("use small letters, digits, '-' and '_' only, 64 at most")
    if value == "team":
        raise ValueError("'team' names the data team's own digests; choose another id")
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


class LocalName(_Strict):
    """A name in the languages that it has; at least one."""

    zh: OptionalText = None
    en: OptionalText = None
    it: OptionalText = None

    @model_validator(mode="after")
    def _named(self) -> LocalName:
        if not self.spellings:
            raise ValueError("there is no name; give one in at least one language")
        return self

    @property
    def spellings(self) -> tuple[str, ...]:
        """The names there are, Chinese first."""
        return tuple(name for name in (self.zh, self.en, self.it) if name)

    def in_locale(self, locale: str) -> str:
        """The name in this language, else in the first one that there is."""
        return getattr(self, locale.split("-")[0], None) or self.spellings[0]


class Shop(_Strict):
    """A shop on 千帆."""

    shop_id: Id
    name: OptionalText = None


class AdAccount(_Strict):
    """An advertising account on one of the platform's tools."""

    account_id: Id
    platform: Annotated[str, AfterValidator(_known_platform)]


class Recipient(_Strict):
    """Where one digest goes."""

    channel: Channel
    address: Id
    digest: Literal["merchant", "data_team", "programme"]

    @model_validator(mode="after")
    def _reachable(self) -> Recipient:
        before, at, after = self.address.rpartition("@")
        is_address = before and at and after and not re.search(r"\s", self.address)
        if self.channel == "email" and not is_address:
            raise ValueError(f"'{self.address}' is no e-mail address; write one like owner@shop.cn")
        return self


class Merchant(_Strict):
    """One merchant; its id is also its inbox folder."""

    merchant_id: Annotated[str, AfterValidator(_plain_id)]
    name: LocalName
    locale: Locale = "zh-CN"
    timezone: Annotated[str, AfterValidator(_known_zone)] = "Asia/Shanghai"
    currency: str = Field(default="CNY", pattern="^[A-Z]{3}$")
    industry_l1: OptionalText = None
    industry_l2: OptionalText = None
    joined_on: Annotated[date, BeforeValidator(_no_number), AfterValidator(_since_opening)]
    private_domain: bool = False
    shops: tuple[Shop, ...] = ()
    ad_accounts: tuple[AdAccount, ...] = ()
    recipients: tuple[Recipient, ...] = ()

    @property
    def sources(self) -> tuple[str, ...]:
        """The sources that this merchant is expected to deliver."""
        orders = ("qianfan__orders",) if self.shops else ()
        ads = {
            _PLATFORM_SOURCES[account.platform]
            for account in self.ad_accounts
            if account.platform in _PLATFORM_SOURCES
        }
        return orders + tuple(sorted(ads))

    @property
    def claims(self) -> Iterator[Claim]:
        """What no other merchant may have: the id, the shops, the accounts of each platform."""
        yield "merchant_id", self.merchant_id
        for shop in self.shops:
            yield shop_claim(shop)
        for account in self.ad_accounts:
            yield account_claim(account)


def shop_claim(shop: Shop) -> Claim:
    """What a shop is known by."""
    return "shop", shop.shop_id


def account_claim(account: AdAccount) -> Claim:
    """What an account is known by; platforms number theirs apart."""
    return f"{account.platform} account", account.account_id


class Team(_Strict):
    """The people who run Seedbed."""

    locale: Locale = "en"
    recipients: tuple[Recipient, ...] = ()


class Register(_Strict):
    """All merchants and the team."""

    merchants: tuple[Merchant, ...] = ()
    team: Team = Team()

    @model_validator(mode="after")
    def _unique(self) -> Register:
        owners: dict[Claim, str] = {}
        for merchant in self.merchants:
            for claim in merchant.claims:
                if claim in owners:
                    kind, known_by = claim
                    raise ValueError(
                        f"{kind} '{known_by}' is claimed by {owners[claim]} and again by "
                        f"{merchant.merchant_id}; take one of the two out"
                    )
                owners[claim] = merchant.merchant_id
        return self

    def get(self, merchant_id: str) -> Merchant | None:
        """The merchant of this id, or None."""
        return next((m for m in self.merchants if m.merchant_id == merchant_id), None)


# Where the checker's own words do not say what to do.
_WORDS = {
    "extra_forbidden": "Seedbed knows no such field; mend its spelling, or take it out",
    "missing": "it is missing; add it",
    "string_too_short": "it is blank; fill it in",
    "string_type": "it must be text; put it between quotes",
    "string_pattern_mismatch": "write three capital letters, like CNY",
}


def problems(error: ValidationError) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Place and sentence (small letter, no full stop) of everything that a check found."""
    for found in error.errors():
        told = _WORDS.get(found["type"]) or found["msg"].removeprefix("Value error, ")
        yield found["loc"], told[:1].lower() + told[1:] if told.startswith("Input") else told


def fields_of(entry: BaseModel) -> Mapping[str, Any]:
    """The fields of an entry as plain values, what is not known left out."""
    return entry.model_dump(exclude_none=True)
