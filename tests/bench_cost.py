"""What a command costs: its time, and the peak memory of the process and all its children."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parent.parent
SEEDBED = Path(sys.executable).parent / "seedbed"
_SAMPLING_SECONDS = 0.05


@dataclass(frozen=True)
class Cost:
    """What one run cost."""

    seconds: float
    peak_bytes: int
    # Of all processors: on a busy machine it says more than the clock.
    processor_seconds: float = 0.0


def _resident(process: psutil.Process) -> int:
    total = 0
    for one in (process, *process.children(recursive=True)):
        try:
            total += one.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return total


def _used_by_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def cost_of(command: list[str], environment: Mapping[str, str] | None = None) -> Cost:
    """Run a command to its end; exit code 3 (rows set aside) is a good end."""
    began, used = time.monotonic(), _used_by_children()
    env = {**os.environ, **(environment or {})}
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=ROOT, env=env)
    process = psutil.Process(running.pid)
    peak = 0
    while running.poll() is None:
        try:
            peak = max(peak, _resident(process))
        except psutil.NoSuchProcess:
            break
        time.sleep(_SAMPLING_SECONDS)
    if running.wait() not in (0, 3):
        raise SystemExit(f"{' '.join(command)} ended with {running.returncode}")
    return Cost(time.monotonic() - began, peak, _used_by_children() - used)


def init_home(home: Path) -> None:
    subprocess.run([SEEDBED, "init", "--home", home], check=True, stdout=subprocess.DEVNULL)
