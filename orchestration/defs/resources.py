"""Resources: the home that assets work on, and dbt for that home."""

from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg

from orchestration.defs.dbt.project import InstalledDbt, project
from orchestration.flow.workspace import Workspace, open_workspace
from orchestration.settings import home_from_environment
from orchestration.state.store import StateBusyError

# A database that restarts is back within a minute.
_RETRIES, _PAUSE_SECONDS = 3, 20


class SeedbedHome(dg.ConfigurableResource):
    """The home named by `SEEDBED_HOME`; opened under its lock for as long as a step needs it."""

    @contextmanager
    def open(self) -> Iterator[Workspace]:
        """The opened home; waits while another command holds it.

        What may pass by itself is tried again: each step can be, for it writes whole files or
        nothing. Whatever else fails would fail again.
        """
        notify = dg.get_dagster_logger().info
        try:
            with open_workspace(home_from_environment(), notify) as workspace:
                yield workspace
        except StateBusyError as error:
            raise dg.RetryRequested(_RETRIES, _PAUSE_SECONDS) from error


@dg.definitions
def resources() -> dg.Definitions:
    """Resources by the names that assets ask for, and the executor.

    One process: a second one would only wait for the same DuckDB files.
    """
    # The parent's constructor takes a project; a subclass is typed by its fields alone.
    dbt = InstalledDbt(project_dir=project())  # pyright: ignore[reportArgumentType]
    return dg.Definitions(
        resources={"seedbed": SeedbedHome(), "dbt": dbt},
        executor=dg.in_process_executor,
    )
