"""The Dagster UI on a home: webserver, daemon and schedule."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from typing import NoReturn

from orchestration.flow.column_lineage import keep_lineage
from orchestration.home import PROJECT_ROOT, Home
from orchestration.settings import child_environment


def become_ui(home: Home, port: int) -> NoReturn:
    """Turn this process into `dg dev` on loopback: whoever stops it stops all of it."""
    # A run beside it may tidy up what dbt has compiled meanwhile; the next start reads it.
    with suppress(OSError):
        keep_lineage(home)
    environment = child_environment(home)
    dg = shutil.which("dg", path=environment["PATH"]) or "dg"
    os.chdir(PROJECT_ROOT)
    os.execve(dg, [dg, "dev", "--host", "127.0.0.1", "--port", str(port)], environment)
