"""What speaks for whose a file is: its ids, its names, the rows that others have, its company."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence

from orchestration.flow.owners import IdKey, Owners
from orchestration.flow.suggest.weighed import Evidence
from orchestration.register import Merchant
from orchestration.warehouse.shared_ids import SharedIds

# How much each kind of evidence is worth. A registered id is whose the register says; one id in
# common may be a slip, two are none. Names are alike by chance, and files come together so too.
_REGISTERED, _SHARED, _ONE_SHARED, _SHARED_NOTES = 1.0, 0.97, 0.8, 0.6
_ID_IN_NAME, _SAME_NAME, _NAME_WITHIN, _ALIKE = 0.9, 0.9, 0.75, 0.6
_SAME_ZIP, _SAME_TIME = 0.6, 0.4

# Columns of ids, and what they number. A note may be advertised by several merchants.
ID_COLUMNS = {
    "order_id": "orders",
    "aftersale_id": "after-sales",
    "item_id": "items",
    "campaign_id": "campaigns",
    "unit_id": "units",
    "creative_id": "creatives",
    "note_id": "notes",
    "shop_id": "shops",
    "account_id": "accounts",
}
_OWNED = ("shop_id", "account_id")
_SHAREABLE = ("note_id",)
# Shorter names stand in other words by chance.
_SHORTEST_NAME = 3
# So much alike that a typing error or a word such as 旗舰店 is the difference.
_ALIKE_SHARE = 0.8
# What shops add to their names.
_ADDED = re.compile(r"官方|旗舰店|专卖店|专营店|直营店|小红书|店铺|店$|official|store|shop")


def by_registered_ids(ids: Iterable[IdKey], owners: Owners) -> Iterator[Evidence]:
    """Shops and accounts that somebody is known to own."""
    for key in sorted(ids):
        if (owner := owners.by_id.get(key)) is not None:
            yield Evidence(owner, _REGISTERED, f"it names {key[0]} {key[2]} of {owner}")


def by_shared_ids(found: Iterable[SharedIds]) -> Iterator[Evidence]:
    """Orders, items, campaigns … that are in a merchant's rows already."""
    for one in found:
        what = ID_COLUMNS[one.column]
        if one.column in _SHAREABLE:
            certainty = _SHARED_NOTES
        else:
            is_enough = one.count > 1 or one.column in _OWNED
            certainty = _SHARED if is_enough else _ONE_SHARED
        yield Evidence(
            one.merchant_id,
            certainty,
            f"{one.count:,} of its {one.total:,} {what}, such as {one.example}, are in "
            f"{one.source} of {one.merchant_id}",
        )


def by_names(
    names: Iterable[str], file_names: Sequence[str], merchants: Iterable[Merchant]
) -> Iterator[Evidence]:
    """Names of merchants and shops that are in the file, or in its name; ids in its name.

    A name that is one merchant's speaks for nobody whose name is only like it.
    """
    known = {merchant: _names_of(merchant) for merchant in merchants}
    in_file = [one for name in names for one in _whose_name(name, known)]
    for merchant, own in known.items():
        yield from _best(one for one in in_file if one.merchant_id == merchant.merchant_id)
        yield from _best(_in_file_names(merchant, own, file_names))


def _names_of(merchant: Merchant) -> tuple[str, ...]:
    shops = (shop.name for shop in merchant.shops if shop.name)
    return tuple(dict.fromkeys((*merchant.name.spellings, *shops)))


def _whose_name(name: str, known: Mapping[Merchant, Sequence[str]]) -> list[Evidence]:
    found = [
        Evidence(
            merchant.merchant_id,
            certainty,
            f"the name '{name}' in it {'is' if certainty == _SAME_NAME else 'is like'} '{own}'",
        )
        for merchant, names in known.items()
        for own in names
        if (certainty := _likeness(name, own))
    ]
    same = [one for one in found if one.certainty == _SAME_NAME]
    return same or found


def _likeness(name: str, own: str) -> float:
    one, other = _bare(name), _bare(own)
    if not one or not other:
        return 0
    if one == other:
        return _SAME_NAME
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) >= _SHORTEST_NAME and shorter in longer:
        return _NAME_WITHIN
    if re.findall(r"[0-9]+", one) != re.findall(r"[0-9]+", other):
        # 一店 and 二店 are named by their numbers.
        return 0
    share = difflib.SequenceMatcher(None, one, other, autojunk=False).ratio()
    return _ALIKE if share >= _ALIKE_SHARE else 0


def _in_file_names(
    merchant: Merchant, known: Sequence[str], file_names: Sequence[str]
) -> Iterator[Evidence]:
    ids = [*(shop.shop_id for shop in merchant.shops)]
    ids += [account.account_id for account in merchant.ad_accounts]
    for file_name in file_names:
        for owned_id in ids:
            if _is_word_in(owned_id, file_name):
                reason = f"its name holds {owned_id}, which {merchant.merchant_id} owns"
                yield Evidence(merchant.merchant_id, _ID_IN_NAME, reason)
        if _is_word_in(merchant.merchant_id, file_name):
            reason = f"its name holds '{merchant.merchant_id}'"
            yield Evidence(merchant.merchant_id, _NAME_WITHIN, reason)
        for own in known:
            if len(_bare(own)) >= _SHORTEST_NAME and _bare(own) in _plain(file_name):
                reason = f"its name holds the name '{own}'"
                yield Evidence(merchant.merchant_id, _NAME_WITHIN, reason)


def _is_word_in(word: str, text: str) -> bool:
    """Whether an id stands in a text, and not as a part of a longer one."""
    alone = rf"(?<![0-9A-Za-z]){re.escape(word)}(?![0-9A-Za-z])"
    return len(word) >= _SHORTEST_NAME and re.search(alone, text) is not None


def _best(found: Iterable[Evidence]) -> Iterator[Evidence]:
    """The strongest of one kind: the same thing said twice is not twice as sure."""
    strongest = max(found, key=lambda one: one.certainty, default=None)
    if strongest is not None:
        yield strongest


def _plain(text: str) -> str:
    wide = unicodedata.normalize("NFKC", text).casefold()
    return "".join(char for char in wide if char.isalnum())


def _bare(name: str) -> str:
    """A name without what shops add to theirs."""
    return _plain(_ADDED.sub("", unicodedata.normalize("NFKC", name).casefold()))


def by_company(same_zip: Mapping[str, int], same_time: Mapping[str, int]) -> Iterator[Evidence]:
    """Files that came with it: of one merchant alone, else it says nothing.

    Args:
        same_zip: by merchant, how many other files of the same ZIP are claimed.
        same_time: by merchant, how many files arrived in the same minute.
    """
    for found, certainty, how in (
        (same_zip, _SAME_ZIP, "lay in the same ZIP"),
        (same_time, _SAME_TIME, "arrived together with it"),
    ):
        if len(found) == 1:
            ((merchant_id, count),) = found.items()
            files = f"{count:,} {'file' if count == 1 else 'files'}"
            yield Evidence(merchant_id, certainty, f"{files} of {merchant_id} {how}")
