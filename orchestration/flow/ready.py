"""Look whether a home can be worked on, before a long run finds out in the middle."""

from __future__ import annotations

from orchestration.flow.identity import identity_key
from orchestration.flow.workspace import Workspace
from orchestration.incentives.rulebook import load_rulebook


def check_ready(workspace: Workspace) -> None:
    """Read what every step needs.

    Raises:
        RegisterError, LayoutError, RulebookError, HomeError, IdentityKeyError: it is wrong; the
            message says how to mend it.
    """
    workspace.register()
    workspace.layouts()
    load_rulebook(workspace.home.rulebook)
    identity_key(workspace)
