"""The dbt project, parsed for a home: Dagster reads its manifest to know the models."""

from __future__ import annotations

import shutil
import subprocess
from functools import cache
from pathlib import Path

from orchestration.settings import PROJECT_ROOT, Home, child_environment

DBT_FOLDER = PROJECT_ROOT / "dbt_project"


class ModelsError(Exception):
    """The dbt project cannot be parsed; the message has dbt's own words."""


def _is_stale(manifest: Path) -> bool:
    if not manifest.exists():
        return True
    parsed_at = manifest.stat().st_mtime
    return any(path.stat().st_mtime > parsed_at for path in DBT_FOLDER.rglob("*"))


@cache
def start_parsing(home: Home) -> subprocess.Popen[str] | None:
    """Begin to parse, if a file of the project has changed since the manifest was written.

    It takes some seconds in a process of its own; who starts it early waits less for it later.
    """
    if not _is_stale(home.dbt_target / "manifest.json"):
        return None
    home.dbt_target.mkdir(parents=True, exist_ok=True)
    environment = child_environment(home)
    dbt = shutil.which("dbt", path=environment["PATH"]) or "dbt"
    return subprocess.Popen(
        [dbt, "--quiet", "parse", "--profiles-dir", "."],
        cwd=DBT_FOLDER,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def ensure_parsed(home: Home) -> None:
    """Wait until the manifest of this home is current.

    Raises:
        ModelsError: dbt refuses the project.
    """
    process = start_parsing(home)
    if process is None:
        return
    # Once read, its words are gone: a second caller only needs to know that it ended well.
    said = "" if process.stdout is None or process.stdout.closed else process.communicate()[0]
    if process.returncode != 0:
        raise ModelsError(f"dbt cannot parse {DBT_FOLDER}: {said.strip()}")
