"""What a person has looked at is what a person sends, or is told what has changed since.

Only of sendings by hand: an unattended week never waits for anybody's look.
"""

from __future__ import annotations

from collections.abc import Iterable

from orchestration.delivery.archive import read_digest
from orchestration.delivery.changed import changes_since
from orchestration.delivery.issued import figures_of
from orchestration.digest.correction import change_lines
from orchestration.digest.render import RenderedDigest
from orchestration.flow.workspace import Workspace
from orchestration.periods import Week
from orchestration.state.store import Store


def remember(store: Store, digests: Iterable[RenderedDigest]) -> None:
    """Remember which revisions somebody has looked at."""
    for digest in digests:
        store.remember(_fact(digest), str(digest.revision))


def changed_since(workspace: Workspace, digest: RenderedDigest) -> tuple[str, ...]:
    """What a digest says otherwise than the revision that was looked at; none if nobody looked."""
    seen = workspace.store.fact(_fact(digest))
    if seen is None or int(seen) == digest.revision:
        return ()
    content = digest.content
    before = read_digest(workspace.home, Week(content.week), content.merchant_id, int(seen))
    lines = change_lines(changes_since(figures_of(before.content), content), "en")
    figures = [f"{figure} {told or '…'} → {now}" for figure, told, now in lines]
    return tuple(figures) or ("what is missing, or the words",)


def _fact(digest: RenderedDigest) -> str:
    return f"previewed:{digest.content.week}:{digest.content.merchant_id}"
