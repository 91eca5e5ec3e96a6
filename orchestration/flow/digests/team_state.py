"""What the data team's digest tells of this moment, from the state. Reads, and writes nothing."""

from __future__ import annotations

from sqlalchemy import func, select

from orchestration.digest.team_values import AsComposed
from orchestration.flow.claims import IS_UNCLAIMED
from orchestration.flow.doctor.files import unknown_headers
from orchestration.flow.workspace import Workspace
from orchestration.state.models import File
from orchestration.state.store import Store


def standing(workspace: Workspace) -> AsComposed:
    """What has drifted and is of nobody now.

    Raises:
        LayoutError: the layouts of the home cannot be read.
    """
    return AsComposed(
        drifted=sum(len(headers) for headers in unknown_headers(workspace).values()),
        unclaimed=_unclaimed(workspace.store),
    )


def _unclaimed(store: Store) -> int:
    """Files that `seedbed merchants suggest` looks at."""
    query = select(func.count()).select_from(File).where(IS_UNCLAIMED)
    with store.session() as session:
        return session.scalar(query) or 0
