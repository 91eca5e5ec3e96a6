"""A week that is killed, and killed again: python -m tests.chaos [POINTS|few [SEED [FOLDER]]].

Full disks and damaged files, then POINTS (200 as shipped; `few` is what CI does) seeded kills over
all steps of a week; each is followed by a plain re-run, whose tables, files, state and messages
must be those of an undisturbed week. Everything runs in FOLDER (a temporary one if none is named),
one disturbance after the other. What was measured is printed as it goes and kept in
FOLDER/results.jsonl: the same command with the same folder goes on after the last point. It ends
with 1 if anything was other.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from tests.chaos import mishaps
from tests.chaos.homes import Bench
from tests.chaos.points import FEW, WHOLE, Point, seeded, spread, suffer
from tests.chaos.steps import STEPS
from tests.slack_peer import SlackPeer

POINTS, SEED, MERCHANTS = 200, 1, 4


def main(points: int | None, seed: int, folder: Path) -> int:
    """Disturb a week at so many points, None for a few; gives the exit code."""
    folder.mkdir(parents=True, exist_ok=True)
    results = folder / "results.jsonl"
    known = _known(results)
    with SlackPeer() as slack:
        bench = Bench(folder, slack)
        bench.prepare(_say, MERCHANTS)
        for name, act in _disturbances(bench, points, seed):
            if name not in known:
                known[name] = act()
                with results.open("a", encoding="utf-8") as file:
                    file.write(json.dumps({"name": name, **known[name]}) + "\n")
                _say(f"{name}: {known[name]['told']}")
    _say(table(known))
    return int(any(one["other"] for one in known.values()))


Outcome = dict[str, Any]


def _known(results: Path) -> dict[str, Outcome]:
    if not results.exists():
        return {}
    lines = results.read_text(encoding="utf-8").splitlines()
    return {(one := json.loads(line)).pop("name"): one for line in lines}


def _disturbances(
    bench: Bench, points: int | None, seed: int
) -> Iterator[tuple[str, Callable[[], Outcome]]]:
    mishaps_asked = mishaps.few_of(bench) if points is None else mishaps.all_of(bench, seed)
    for name, mishap in mishaps_asked:
        yield name, partial(_mishap, mishap)
    for point in seeded(FEW if points is None else spread(points), seed, bench):
        yield f"{point.number}. {point.step} {point.how}", partial(_point, bench, point)


def _point(bench: Bench, point: Point) -> Outcome:
    result = suffer(bench, point)
    how = "killed" if result.was_killed else "ended before"
    told = f"{how}, again {result.seconds:.1f} s, {_equal(result.other)}"
    return {**result.as_dict(), "told": told}


def _mishap(act: Callable[[], mishaps.Mishap]) -> Outcome:
    outcome = act()
    return {
        "step": outcome.kind,
        "was_killed": False,
        "seconds": outcome.seconds,
        "other": outcome.other,
        "told": f"{outcome.said}; {_equal(outcome.other)}",
    }


def _equal(other: list[str]) -> str:
    return f"OTHER: {', '.join(other)}" if other else "equal"


def table(known: dict[str, Outcome]) -> str:
    """One line of Markdown per step or mishap."""
    by_step: dict[str, list[Outcome]] = defaultdict(list)
    for one in known.values():
        by_step[one["step"]].append(one)
    lines = [
        "| what | points | killed | other afterwards | median re-run |",
        "|---|--:|--:|--:|--:|",
    ]
    for step in [*STEPS, WHOLE, *sorted(by_step.keys() - {*STEPS, WHOLE})]:
        ones = by_step[step]
        if ones:
            count = Counter(bool(one["other"]) for one in ones)
            median = sorted(one["seconds"] for one in ones)[len(ones) // 2]
            killed = sum(one["was_killed"] for one in ones)
            lines.append(f"| {step} | {len(ones)} | {killed} | {count[True]} | {median:.1f} s |")
    return "\n".join(lines)


def _say(sentence: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {sentence}", flush=True)


if __name__ == "__main__":
    count, start = [*sys.argv[1:3], *(str(POINTS), str(SEED))[len(sys.argv) - 1 :]][:2]
    with tempfile.TemporaryDirectory() as temporary:
        place = Path(sys.argv[3]) if len(sys.argv) > 3 else Path(temporary)
        sys.exit(main(None if count == "few" else int(count), int(start), place.resolve()))
