"""Whose shop or account a file speaks of: as its rows name it, or as is known from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from orchestration.exports.effective import Receipt
from orchestration.exports.errors import UnreadableFile
from orchestration.exports.layout.recognise import Recognised
from orchestration.exports.layout.rows import Terms

OwnerKind = Literal["shop", "account"]
# The columns by which a row tells whose it is.
OWNER_COLUMNS: dict[str, OwnerKind] = {"shop_id": "shop", "account_id": "account"}
# An id is a word of its own in a name, not a part of another number.
_WORD = re.compile(r"[0-9A-Za-z]+(?:[-][0-9A-Za-z]+)*")


def platform_of(source: str) -> str:
    """The tool that a source is downloaded from."""
    return source.partition("__")[0]


@dataclass(frozen=True)
class Owned:
    """What a merchant owns: ids of shops, and of accounts by platform."""

    shops: tuple[str, ...] = ()
    accounts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def of(self, kind: OwnerKind, platform: str) -> tuple[str, ...]:
        return self.shops if kind == "shop" else self.accounts.get(platform, ())


def known_ids(
    found: Recognised, terms: Terms, owned: Owned, receipts: Sequence[Receipt]
) -> dict[str, str]:
    """Ids by column for a file that does not tell them itself.

    Its folder or name may tell one; a merchant that has only one needs not tell it.

    Raises:
        UnreadableFile: one of several is meant, rows are kept apart by it, and nothing tells it.
    """
    known: dict[str, str] = {}
    for column, kind in OWNER_COLUMNS.items():
        if column not in found.layout.columns or column in found.positions:
            continue
        ids = owned.of(kind, platform_of(found.layout.source))
        named = _named(ids, receipts)
        if len(named) == 1 or len(ids) == 1:
            known[column] = (named or ids)[0]
        elif ids and column in terms.keys:
            raise UnreadableFile(
                f"{receipts[0].file_name}: the merchant has the {kind}s {', '.join(ids)}, and "
                f"nothing tells which one this file is of; put it into a folder of that name, "
                f"such as inbox/<merchant_id>/{ids[0]}/."
            )
    return known


def _named(ids: Sequence[str], receipts: Sequence[Receipt]) -> list[str]:
    """Ids that a folder or a name of the file tells."""
    words = {
        word
        for receipt in receipts
        for text in (*receipt.folder.split("/"), receipt.file_name)
        for word in (text, *_WORD.findall(text))
    }
    return [owner_id for owner_id in ids if owner_id in words]
