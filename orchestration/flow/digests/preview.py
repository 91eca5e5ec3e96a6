"""What would go out: the composed digests of a week, with their recipients."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from orchestration.delivery.archive import digest_folder
from orchestration.flow.digests.archive import composed_digests
from orchestration.flow.digests.planning import readers_of
from orchestration.flow.digests.previewed import remember
from orchestration.flow.digests.status import TEAM_NAME
from orchestration.flow.workspace import Workspace
from orchestration.periods import Week


@dataclass(frozen=True)
class Preview:
    """One digest as it would go out."""

    name: str
    merchant_id: str
    week: str
    revision: int
    subject: str
    text: str
    recipients: list[str]
    folder: str

    def as_dict(self) -> dict[str, object]:
        return asdict(self)


def preview(workspace: Workspace, week: Week, merchant_id: str | None = None) -> list[Preview]:
    """The newest revision of each digest of a week.

    Raises:
        HomeError: nothing was composed for this week, or not for this merchant.
    """
    register = workspace.register()
    digests = composed_digests(workspace, week, merchant_id)
    remember(workspace.store, digests)
    return [
        Preview(
            name=digest.content.name or digest.content.merchant_id or TEAM_NAME,
            merchant_id=digest.content.merchant_id,
            week=week.iso,
            revision=digest.revision,
            subject=digest.subject,
            text=digest.text,
            recipients=[f"{r.channel}:{r.address}" for r in readers_of(register, digest)],
            folder=str(digest_folder(workspace.home, digest)),
        )
        for digest in digests
    ]
