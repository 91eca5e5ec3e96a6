"""What differs between two registers, as words for whoever decides on it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

from pydantic import BaseModel

from orchestration.register.model import LocalName, Merchant, Register, Team

NOTHING = "(none)"


@dataclass(frozen=True)
class Change:
    """One field of a merchant, or of the team (`merchant_id` is `team`), before and after."""

    merchant_id: str
    field: str
    old: str
    new: str


@dataclass(frozen=True)
class Changes:
    """Merchants that come and go by id and name, and fields that change."""

    added: dict[str, str]
    removed: dict[str, str]
    changed: tuple[Change, ...]

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)

    def as_dict(self) -> dict[str, object]:
        return dict(asdict(self))


def changes(old: Register, new: Register) -> Changes:
    """What has to happen to `old` so that it is `new`; the order of merchants does not count."""
    before = {merchant.merchant_id: merchant for merchant in old.merchants}
    after = {merchant.merchant_id: merchant for merchant in new.merchants}
    changed = [
        change
        for merchant_id, merchant in after.items()
        if merchant_id in before
        for change in _changed_fields(merchant_id, before[merchant_id], merchant)
    ]
    changed += _changed_fields("team", old.team, new.team)
    return Changes(
        added={key: shown(after[key].name) for key in after if key not in before},
        removed={key: shown(before[key].name) for key in before if key not in after},
        changed=tuple(changed),
    )


def _changed_fields(
    merchant_id: str, old: Merchant | Team, new: Merchant | Team
) -> Iterator[Change]:
    for field in type(new).model_fields:
        before, after = getattr(old, field), getattr(new, field)
        if before != after:
            if isinstance(before, tuple) and set(before) != set(after):
                # Of a long list, what goes and what comes is enough.
                before, after = _without(before, after), _without(after, before)
            yield Change(merchant_id, field, shown(before), shown(after))


def _without(entries: Sequence[BaseModel], others: Sequence[BaseModel]) -> Sequence[BaseModel]:
    return tuple(entry for entry in entries if entry not in others)


def shown(value: object) -> str:
    """A value of the register as one piece of text."""
    if value is None or value == ():
        return NOTHING
    if isinstance(value, LocalName):
        return " / ".join(value.spellings)
    if isinstance(value, BaseModel):
        return " ".join(str(part) for part in value.model_dump(exclude_none=True).values())
    if isinstance(value, tuple):
        return ", ".join(map(shown, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
