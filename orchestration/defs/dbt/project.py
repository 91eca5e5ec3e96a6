"""The dbt project as Dagster needs it: for this home, with a current manifest."""

from functools import cache, cached_property
from importlib.metadata import version

from dagster_dbt import DbtCliResource, DbtProject
from packaging.version import Version

from orchestration.flow.models import DBT_FOLDER, ensure_parsed
from orchestration.settings import export_environment, home_from_environment


@cache
def project() -> DbtProject:
    """The project with its manifest in this home's dbt target."""
    home = home_from_environment()
    export_environment(home)
    ensure_parsed(home)
    return DbtProject(project_dir=DBT_FOLDER, target_path=home.dbt_target)


class InstalledDbt(DbtCliResource):
    """dagster-dbt's resource, told which dbt is installed instead of asking it at every step.

    `dbt --version` starts a whole dbt, 3 s of each step, and looks for newer releases on the
    network, where a run has nothing to ask for.
    """

    @cached_property
    def _cli_version(self) -> Version:
        return Version(version("dbt-core"))
