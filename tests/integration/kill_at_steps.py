"""Driver: run the Monday job again and again, killed at the beginning of every step in turn.

Usage: python kill_at_steps.py HOME WEEK. Imports once, then forks: each child runs the job and
kills itself with SIGKILL when its step begins (or, for `inside dbt`, shortly after dbt started).
Prints one line per kill.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from pathlib import Path

from orchestration.periods import parse_week
from orchestration.settings import Home, export_environment, now

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
# Long enough for dbt to have parsed and to be writing tables, well before it is done.
_INTO_DBT_SECONDS = 4.0


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _die_at(step: str):
    def on_step(begun: str) -> None:
        if begun == step:
            _die()
        if step == f"inside {begun}":
            threading.Timer(_INTO_DBT_SECONDS, _die).start()

    return on_step


def main() -> None:
    home = Home(Path(sys.argv[1]).resolve())
    week = parse_week(sys.argv[2], now())
    export_environment(home)
    from orchestration.defs.execute import run_job

    for step in STEPS:
        child = os.fork()
        if child == 0:
            run_job(home, "monday_job", week, _die_at(step))
            os._exit(0)
        began = time.monotonic()
        _, status = os.waitpid(child, 0)
        print(f"{step}: signal {os.WTERMSIG(status)} {time.monotonic() - began:.1f}s", flush=True)


if __name__ == "__main__":
    main()
