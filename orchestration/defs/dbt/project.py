"""The dbt project as Dagster needs it: parsed anew when, and only when, a file of it changed."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from dagster_dbt import DbtProject

from orchestration.settings import PROJECT_ROOT, export_environment, home_from_environment

_DBT_FOLDER = PROJECT_ROOT / "dbt_project"


def _is_stale(manifest: Path) -> bool:
    if not manifest.exists():
        return True
    parsed_at = manifest.stat().st_mtime
    return any(path.stat().st_mtime > parsed_at for path in _DBT_FOLDER.rglob("*"))


@cache
def project() -> DbtProject:
    """The project with a fresh manifest in this home's dbt target."""
    home = home_from_environment()
    export_environment(home)
    home.dbt_target.mkdir(parents=True, exist_ok=True)
    found = DbtProject(project_dir=_DBT_FOLDER, target_path=home.dbt_target)
    if _is_stale(found.manifest_path):
        found.preparer.prepare(found)
    return found
