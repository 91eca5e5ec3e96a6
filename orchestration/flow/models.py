"""The dbt project, parsed for a home: Dagster reads its manifest to know the models."""

from __future__ import annotations

import shutil
import subprocess
from functools import cache
from pathlib import Path

from orchestration.home import PROJECT_ROOT, Home
from orchestration.settings import child_environment

DBT_FOLDER = PROJECT_ROOT / "dbt_project"


_MANIFEST, _PARTIAL = "manifest.json", "partial_parse.msgpack"
# The data build and the weekly one, of the last few runs.
_KEPT_INVOCATIONS = 6


class ModelsError(Exception):
    """The dbt project cannot be parsed; the message has dbt's own words."""


def dbt_command(home: Home, *words: str) -> tuple[list[str], dict[str, str]]:
    """The command and environment of dbt on this home, to be run in DBT_FOLDER."""
    environment = child_environment(home)
    dbt = shutil.which("dbt", path=environment["PATH"]) or "dbt"
    return [dbt, "--quiet", *words, "--profiles-dir", "."], environment


def _aside(home: Home) -> Path:
    return home.dbt_target / ".parsing"


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
    if not _is_stale(home.dbt_target / _MANIFEST):
        return None
    aside = _aside(home)
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    command, environment = dbt_command(home, "parse")
    return subprocess.Popen(
        command,
        cwd=DBT_FOLDER,
        env={**environment, "DBT_TARGET_PATH": str(aside)},
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
    # The manifest comes last and whole: what a killed parse left behind is never taken for one.
    for name in (_PARTIAL, _MANIFEST):
        if (_aside(home) / name).exists():
            (_aside(home) / name).replace(home.dbt_target / name)


def forget_old_invocations(home: Home) -> None:
    """Each run of dbt leaves some megabytes of artifacts; the newest few are enough to look at."""
    runs = sorted(home.dbt_target.glob("dbt_*-*"), key=lambda run: run.stat().st_mtime)
    for run in runs[:-_KEPT_INVOCATIONS]:
        shutil.rmtree(run, ignore_errors=True)
