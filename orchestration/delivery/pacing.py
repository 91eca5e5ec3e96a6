"""When each message goes, so that no way out is asked for more than it takes. Pure but for paces().

Messages of one way follow each other at its pace, and so do those to one address; the addresses
take turns. So an address with many messages, or one that answers slowly, delays its own. Where a
sending is spread, its messages keep that order and stand evenly further apart.
"""

from __future__ import annotations

import math
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

_FILE = Path(__file__).parent / "paces.toml"


@dataclass(frozen=True)
class Pace:
    """How fast a way takes messages: seconds between any two, and between two to one address.

    `spread_seconds` is over how many they are wished to be spread, though they might go faster.
    """

    seconds: float = 0.0
    seconds_per_address: float = 0.0
    spread_seconds: float = 0.0


@dataclass(frozen=True)
class Letter:
    """What is sent at once: by which way (a workspace, a mail server), to which address.

    `messages`: how many it is, such as a digest in Slack with its reply.
    Spreading never makes it go later than `within` seconds from the first one.
    """

    way: str
    address: str
    within: float = math.inf
    messages: int = 1


@dataclass(frozen=True)
class Slot:
    """When a letter goes, in seconds from the first; `place` is its place among the letters."""

    at: float
    place: int


@cache
def paces() -> Mapping[str, Pace]:
    """What channels are known to take, by name; of others nothing is known."""
    with _FILE.open("rb") as file:
        told = {name: told for name, told in tomllib.load(file).items() if isinstance(told, dict)}
    return {
        name: Pace(
            60 / pace["per_minute"] if "per_minute" in pace else 0.0, pace["seconds_per_address"]
        )
        for name, pace in told.items()
    }


def planned(letters: Sequence[Letter], pace_of: Mapping[str, Pace]) -> list[Slot]:
    """A slot for each letter, in the order of their times; the last one says when all is done."""
    by_way: dict[str, list[int]] = defaultdict(list)
    for place, letter in enumerate(letters):
        by_way[letter.way].append(place)
    slots = [
        slot
        for way, places in by_way.items()
        for slot in _of_way(letters, places, pace_of.get(way, Pace()))
    ]
    return sorted(slots, key=lambda slot: (slot.at, slot.place))


def _of_way(letters: Sequence[Letter], places: Sequence[int], pace: Pace) -> Iterator[Slot]:
    order = _in_turn(letters, places)
    step = _step(letters, order, pace)
    free, free_of = 0.0, defaultdict[str, float](float)
    for number, place in enumerate(order):
        letter = letters[place]
        at = max(free, free_of[letter.address], number * step)
        yield Slot(at, place)
        free = at + letter.messages * pace.seconds
        free_of[letter.address] = at + letter.messages * pace.seconds_per_address


def _in_turn(letters: Sequence[Letter], places: Sequence[int]) -> list[int]:
    """Each address's first message in the order given, then each one's second, and so on."""
    own: dict[str, list[int]] = defaultdict(list)
    turns: list[tuple[int, int, int]] = []
    for place in places:
        mine = own[letters[place].address]
        mine.append(place)
        turns.append((len(mine), mine[0], place))
    return [place for _, _, place in sorted(turns)]


def _step(letters: Sequence[Letter], order: Sequence[int], pace: Pace) -> float:
    """The seconds that messages of a way are kept apart; 0 where that would make one too late."""
    step, after = pace.spread_seconds / len(order), math.inf
    after_own = defaultdict[str, float](lambda: math.inf)
    for number, place in reversed(list(enumerate(order))):
        letter = letters[place]
        # The last moment at which neither it nor, at its pace, any that follows is too late.
        latest = min(
            letter.within,
            after - letter.messages * pace.seconds,
            after_own[letter.address] - letter.messages * pace.seconds_per_address,
        )
        if number:
            step = min(step, latest / number)
        after = after_own[letter.address] = latest
    return max(step, 0.0)


def on_time(
    slots: Sequence[Slot], clock: Callable[[], float], sleep: Callable[[float], object]
) -> Iterator[Slot]:
    """Give each slot at its time; who is late makes all later ones wait, and none hurry."""
    start = clock()
    for slot in slots:
        start = max(start, clock() - slot.at)
        wait = start + slot.at - clock()
        if wait > 0:
            sleep(wait)
        yield slot


@dataclass(frozen=True)
class Quiet:
    """Hours of the day in which nobody is written to, from one full hour until another."""

    from_hour: int
    until_hour: int

    def ends(self, moment: datetime, zone: ZoneInfo) -> datetime | None:
        """When the quiet hours are over that it is in a reader's zone; None if it is in none."""
        local = moment.astimezone(zone)
        is_over_midnight = self.from_hour > self.until_hour
        is_evening = local.hour >= self.from_hour
        is_morning = local.hour < self.until_hour
        if not ((is_evening or is_morning) if is_over_midnight else (is_evening and is_morning)):
            return None
        day = local.date() + timedelta(days=is_over_midnight and is_evening)
        return datetime.combine(day, time(self.until_hour), zone)

    def begins(self, moment: datetime, zone: ZoneInfo) -> datetime | None:
        """When they are next in a reader's zone: now, if it is in them; None if there are none."""
        if self.from_hour == self.until_hour:
            return None
        if self.ends(moment, zone):
            return moment
        today = moment.astimezone(zone).date()
        days = (today, today + timedelta(days=1))
        evenings = (datetime.combine(day, time(self.from_hour), zone) for day in days)
        # Compared in one zone, for clocks that are changed show the same hour twice.
        return next(one for one in evenings if one.astimezone(UTC) >= moment)
