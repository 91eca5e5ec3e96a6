"""The dbt project as Dagster needs it: for this home, with a current manifest."""

from collections.abc import Sequence
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
    """dagster-dbt's resource without what it does at every step besides running dbt.

    To know its version it starts a whole dbt, 3 s, that looks for newer releases on the network,
    where a run has nothing to ask for. And it loads dbt with all macros into this process, 1.5 s,
    for `fetch_row_counts` and `fetch_column_metadata`, which nobody here calls.
    """

    @cached_property
    def _cli_version(self) -> Version:
        return Version(version("dbt-core"))

    def _initialize_dbt_core_adapter(self, _args: Sequence[str]) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        return None
