"""A whole world from a seed."""

from __future__ import annotations

from datetime import date
from random import Random

from oracle.incentives import Parameters

from incentive_worlds.compiled import PROGRAMMES
from incentive_worlds.homes import World
from incentive_worlds.merchants import exports, registered

# They begin, hold and end whole months, campaigns and records of versions.
WEEKS = (date(2024, 6, 3), date(2024, 6, 10), date(2024, 6, 24), date(2024, 7, 1))
PARAMETERS = Parameters(warmup_days=45, broadcast_minutes=30)


def make_world(seed: int, merchants: int, weeks: tuple[date, ...] = WEEKS) -> World:
    """The same seed gives the same world, and the first merchants of a larger one."""
    names = [name for words in PROGRAMMES for name in words["name"].values()]
    crowd = [
        (registered(random, f"m{number:04}"), random)
        for number in range(merchants)
        for random in [Random(f"{seed}/{number}")]
    ]
    files = tuple(file for one, random in crowd for file in exports(random, one, names))
    return World(tuple(one for one, _ in crowd), files, PROGRAMMES, weeks, PARAMETERS)
