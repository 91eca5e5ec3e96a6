"""Who owns which shop and advertising account: the register says it, or a person once did."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from orchestration.exports.owners import OWNER_COLUMNS, Owned, platform_of
from orchestration.flow.workspace import Workspace
from orchestration.register import Register
from orchestration.settings import now
from orchestration.state.models import OwnedId

# Kind (shop or account), platform (none for shops: a shop is one for all tools), id.
IdKey = tuple[str, str, str]


@dataclass(frozen=True)
class Owners:
    """The owner of each known shop and account."""

    by_id: Mapping[IdKey, str]

    def of_merchant(self, merchant_id: str) -> Owned:
        """What one merchant owns."""
        mine = sorted(key for key, owner in self.by_id.items() if owner == merchant_id)
        accounts: dict[str, tuple[str, ...]] = {}
        for kind, platform, owned_id in mine:
            if kind == "account":
                accounts[platform] = (*accounts.get(platform, ()), owned_id)
        return Owned(tuple(key[2] for key in mine if key[0] == "shop"), accounts)

    def of_ids(self, keys: set[IdKey]) -> set[str]:
        """The merchants who own any of these."""
        return {self.by_id[key] for key in keys if key in self.by_id}

    def and_these(self, merchant_id: str, keys: Collection[IdKey]) -> Owners:
        """The same, and that a merchant owns these, which were nobody's."""
        return Owners({**self.by_id, **dict.fromkeys(keys, merchant_id)}) if keys else self


def owners(workspace: Workspace) -> Owners:
    """Everybody's shops and accounts; the register wins over what was once said."""
    with workspace.store.session() as session:
        said = {
            (row.kind, row.platform, row.owned_id): row.merchant_id
            for row in session.scalars(select(OwnedId))
        }
    return Owners({**said, **registered(workspace.register()).by_id})


def registered(register: Register) -> Owners:
    """The shops and accounts of the register alone."""
    found: dict[IdKey, str] = {}
    for merchant in register.merchants:
        for shop in merchant.shops:
            found["shop", "", shop.shop_id] = merchant.merchant_id
        for account in merchant.ad_accounts:
            found["account", account.platform, account.account_id] = merchant.merchant_id
    return Owners(found)


def named_ids(source: str, owner_ids: Mapping[str, tuple[str, ...]]) -> set[IdKey]:
    """The shops and accounts that a file names, from its columns."""
    keys: set[IdKey] = set()
    for column, ids in owner_ids.items():
        kind = OWNER_COLUMNS[column]
        platform = platform_of(source) if kind == "account" else ""
        keys |= {(kind, platform, owned_id) for owned_id in ids}
    return keys


def remember_ids(session: Session, merchant_id: str, keys: Collection[IdKey]) -> None:
    """Keep that a person gave a merchant files with these ids."""
    for kind, platform, owned_id in sorted(keys):
        session.merge(
            OwnedId(
                kind=kind,
                platform=platform,
                owned_id=owned_id,
                merchant_id=merchant_id,
                claimed_at=now(),
            )
        )
