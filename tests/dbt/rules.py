"""The rules of `dbt-bouncer.yml` and of portable SQL, on a project compiled for it: `make check`.

Usage: python -m tests.dbt.rules
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.dbt.portable import faults_in

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent


def check_rules(folder: Path) -> int:
    """Compile the project into a folder and check what is there; gives the exit code."""
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
    words = ("--quiet", "--project-dir", project, "--profiles-dir", project)
    # Nothing is asked of the database: there is none.
    compile_all = [BIN / "dbt", "compile", "--no-introspect", *words]
    for command in (compile_all, [BIN / "dbt-bouncer", "run", "--config-file", settings]):
        done = subprocess.run(command, env=environment, check=False)
        if done.returncode:
            return done.returncode
    faults = faults_in(folder / "target" / "compiled")
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        sys.exit(check_rules(Path(temporary)))
