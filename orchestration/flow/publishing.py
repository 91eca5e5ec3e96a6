"""Step 5: publish a build under a name that says what it was made from."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from orchestration.flow.workspace import Workspace
from orchestration.periods import Week
from orchestration.settings import PROJECT_ROOT
from orchestration.warehouse.handover import fingerprint
from orchestration.warehouse.publish import Build, publish

# What decides, besides the data, what a build holds: the models, and what the gate lets in.
_RULES = (PROJECT_ROOT / "dbt_project", PROJECT_ROOT / "expectations" / "suites")


def _rules_hash() -> str:
    digest = hashlib.sha256()
    for folder in _RULES:
        for path in sorted(folder.rglob("*")):
            if path.suffix in (".sql", ".yml", ".csv"):
                digest.update(path.relative_to(folder).as_posix().encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()


def data_build_id(workspace: Workspace) -> str:
    """Ten hex digits over everything that a data build is made from; the same inputs, the same id.

    Raw rows are named by the manifest (file, layout and reader revision), so it stands for them.
    """
    names = sorted(path for path in workspace.home.handover.glob("*.parquet"))
    inputs = [path for path in names if path.stem != "weeks"]
    return hashlib.sha256(f"{fingerprint(inputs)}{_rules_hash()}".encode()).hexdigest()[:10]


def weeks_label(weeks: Sequence[Week]) -> str:
    """`2024-W37`, or `2024-W30..2024-W37` for a range."""
    first, last = min(weeks), max(weeks)
    return first.iso if first == last else f"{first.iso}..{last.iso}"


def publish_data(workspace: Workspace) -> Build:
    """Publish the marts; no decided week is among them."""
    return publish(
        workspace.home,
        data_build_id(workspace),
        include_reporting=False,
        limits=workspace.settings.duckdb,
    )


def publish_weeks(workspace: Workspace, weeks: Sequence[Week]) -> Build:
    """Publish the marts with the weeks that the last weekly build decided."""
    build_id = f"{data_build_id(workspace)}-{weeks_label(weeks)}"
    return publish(
        workspace.home, build_id, include_reporting=True, limits=workspace.settings.duckdb
    )
