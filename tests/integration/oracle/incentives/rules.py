"""A programme file as the page writes it (parsed YAML), and which of its versions is in force."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any

Words = Mapping[str, Any]

SHANGHAI = timezone(timedelta(hours=8))
LEVELLED = ("highest_only", "cumulative", "retroactive", "marginal")


@dataclass(frozen=True)
class Version:
    """One record of a version."""

    programme: str
    names: frozenset[str]
    number: int
    recorded_at: datetime
    valid_from: date
    valid_to: date | None
    window: Words
    gates: Sequence[Sequence[Words]]  # entries, each of alternatives
    goals: Sequence[Sequence[Words]]
    reward: Words
    ranks: Mapping[str, int]  # by group of exclusion

    def is_in_force(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)

    @property
    def starts_after(self) -> timedelta:
        """From an event to the first day of its window."""
        return timedelta(days=1 if self.window.get("starts") == "next_day" else 0)

    @property
    def mode(self) -> str:
        return self.reward["mode"]

    @property
    def tiers(self) -> Sequence[Words]:
        return self.reward.get("tiers") or ()

    def limit(self, name: str) -> Decimal | None:
        """A cap of the reward, if it has that one."""
        return number(self.reward.get(name))


@dataclass(frozen=True)
class Programme:
    """All records of all versions."""

    programme: str
    records: tuple[Version, ...]

    def known_at(self, as_of: date) -> list[Version]:
        """The last record of each version that was recorded before the end of the day."""
        midnight = datetime.combine(as_of + timedelta(days=1), time(), SHANGHAI)
        last: dict[int, Version] = {}
        for record in sorted(self.records, key=lambda one: one.recorded_at):
            if record.recorded_at < midnight:
                last[record.number] = record
        return list(last.values())


def number(value: Any) -> Decimal | None:
    """A number of the file, exact; true is 1 and false 0."""
    return None if value is None else Decimal(str(int(value) if value in (True, False) else value))


def programme_of(words: Words) -> Programme:
    """A programme from its file."""
    names = frozenset(words["name"].values())
    return Programme(
        words["programme"],
        tuple(_version(words["programme"], names, each) for each in words["versions"]),
    )


def _version(programme: str, names: frozenset[str], words: Words) -> Version:
    return Version(
        programme,
        names,
        words["version"],
        words["recorded_at"],
        words["valid_from"],
        words.get("valid_to"),
        words["window"],
        _entries(words.get("gates")),
        _entries(words.get("goals")),
        words["reward"],
        {each["group"]: each["rank"] for each in words.get("exclusive") or ()},
    )


def _entries(words: Sequence[Words] | None) -> list[Sequence[Words]]:
    return [each.get("any", [each]) for each in words or ()]
