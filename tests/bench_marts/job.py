"""Usage: python -m tests.bench_marts.job HOME: ingest, build and publish, as the weekly job does.

Writes when each step began as JSON lines into `dagster/steps.jsonl` of the home.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

from orchestration.flow.models import start_parsing
from orchestration.flow.workspace import home_lock
from orchestration.home import Home
from orchestration.settings import export_environment


def main() -> None:
    """Run it; a failed step ends with 1 and is told."""
    home = Home(Path(sys.argv[1]))
    # Its statements are read from dbt's log afterwards.
    os.environ["DBT_LOG_FORMAT_FILE"] = "json"
    with home_lock(home), (home.dagster / "steps.jsonl").open("w", encoding="utf-8") as steps:

        def tell(step: str) -> None:
            steps.write(json.dumps({"step": step, "at": time.time()}) + "\n")
            steps.flush()

        tell("imports")
        start_parsing(home)
        export_environment(home)
        # Dagster reads the home from the environment while it is imported.
        from orchestration.defs.execute import run_job

        outcome = run_job(home, "data_job", None, tell)
        tell("end")
    if not outcome.success:
        raise SystemExit("\n".join(outcome.failures))


if __name__ == "__main__":
    main()
