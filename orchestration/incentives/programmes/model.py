"""What a programme's file can say (docs/rulebook.md), checked as far as one version goes. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from itertools import chain
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from orchestration.incentives.checked_yaml import Strict
from orchestration.incentives.programmes.conditions import Condition, Gate, Goal
from orchestration.incentives.programmes.rewards import Ladder, Rated, Reward
from orchestration.incentives.programmes.values import (
    AS_FULL_LIST,
    AS_LIST,
    Count,
    Day,
    Days,
    Id,
    Moment,
    OptionalDay,
    OptionalDays,
    Text,
    WeekDay,
)
from orchestration.register.model import LocalName

Certainty = Literal["A", "B", "C", "M"]
Event = Literal["joined", "first_order", "first_ad_spend", "first_broadcast"]


class AfterEvent(Strict):
    """So many days from an event of the merchant."""

    kind: Literal["after_event"]
    event: Event
    mode: Literal["first_ever", "dormant"] | None = None
    lookback_days: OptionalDays = None
    days: Days
    starts: Literal["event_day", "next_day"] = "event_day"

    @model_validator(mode="after")
    def _event_is_whole(self) -> Self:
        if (self.event == "joined") != (self.mode is None):
            raise ValueError(
                "a merchant joins once, so `joined` has no mode; every other event has `mode: "
                "first_ever` or `mode: dormant`"
            )
        if (self.mode == "dormant") != (self.lookback_days is not None):
            raise ValueError("`lookback_days` goes with `mode: dormant`, and only with it")
        if self.lookback_days is not None and self.lookback_days < self.days:
            raise ValueError(
                f"lookback_days ({self.lookback_days}) is below days ({self.days}), so windows "
                f"could overlap; make it at least {self.days}"
            )
        return self


class Campaign(Strict):
    """One run of days for everybody; `end` is the first day after it."""

    kind: Literal["campaign"]
    start: Day
    end: Day

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.start >= self.end:
            raise ValueError(f"end ({self.end}) is the first day after it; it must follow start")
        return self


class Weekly(Strict):
    """Seven days, one after the other; 1 is Monday."""

    kind: Literal["weekly"]
    week_starts: WeekDay = 1


class Monthly(Strict):
    """One calendar month after the other."""

    kind: Literal["monthly"]


Window = Annotated[AfterEvent | Campaign | Weekly | Monthly, Field(discriminator="kind")]


class Provenance(Strict):
    """Who says so, and how far he can be believed."""

    source: Text
    quoted_on: Day
    certainty: Certainty
    is_assumption: bool


class Exclusive(Strict):
    """A place in a group of which only one counts; the lowest rank goes first."""

    group: Id
    rank: Count


class Version(Strict):
    """One record of a version: what held for windows that begin on its days, as known then."""

    version: Count
    recorded_at: Moment
    valid_from: Day
    valid_to: OptionalDay = None
    provenance: Provenance
    window: Window
    gates: tuple[Gate, ...] = AS_LIST
    goals: tuple[Goal, ...] = AS_LIST
    reward: Reward
    exclusive: tuple[Exclusive, ...] = AS_LIST

    @property
    def key(self) -> tuple[int, datetime]:
        return self.version, self.recorded_at

    @property
    def conditions(self) -> Iterator[Condition]:
        """The conditions of all gates and goals."""
        for entry in chain(self.gates, self.goals):
            yield from entry.conditions

    @property
    def last_day(self) -> date:
        """The first day on which no window begins any more; far off until further notice."""
        return self.valid_to or date.max

    @model_validator(mode="after")
    def _days_in_order(self) -> Self:
        if self.valid_to is not None and self.valid_to <= self.valid_from:
            raise ValueError(f"valid_to ({self.valid_to}) must be a day after valid_from")
        if isinstance(self.window, Campaign) and not (
            self.valid_from <= self.window.start < self.last_day
        ):
            raise ValueError(
                f"the campaign starts on {self.window.start}, when this version is not valid; so "
                "it never counts"
            )
        return self

    @model_validator(mode="after")
    def _each_thing_once(self) -> Self:
        ids = Counter(condition.id for condition in self.conditions)
        groups = Counter(place.group for place in self.exclusive)
        for name, times in (ids + groups).items():
            if times > 1 and (ids[name] > 1 or groups[name] > 1):
                kind = "condition" if ids[name] > 1 else "group"
                raise ValueError(f"the {kind} '{name}' stands here twice; give one another name")
        return self

    @model_validator(mode="after")
    def _first_time_can_be_told(self) -> Self:
        is_once = isinstance(self.reward, Ladder | Rated) and self.reward.once is not None
        if is_once and not isinstance(self.window, Weekly | Monthly):
            raise ValueError(
                "`once: first_time` compares windows that follow each other; it goes with a weekly "
                "or monthly window only"
            )
        return self


class Programme(Strict):
    """One promise of the platform, in all that was ever known of it."""

    programme: Id
    name: LocalName
    versions: tuple[Version, ...] = AS_FULL_LIST

    @model_validator(mode="after")
    def _each_record_once(self) -> Self:
        for (version, recorded_at), times in Counter(one.key for one in self.versions).items():
            if times > 1:
                raise ValueError(
                    f"version {version} is recorded twice at {recorded_at.isoformat()}; which one "
                    "counts would be chance"
                )
        return self

    def known_at(self, moment: datetime) -> dict[int, int]:
        """By version number, the place in the file of the record that counts at a moment."""
        known: dict[int, int] = {}
        for index, one in enumerate(self.versions):
            best = known.get(one.version)
            is_newer = best is None or self.versions[best].recorded_at < one.recorded_at
            if one.recorded_at <= moment and is_newer:
                known[one.version] = index
        return known

    @property
    def latest(self) -> dict[int, int]:
        """By version number, the place in the file of its last record."""
        return self.known_at(max(one.recorded_at for one in self.versions))
