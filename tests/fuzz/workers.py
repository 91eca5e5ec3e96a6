"""Processes that judge cases: one that hangs or dies is told, and another takes its place."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
import time
import traceback
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from tests.fuzz.cases import Case, case
from tests.fuzz.found import found
from tests.fuzz.judge import a_judge

# Far more than any file here takes on a busy machine; only what never ends takes longer.
HANGS_SECONDS = 120
# Two of them keep two cores busy.
WORKERS = 2
# A new process now and then, so that what one leaves behind neither hides nor makes a fault.
_STRETCH = 2_000
_LOOK_EVERY = 0.2


@dataclass
class Run:
    """What came of a run: files by fate, and a sentence per broken promise."""

    fates: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


def run(seconds: float, first: int = 0, last: int | None = None) -> Run:
    """Judge what was found before, then cases from a number on, until the time is over."""
    until = time.monotonic() + seconds
    told = Run()
    stretches = iter(range(first, last or sys.maxsize, _STRETCH))
    lock = threading.Lock()

    def work() -> None:
        while time.monotonic() < until:
            with lock:
                start = next(stretches, None)
            if start is None:
                return
            _stretch(start, min(start + _STRETCH, last or sys.maxsize), until, told)

    threads = [threading.Thread(target=work) for _ in range(WORKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


def _stretch(start: int, stop: int, until: float, told: Run) -> None:
    """Have a process judge these cases; after a hang or a death another one goes on behind it."""
    while start < stop and time.monotonic() < until:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.fuzz", "--worker", str(start), str(stop)],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
        start = watched(process, start, until, told)


def watched(process: subprocess.Popen[str], start: int, until: float, told: Run) -> int:
    """Read what a process tells of each case; gives the number behind the last one."""
    lines = _lines(process)
    label, number = "its start", start
    while True:
        line = _next_line(lines, until)
        if line is None or time.monotonic() > until:
            process.kill()
            process.wait()
            if line is None:
                told.faults.append(f"{label}: not done after {HANGS_SECONDS} seconds")
            return max(number, 0) + 1
        if not line:
            if process.wait():
                told.faults.append(f"{label}: the process ended with {process.returncode}")
            return max(number, 0) + 1 if process.returncode else sys.maxsize
        word = json.loads(line)
        if "begins" in word:
            label, number = word["begins"], word["number"]
        else:
            told.fates[word["fate"]] += 1
            if "fault" in word:
                told.faults.append(f"{label}: {word['fault']}")


def _lines(process: subprocess.Popen[str]) -> queue.Queue[str]:
    lines: queue.Queue[str] = queue.Queue()

    def read() -> None:
        assert process.stdout is not None
        for line in process.stdout:
            lines.put(line)
        lines.put("")

    threading.Thread(target=read, daemon=True).start()
    return lines


def _next_line(lines: queue.Queue[str], until: float) -> str | None:
    """The next line, empty at the end; None if there is none for too long."""
    begun = time.monotonic()
    while time.monotonic() < begun + HANGS_SECONDS:
        try:
            return lines.get(timeout=_LOOK_EVERY)
        except queue.Empty:
            if time.monotonic() > until + HANGS_SECONDS:
                break
    return None


def judge_range(start: int, stop: int) -> None:
    """What a worker does: a line before and after each case."""
    with a_judge() as judge:
        for number, one in _cases(start, stop):
            _say(begins=one.label, number=number)
            try:
                _say(fate=judge.judge(one))
            except Exception as error:  # noqa: BLE001 - whatever it is, it is a find
                place = traceback.extract_tb(error.__traceback__)[-1]
                where = f"{os.path.basename(place.filename)}:{place.lineno}"  # noqa: PTH119
                _say(fate="broken", fault=f"{type(error).__name__} in {where}: {error}")


def _cases(start: int, stop: int) -> Iterator[tuple[int, Case]]:
    if start == 0:
        yield from ((-1, one) for one in found())
    yield from ((number, case(number)) for number in range(start, stop))


def _say(**words: object) -> None:
    print(json.dumps(words), flush=True)


def told(run: Run) -> Iterable[str]:
    """A run in sentences."""
    files = ", ".join(f"{count:,} {fate}" for fate, count in sorted(run.fates.items()))
    yield f"{sum(run.fates.values()):,} files: {files}."
    yield from run.faults
