"""The dbt project, parsed for a home: Dagster reads its manifest to know the models."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from orchestration.home import PROJECT_ROOT, Home
from orchestration.settings import child_environment

DBT_FOLDER = PROJECT_ROOT / "dbt_project"

MANIFEST, PARTIAL, PARSED_FOR = "manifest.json", "partial_parse.msgpack", "parsed_for.json"
# What profiles.yml and the sources take from the environment, as it stands in a parsed project.
_IN_PARSED = ("SEEDBED_HOME", "SEEDBED_DUCKDB_MEMORY_LIMIT", "SEEDBED_DUCKDB_THREADS")
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


def parsed_for(home: Home) -> str:
    """What a parse of the project is good for besides its files.

    For a home at another place, by other limits or another dbt, each build would find it of no use
    and parse everything again, some seconds every time.
    """
    environment = child_environment(home)
    given = {name: environment[name] for name in _IN_PARSED}
    return json.dumps({"dbt": version("dbt-core"), **given})


def _is_stale(home: Home) -> bool:
    manifest, note = home.dbt_target / MANIFEST, home.dbt_target / PARSED_FOR
    if not manifest.exists() or not note.exists() or note.read_text() != parsed_for(home):
        return True
    parsed_at = manifest.stat().st_mtime
    return any(path.stat().st_mtime > parsed_at for path in DBT_FOLDER.rglob("*"))


@cache
def start_parsing(home: Home) -> subprocess.Popen[str] | None:
    """Begin to parse, if the project or what it was parsed for has changed since.

    It takes some seconds in a process of its own; who starts it early waits less for it later.
    """
    if not _is_stale(home):
        return None
    aside = _aside(home)
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    (aside / PARSED_FOR).write_text(parsed_for(home))
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
    # The note comes last: what a killed parse left behind is never taken for a whole one.
    for name in (PARTIAL, MANIFEST, PARSED_FOR):
        if (_aside(home) / name).exists():
            (_aside(home) / name).replace(home.dbt_target / name)


def manifest_of(home: Home) -> dict[str, Any]:
    """What dbt knows of the project, by its last parse in this home; no nodes before the first."""
    path = home.dbt_target / MANIFEST
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {"nodes": {}}


def node_of(manifest: Mapping[str, Any], unique_id: str) -> dict[str, Any]:
    """What the manifest says of a model or a source."""
    return manifest["sources" if unique_id.startswith("source.") else "nodes"][unique_id]


def has_node(manifest: Mapping[str, Any], unique_id: str) -> bool:
    """Whether the project still has a model or a source."""
    return unique_id in manifest["nodes"] or unique_id in manifest["sources"]


def compiled_models(home: Home, manifest: Mapping[str, Any]) -> dict[str, Path]:
    """The SQL of each model as its last run in this home compiled it, by its unique id."""
    found = {}
    for run in _invocations(home):
        for unique_id, node in manifest["nodes"].items():
            path = run / "compiled" / node["package_name"] / node["original_file_path"]
            if node["resource_type"] == "model" and path.exists():
                found[unique_id] = path
    return found


def forget_old_invocations(home: Home) -> None:
    """Each run of dbt leaves some megabytes of artifacts; the newest few are enough to look at."""
    for run in _invocations(home)[:-_KEPT_INVOCATIONS]:
        shutil.rmtree(run, ignore_errors=True)


def _invocations(home: Home) -> list[Path]:
    return sorted(home.dbt_target.glob("dbt_*-*"), key=lambda run: run.stat().st_mtime)
