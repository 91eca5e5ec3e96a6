"""What may happen to the files of a crowd: late, withdrawn, reinstated, corrected, or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Literal

from incentive_worlds.files import AdRow, File, FileRow, GrantRow, LiveRow
from incentive_worlds.homes import World
from incentive_worlds.merchants import AMOUNTS, MINUTES

Kind = Literal["late", "withdrawn", "reinstated", "corrected", "nothing"]
KINDS: tuple[Kind, ...] = ("late", "withdrawn", "reinstated", "corrected", "nothing")


@dataclass(frozen=True)
class Moment:
    """A world with the files that have arrived, and those that are still to come."""

    world: World
    late: tuple[File, ...]
    steps: int = 0


def begin(world: World, random: Random) -> Moment:
    """A third of the files comes late."""
    late = {file for file in world.files if random.random() < 1 / 3}
    arrived = tuple(file for file in world.files if file not in late)
    return Moment(
        replace(world, files=arrived), tuple(file for file in world.files if file in late)
    )


def after(moment: Moment, kind: Kind, random: Random) -> Moment:
    """The world after one thing of this kind has happened to some of its files."""
    files, late, steps = list(moment.world.files), list(moment.late), moment.steps + 1
    if kind == "late":
        come = [file for file in late if random.random() < 1 / 2]
        files, late = files + come, [file for file in late if file not in come]
    elif kind in ("withdrawn", "reinstated"):
        files = [_turned(file, kind == "reinstated", random) for file in files]
    elif kind == "corrected":
        files += [_corrected(file, steps, random) for file in files if random.random() < 1 / 10]
    return Moment(replace(moment.world, files=tuple(files)), tuple(late), steps)


def _turned(file: File, is_loaded: bool, random: Random) -> File:
    """Few files are withdrawn, and many of them come back."""
    share = 1 / 2 if is_loaded else 1 / 10
    return replace(file, is_loaded=is_loaded) if random.random() < share else file


def _corrected(file: File, step: int, random: Random) -> File:
    """A newer export of the same days, in which some rows say something else or are not there."""
    return replace(
        file,
        sha256=f"{file.sha256}.{step}",
        exported_at=file.exported_at + timedelta(hours=step),
        rows=_other_rows(file.rows, random),
        is_loaded=True,
    )


def _other_rows(rows: Sequence[FileRow], random: Random) -> tuple[FileRow, ...]:
    kept = [row for row in rows if random.random() < 0.8]
    return tuple(_other(row, random) if random.random() < 0.3 else row for row in kept)


def _other(row: FileRow, random: Random) -> FileRow:
    amount = Decimal(random.choice(AMOUNTS))
    match row:
        case AdRow():
            return replace(row, spend=amount)
        case LiveRow():
            return replace(row, minutes=Decimal(random.choice(MINUTES)))
        case GrantRow():
            return replace(row, quantity=amount)
        case _:
            return replace(row, amount=amount)
