"""dbt, run on a home as the pipeline runs it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from orchestration.flow.models import PARTIAL
from orchestration.home import PROJECT_ROOT, Home
from orchestration.settings import child_environment
from tests.parsed_models import give_parsed_models

PROJECT = PROJECT_ROOT / "dbt_project"
_DBT = Path(sys.executable).parent / "dbt"


def run_dbt(home: Home, *words: str) -> str:
    """Run dbt on a home; gives what it printed, and fails the test if dbt failed."""
    if not (home.dbt_target / PARTIAL).exists():
        give_parsed_models(home)
    done = subprocess.run(
        [_DBT, *words, "--project-dir", PROJECT, "--profiles-dir", PROJECT, "--no-use-colors"],
        env=child_environment(home),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-5000:]
    return done.stdout
