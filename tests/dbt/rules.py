"""The rules of `dbt-bouncer.yml`, run on a manifest parsed for the purpose: `make check`.

Usage: python -m tests.dbt.rules
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent


def check_rules(folder: Path) -> int:
    """Parse the project into a folder and check the manifest there; gives the exit code."""
    project = ROOT / "dbt_project"
    # dbt-bouncer looks for the manifest in `target/` beside its settings.
    settings = shutil.copy(ROOT / "dbt-bouncer.yml", folder)
    environment = {
        **os.environ,
        "SEEDBED_HOME": str(folder),
        "DBT_TARGET_PATH": str(folder / "target"),
        "DBT_LOG_PATH": str(folder / "logs"),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }
    parse = [BIN / "dbt", "parse", "--quiet", "--project-dir", project, "--profiles-dir", project]
    for command in (parse, [BIN / "dbt-bouncer", "run", "--config-file", settings]):
        done = subprocess.run(command, env=environment, check=False)
        if done.returncode:
            return done.returncode
    return 0


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        sys.exit(check_rules(Path(temporary)))
