"""The Dagster UI on a home: webserver, daemon and schedule in one child process."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from orchestration.settings import PROJECT_ROOT, Home, child_environment


def serve_ui(home: Home, port: int) -> int:
    """Serve on loopback until stopped; gives the exit code of `dg dev`."""
    beside_python = Path(sys.executable).parent / "dg"
    command = str(beside_python) if beside_python.exists() else shutil.which("dg") or "dg"
    try:
        return subprocess.run(
            [command, "dev", "--host", "127.0.0.1", "--port", str(port)],
            cwd=PROJECT_ROOT,
            env=child_environment(home),
            check=False,
        ).returncode
    except KeyboardInterrupt:
        return 0
