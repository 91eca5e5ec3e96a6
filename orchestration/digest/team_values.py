"""Values of the data team's digest alone."""

from __future__ import annotations

from orchestration.digest.values import Frozen


class AsComposed(Frozen):
    """What stood so when the digest was composed, and may differ an hour later.

    It is told but makes no new revision: the hash of a content leaves it out. `drifted` are
    headers that no layout knows, `unclaimed` files of nobody.
    """

    drifted: int
    unclaimed: int
