"""Which copy of a home sends: a copied or restored one refuses until somebody says that it may.

A copy has the ledger of the moment when it was made; were both to send, readers would be told
twice.
"""

from __future__ import annotations

from orchestration.flow.workspace import HomeError, Workspace

_SENDER = "sender"
# No folder is called so: what was restored is nobody's until it is adopted.
_NOBODY = "nobody"


def _place(workspace: Workspace) -> str:
    """What a copy has not in common: the folder itself. A renamed one stays the same."""
    return str(workspace.home.root.stat().st_ino)


def is_a_copy(workspace: Workspace) -> bool:
    """Whether another folder is the one that sends, or none since this one was restored."""
    return workspace.store.fact(_SENDER) not in (None, "", _place(workspace))


def refuse_a_copy(workspace: Workspace) -> None:
    """See that it is this folder that sends; the first one that does is it from then on.

    Raises:
        HomeError: another copy of this home has sent before.
    """
    if not workspace.store.fact(_SENDER):
        adopt(workspace)
    elif is_a_copy(workspace):
        raise HomeError(
            f"{workspace.home.root} is a copy of a home, or restored from a backup, and readers "
            "would be told twice; if the other one sends no more, run `seedbed home adopt`."
        )


def adopt(workspace: Workspace) -> None:
    """Make this folder the one that sends."""
    workspace.store.remember(_SENDER, _place(workspace))


def disown(workspace: Workspace) -> None:
    """Let no folder send until one is adopted, not even the one that the state remembers."""
    workspace.store.remember(_SENDER, _NOBODY)
