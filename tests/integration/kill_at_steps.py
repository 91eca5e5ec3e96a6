"""Driver: run the Monday job again and again, killed at the beginning of every step in turn.

Usage: python kill_at_steps.py HOME WEEK [STEP...]. Imports once, then forks: each child runs the
job and kills itself with SIGKILL when its step begins, or when dbt has written its first table; at
`restating dbt_data` dbt dies with it, as soon as the first model has kept its rows.
Prints one line per kill.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from orchestration.home import Home
from orchestration.periods import parse_week
from orchestration.settings import export_environment, now

STEPS = (
    "landing__files",
    "staged__rows",
    "raw__qianfan__orders",
    "handover",
    "dbt_data",
    "inside dbt_data",
    "published__marts",
    "handover__weeks",
    "dbt_weekly",
    "inside dbt_weekly",
    "published__reporting",
    "digests__composed",
)
RESTATING = "restating dbt_data"
_MARK = "OK created sql table model"
_RESTATED_MARK = "OK created sql incremental model"


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _die_with_children() -> None:
    os.killpg(0, signal.SIGKILL)


def _die_when_told(
    home: Home, step: str, logs_before: set[Path], mark: str, die: Callable[[], None]
) -> None:
    while True:
        for log in set(home.dbt_target.glob(f"{step}-*/dbt.log")) - logs_before:
            if mark in log.read_text(encoding="utf-8"):
                die()
        time.sleep(0.05)


def _die_at(home: Home, step: str) -> Callable[[str], None]:
    def on_step(begun: str) -> None:
        if begun == step:
            _die()
        marks = {
            f"inside {begun}": (_MARK, _die),
            f"restating {begun}": (_RESTATED_MARK, _die_with_children),
        }
        if step in marks:
            before = set(home.dbt_target.glob(f"{begun}-*/dbt.log"))
            watch = (home, begun, before, *marks[step])
            threading.Thread(target=_die_when_told, args=watch, daemon=True).start()

    return on_step


def main() -> None:
    home = Home(Path(sys.argv[1]).resolve())
    week = parse_week(sys.argv[2], now())
    export_environment(home)
    from orchestration.definitions import defs
    from orchestration.defs.execute import run_job

    # Loads every module that a run will need; the children find them loaded.
    defs()
    for step in sys.argv[3:] or STEPS:
        child = os.fork()
        if child == 0:
            os.setsid()
            run_job(home, "monday_job", (week, week), _die_at(home, step))
            os._exit(0)
        began = time.monotonic()
        _, status = os.waitpid(child, 0)
        print(f"{step}: signal {os.WTERMSIG(status)} {time.monotonic() - began:.1f}s", flush=True)


if __name__ == "__main__":
    main()
