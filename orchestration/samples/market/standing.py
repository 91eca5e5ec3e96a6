"""Which export each row is taken from: the latest one that has it, and has it whole."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

import pandas as pd

from orchestration.samples.market.exports import Key, Plan, Record
from orchestration.samples.market.frames import frame


@dataclass(frozen=True)
class Showing:
    """What one export shows of one key: its valid rows, and whether one of it is quarantined."""

    plan: Plan
    records: tuple[Record, ...]
    is_broken: bool

    @property
    def merchant_id(self) -> str:
        return self.plan.merchant_id

    @property
    def age(self) -> tuple[bool, datetime]:
        """The greater, the newer; a name without a time leaves the receipt, which is later."""
        return not self.plan.is_time_known, self.plan.exported_at

    @property
    def record(self) -> Record:
        """The only row of a key that is no order."""
        return self.records[0]


Standing = dict[str, list[Showing]]


def loaded_plans(plans: Iterable[Plan]) -> Iterator[Plan]:
    """The plans whose rows reach the tables, each content once."""
    return (plan for plan in plans if not plan.fault and not plan.is_repeat)


def showings(plans: Iterable[Plan]) -> dict[tuple[str, str, Key], list[Showing]]:
    """Every showing by merchant, source and key, the oldest export first."""
    found: dict[tuple[str, str, Key], list[Showing]] = defaultdict(list)
    for plan in loaded_plans(plans):
        valid: dict[Key, list[Record]] = defaultdict(list)
        broken: set[Key] = set()
        for entry in plan.entries:
            if entry.record is not None and entry.record.key:
                if entry.fate == "loaded":
                    valid[entry.record.key].append(entry.record)
                else:
                    broken.add(entry.record.key)
        for key, records in valid.items():
            place = (plan.merchant_id, plan.source, key)
            found[place].append(Showing(plan, tuple(records), key in broken))
    for same in found.values():
        same.sort(key=lambda showing: showing.age)
    return found


def standing(plans: Iterable[Plan]) -> Standing:
    """The showing that counts of every key, by source.

    It is the newest one that has no row of the key in quarantine; only if there is none, the
    newest one.
    """
    found: Standing = defaultdict(list)
    for (_, source, _), same in showings(plans).items():
        found[source].append(max(same, key=lambda one: (not one.is_broken, one.age)))
    return found


def changes(plans: Iterable[Plan]) -> pd.DataFrame:
    """What a newer export says otherwise than the one before: a row per key, line and value.

    Columns: merchant_id, source, key (its parts joined by a slash), line, name, old, new, and
    when the newer one was exported. Exports with a row of the key in quarantine change nothing.
    """
    rows = [
        {
            "merchant_id": merchant_id,
            "source": source,
            "key": "/".join(key),
            "line": older.line,
            "name": name,
            "old": older.values[name],
            "new": value,
            "exported_at": after.plan.exported_at,
        }
        for (merchant_id, source, key), same in showings(plans).items()
        for before, after in pairwise(one for one in same if not one.is_broken)
        for older, newer in zip(before.records, after.records, strict=True)
        for name, value in newer.values.items()
        if older.values[name] != value
    ]
    names = ["merchant_id", "source", "key", "line", "name", "old", "new", "exported_at"]
    return frame(rows, names)
