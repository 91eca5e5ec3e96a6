"""Usage: python -m tests.bench_marts.build HOME: hand over, build the data models and publish.

What the weekly job does behind the gate, without Dagster. The seconds of each step are written
into `dagster/steps.json` of the home.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

from orchestration.flow.audit import audit
from orchestration.flow.handover import hand_over, hand_over_weeks
from orchestration.flow.models import DBT_FOLDER
from orchestration.flow.publishing import building_data, publish_data
from orchestration.flow.workspace import open_workspace
from orchestration.home import Home
from orchestration.settings import child_environment

_WORDS = ("build", "--exclude", "tag:weekly", "--exclude-resource-type", "unit_test")


def main() -> None:
    """Run it; ends with 1 and dbt's last words if a model or a test fails."""
    home, seconds = Home(Path(sys.argv[1])), {}
    with open_workspace(home) as workspace:
        began = time.monotonic()
        hand_over(workspace)
        hand_over_weeks(workspace, [])
        seconds["handover"] = time.monotonic() - began
        with building_data(workspace, is_whole=True) as more_words:
            seconds["fingerprint"] = time.monotonic() - began - seconds["handover"]
            _dbt(home, more_words)
        seconds["dbt, fingerprint"] = time.monotonic() - began - sum(seconds.values())
        audit(workspace, "data")
        seconds["audit"] = time.monotonic() - began - sum(seconds.values())
        publish_data(workspace)
        seconds["publish"] = time.monotonic() - began - sum(seconds.values())
    (home.dagster / "steps.json").write_text(json.dumps(seconds))


def _dbt(home: Home, more_words: list[str]) -> None:
    environment = child_environment(home)
    done = subprocess.run(
        [
            shutil.which("dbt", path=environment["PATH"]) or "dbt",
            *_WORDS,
            *more_words,
            "--profiles-dir",
            ".",
        ],
        cwd=DBT_FOLDER,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    (home.dagster / "dbt.log").write_text(done.stdout + done.stderr)
    if done.returncode:
        raise SystemExit(f"dbt failed:\n{done.stdout[-3000:]}")


if __name__ == "__main__":
    main()
