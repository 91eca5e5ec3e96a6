"""What a merchant, the team and the register are, and what may not be in them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from orchestration.register.fields import (
    Channel,
    Currency,
    DigestKind,
    FirstDay,
    Id,
    Locale,
    MerchantId,
    OptionalText,
    Platform,
    TimeZone,
    VariableName,
    is_webhook,
)

# What the accounts of a platform deliver.
_PLATFORM_SOURCES = {"juguang": "juguang__accounts"}

# What one merchant alone may have: its kind, and what it is known by.
Claim = tuple[str, str]


class RegisterError(Exception):
    """The register cannot be used; the message names file, place, fault and mend."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


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

    @property
    def claim(self) -> Claim:
        return "shop", self.shop_id


class AdAccount(_Strict):
    """An advertising account on one of the platform's tools."""

    account_id: Id
    platform: Platform

    @property
    def claim(self) -> Claim:
        # Platforms number their accounts apart from one another.
        return f"{self.platform} account", self.account_id


class Recipient(_Strict):
    """Where one digest goes."""

    channel: Channel
    address: Id
    digest: DigestKind
    # The variable of the environment that holds the Slack token of the address's workspace.
    token_env: VariableName | None = None

    @property
    def key(self) -> str:
        """How the ledger names it: `slack:C0123456`."""
        return f"{self.channel}:{self.address}"

    @model_validator(mode="after")
    def _reachable(self) -> Recipient:
        before, at, after = self.address.rpartition("@")
        is_address = before and at and after and not re.search(r"\s", self.address)
        if self.channel == "email" and not is_address:
            raise ValueError("it is no e-mail address; write one like owner@example.com")
        if self.channel != "slack" and self.token_env is not None:
            raise ValueError("token_env is for a Slack channel; take it out")
        if self.channel == "webhook" and not is_webhook(self.address):
            raise ValueError("it is no webhook; write json:NAME, feishu:NAME or wecom:NAME")
        return self


class Merchant(_Strict):
    """One merchant; its id is also its inbox folder."""

    merchant_id: MerchantId
    name: LocalName
    locale: Locale = "zh-CN"
    timezone: TimeZone = "Asia/Shanghai"
    currency: Currency = "CNY"
    industry_l1: OptionalText = None
    industry_l2: OptionalText = None
    joined_on: FirstDay
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
        for owned in (*self.shops, *self.ad_accounts):
            yield owned.claim


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


def in_order_of(first: Register, register: Register) -> Register:
    """The same register, its merchants in the order of another one; new ones come last."""
    places = {merchant.merchant_id: place for place, merchant in enumerate(first.merchants)}
    merchants = sorted(register.merchants, key=lambda m: places.get(m.merchant_id, len(places)))
    return register.model_copy(update={"merchants": tuple(merchants)})


# Where the checker's own words do not say what to do.
_WORDS = {
    "extra_forbidden": "Seedbed knows no such field; mend its spelling, or take it out",
    "missing": "it is missing; add it",
    "string_too_short": "it is blank; fill it in",
    "string_type": "it must be text; put it between quotes",
    "tuple_type": "it must be a list; begin each entry with '- '",
    "model_type": "it must have fields; write each as 'field: value'",
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
