"""Seeded points at which a process dies, each followed by a plain re-run of what was killed."""

from __future__ import annotations

import os
import random
import signal
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass

from orchestration.home import Home
from tests.chaos.homes import Bench
from tests.chaos.kill import die_before
from tests.chaos.snapshot import Snapshot, differences
from tests.chaos.steps import END, STEPS, ingest_and_judge, next_of, whole_command

WHOLE = "whole run"
# About what one takes here on an idle machine; kills beyond its end would count for nothing.
WHOLE_SECONDS = 30.0
# Of a hundred points; what is cheap and tells outwards gets most.
_SHARES = {
    "ingest": 20,
    "gate": 20,
    "build": 8,
    "publish": 12,
    "decide": 5,
    "compose": 12,
    "delivery": 20,
    WHOLE: 3,
}
# The short form: what takes no build, in a minute.
FEW = {"ingest": 1, "publish": 2, "compose": 2, "delivery": 4}


@dataclass(frozen=True)
class Point:
    """Where a process dies. `how`: `at 0.37` of its time, `change 12` or `message 3`."""

    number: int
    step: str
    how: str

    @property
    def kind(self) -> str:
        return self.how.partition(" ")[0]

    @property
    def amount(self) -> float:
        return float(self.how.partition(" ")[2])


@dataclass(frozen=True)
class Result:
    """What came of a point: whether the process was killed by it, and what was other afterwards."""

    number: int
    step: str
    how: str
    was_killed: bool
    seconds: float
    other: list[str]

    def as_dict(self) -> dict[str, object]:
        return asdict(self)


def spread(count: int) -> dict[str, int]:
    """How many of so many points each step gets; one at the least."""
    return {step: max(1, round(count * share / 100)) for step, share in _SHARES.items()}


def seeded(counts: dict[str, int], seed: int, bench: Bench) -> Iterator[Point]:
    """So many points of each step, mixed; the same ones for the same seed and steps."""
    points = []
    for step, count in counts.items():
        chance = random.Random(f"{seed}/{step}")
        for _ in range(count):
            points.append(Point(len(points) + 1, step, _how(step, chance, bench)))
    # A run that is cut short has seen something of every step.
    random.Random(seed).shuffle(points)
    yield from points


def _how(step: str, chance: random.Random, bench: Bench) -> str:
    at = f"at {chance.uniform(0.02, 0.98):.3f}"
    if step == WHOLE:
        return at
    kinds = [at, f"change {chance.randint(1, bench.undisturbed[step].changes)}"]
    if step == "delivery":
        kinds.append(f"message {chance.randint(1, sum(map(len, bench.told.values())))}")
    return chance.choice(kinds)


def suffer(bench: Bench, point: Point) -> Result:
    """Lay the home out, kill the step at the point, run it again, and compare."""
    is_whole = point.step == WHOLE
    step: Callable[[Home], object] = whole_command if is_whole else STEPS[point.step]
    bench.lay_out("ingest" if is_whole else point.step)
    took = WHOLE_SECONDS if is_whole else bench.undisturbed[point.step].seconds
    killed = _kill(bench, point, step, took)
    # A plain re-run of a killed ingest or gate is `seedbed ingest`, which does both.
    again = ingest_and_judge if point.step in ("ingest", "gate") else step
    end = bench.run(lambda: again(bench.home))
    # A run that sets rows aside ends with 3.
    if end.code not in ((0, 3) if is_whole else (0,)):
        other = [f"the re-run ended with {end.code}: {end.said[-2000:]}"]
    else:
        other = _other(bench, point.step)
    return Result(point.number, point.step, point.how, killed, round(end.seconds, 2), other)


def _kill(bench: Bench, point: Point, step: Callable[[Home], object], took: float) -> bool:
    def act() -> None:
        if point.kind == "change":
            die_before(int(point.amount))
        step(bench.home)

    # Set before the process begins: its first message may be the one.
    doomed: list[int] = []
    if point.kind == "message":
        _kill_at_message(bench, int(point.amount), doomed)
    child = bench.start(act)
    doomed.append(child.pid)
    if point.kind == "at":
        child.kill_after(point.amount * took)
    end = child.wait()
    bench.slack.on_accepted = lambda: None
    return end.code == -signal.SIGKILL


def _kill_at_message(bench: Bench, number: int, doomed: list[int]) -> None:
    """When Slack has taken so many messages, and before it says so."""
    left = number

    def taken() -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.killpg(doomed[0], signal.SIGKILL)

    bench.slack.on_accepted = taken


def _other(bench: Bench, step: str) -> list[str]:
    found = bench.look(bench.folder / "found.json")
    other = differences(leaves(bench, step), found)
    if step in ("delivery", WHOLE):
        told = bench.messages()
        other += [f"told {room}" for room in told if told[room] != bench.told[room]]
    return other


def leaves(bench: Bench, step: str) -> Snapshot:
    """What an undisturbed home holds after a step and its re-run."""
    if step == WHOLE:
        step = list(STEPS)[-1]
    if step == "ingest":
        # Its re-run judges, too.
        step = next_of(step)
    assert step != END
    return bench.undisturbed[step].leaves
