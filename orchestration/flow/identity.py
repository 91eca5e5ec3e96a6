"""The identity key of a home: made once, and refused when it is not the one of the state."""

from __future__ import annotations

from orchestration.exports.identity import create_identity_key, fingerprint, load_identity_key
from orchestration.flow.workspace import HomeError, Workspace

_FACT = "identity_key_fingerprint"


def identity_key(workspace: Workspace) -> bytes:
    """The key that buyer numbers are hashed with.

    Raises:
        HomeError: the key is missing though customers were hashed with one, or it is another.
    """
    path = workspace.home.identity_key
    known = workspace.store.fact(_FACT)
    if known is None and not path.exists():
        create_identity_key(path)
    if not path.exists():
        raise HomeError(
            f"{path} is missing; restore it from the backup set: without it the same customer "
            "would count as another."
        )
    key = load_identity_key(path)
    found = fingerprint(key)
    if known is None:
        workspace.store.remember(_FACT, found)
    elif found != known:
        raise HomeError(
            f"{path} is not the key of this home (fingerprint {found}, expected {known}); "
            "restore the right one from the backup set."
        )
    return key
