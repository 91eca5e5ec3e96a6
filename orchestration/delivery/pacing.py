"""When each message goes, so that no way out is asked for more than it takes. Pure but for paces().

Messages of one way follow each other at its pace, and so do those to one address; among addresses
that could be next it is the turn of the one that was served longest ago. So an address with many
messages, or one that answers slowly, delays its own.
"""

from __future__ import annotations

import heapq
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

_FILE = Path(__file__).parent / "paces.toml"


@dataclass(frozen=True)
class Pace:
    """How fast a way takes messages: seconds between any two, and between two to one address."""

    seconds: float = 0.0
    seconds_per_address: float = 0.0


@dataclass(frozen=True)
class Letter:
    """A message to be sent: by which way (a workspace, a mail server), to which address."""

    way: str
    address: str


@dataclass(frozen=True)
class Slot:
    """When a message goes, in seconds from the first; `place` is its place among the letters."""

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
    waiting: dict[str, list[int]] = defaultdict(list)
    for place in reversed(places):
        waiting[letters[place].address].append(place)
    # When each address may be next, and which of them came first.
    turns = [(0.0, own[-1], address) for address, own in waiting.items()]
    heapq.heapify(turns)
    free = 0.0
    while turns:
        since, _, address = heapq.heappop(turns)
        at, own = max(free, since), waiting[address]
        yield Slot(at, own.pop())
        free = at + pace.seconds
        if own:
            heapq.heappush(turns, (at + pace.seconds_per_address, own[-1], address))


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
