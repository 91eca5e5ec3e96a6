"""The register: merchants, their shops and accounts, and who reads about them."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator

Locale = Literal["zh-CN", "en", "it"]
Channel = Literal["slack", "email"]
# A merchant id is a folder, a part of file names and of figure ids: nothing to escape in it.
_MERCHANT_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_PLATFORM_SOURCES = {"juguang": "juguang__accounts"}


class RegisterError(Exception):
    """The register cannot be used; the message names file, place, fault and mend."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _as_text(value: object) -> object:
    """YAML reads an id without quotes as a number; only whole numbers come through unharmed."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Id = Annotated[str, BeforeValidator(_as_text), Field(min_length=1)]


class LocalName(_Strict):
    """A name in the languages that it has; at least one."""

    zh: str | None = None
    en: str | None = None
    it: str | None = None

    def in_locale(self, locale: str) -> str:
        """The name in this language, else in the first one that there is."""
        wanted = getattr(self, locale.split("-")[0], None)
        return wanted or self.zh or self.en or self.it or ""


class Shop(_Strict):
    """A shop on 千帆."""

    shop_id: Id
    name: str | None = None


class AdAccount(_Strict):
    """An advertising account on one of the platform's tools."""

    account_id: Id
    platform: str


class Recipient(_Strict):
    """Where one digest goes."""

    channel: Channel
    address: str = Field(min_length=1)
    digest: Literal["merchant", "data_team", "programme"]


class Merchant(_Strict):
    """One merchant; its id is also its inbox folder."""

    merchant_id: str
    name: LocalName
    locale: Locale = "zh-CN"
    timezone: str = "Asia/Shanghai"
    currency: str = Field(default="CNY", pattern="^[A-Z]{3}$")
    industry_l1: str | None = None
    industry_l2: str | None = None
    joined_on: date
    private_domain: bool = False
    shops: tuple[Shop, ...] = ()
    ad_accounts: tuple[AdAccount, ...] = ()
    recipients: tuple[Recipient, ...] = ()

    @field_validator("merchant_id")
    @classmethod
    def _plain(cls, value: str) -> str:
        if not _MERCHANT_ID.fullmatch(value):
            raise ValueError("use small letters, digits, '-' and '_' only, 64 at most")
        if value == "team":
            raise ValueError("'team' names the data team's own digests; choose another id")
        return value

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError("no such time zone; write one like Asia/Shanghai") from error
        return value

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


class Team(_Strict):
    """The people who run Seedbed."""

    locale: Locale = "en"
    recipients: tuple[Recipient, ...] = ()


class Register(_Strict):
    """All merchants and the team."""

    merchants: tuple[Merchant, ...] = ()
    team: Team = Team()

    @field_validator("merchants")
    @classmethod
    def _unique(cls, merchants: tuple[Merchant, ...]) -> tuple[Merchant, ...]:
        seen: dict[str, str] = {}
        for merchant in merchants:
            claims = [merchant.merchant_id, *(shop.shop_id for shop in merchant.shops)]
            claims += [f"{a.platform}/{a.account_id}" for a in merchant.ad_accounts]
            for claim in claims:
                if claim in seen:
                    raise ValueError(
                        f"'{claim}' is claimed by {seen[claim]} and again by {merchant.merchant_id}"
                    )
                seen[claim] = merchant.merchant_id
        return merchants

    def get(self, merchant_id: str) -> Merchant | None:
        """The merchant of this id, or None."""
        return next((m for m in self.merchants if m.merchant_id == merchant_id), None)


def read_register(path: Path) -> Register:
    """Read and check `merchants.yml`.

    Raises:
        RegisterError: the file is missing, is no YAML, or an entry is wrong.
    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise RegisterError(f"{path} is missing; `seedbed init` writes an empty one.") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise RegisterError(f"{path} is not valid YAML: {error}.") from error
    try:
        return Register.model_validate(content or {})
    except ValidationError as error:
        first = error.errors()[0]
        place = " › ".join(str(part) for part in first["loc"]) or "the whole file"
        raise RegisterError(f"{path}: {place}: {first['msg']}.") from error
