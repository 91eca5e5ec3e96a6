"""What a run came to: the digests, the figures that matter, and what is missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import select

from orchestration.delivery.archive import digest_folder
from orchestration.digest.render import key_figures
from orchestration.flow.accounting import FileAccount, accounts
from orchestration.flow.digests.archive import latest_digests
from orchestration.flow.digests.delivering import Delivered
from orchestration.flow.exit_codes import DONE, FAILED, WITHHELD
from orchestration.flow.faults import LANDING, faults_of
from orchestration.flow.surprises import still_held
from orchestration.flow.workspace import Workspace
from orchestration.periods import Week
from orchestration.state.models import Drift


@dataclass(frozen=True)
class Reader:
    """One digest: what it says first, its three figures, where it lies."""

    headline: str
    figures: list[tuple[str, str]]
    folder: str


@dataclass(frozen=True)
class WeekSummary:
    """One week after its run.

    `sent`: messages that have arrived, by channel, and how many of them `told_before` this run.
    `waiting`: a sentence per digest that waits.
    `withheld`: a sentence per thing that a person should look at. `new_headers`: headers that no
    layout knows, and that were not met before this run.
    """

    week: Week
    readers: list[Reader]
    delivered: list[str]
    sent: dict[str, int]
    told_before: dict[str, int]
    waiting: list[str]
    failed: list[str]
    withheld: list[str]
    new_headers: list[str]
    outbox: str

    @property
    def exit_code(self) -> int:
        if self.failed:
            return FAILED
        return WITHHELD if self.withheld or self.waiting else DONE

    def as_dict(self) -> dict[str, object]:
        return {**asdict(self), "week": self.week.iso}


@dataclass(frozen=True)
class Before:
    """How a home stood before a run: what the run did is the difference."""

    files: list[FileAccount]
    headers: set[str]


def before_run(workspace: Workspace) -> Before:
    """Remember how the home stands now."""
    return Before(accounts(workspace), _unknown_headers(workspace))


def _unknown_headers(workspace: Workspace) -> set[str]:
    with workspace.store.session() as session:
        return set(session.scalars(select(Drift.header)))


def _set_aside(before: Sequence[FileAccount], after: Sequence[FileAccount]) -> list[str]:
    """What this run quarantined, and what is held now."""
    known = {(f.merchant_id, f.file_sha256): f.rows_quarantined for f in before}
    fresh = [f for f in after if f.rows_quarantined > known.get((f.merchant_id, f.file_sha256), 0)]
    sentences = []
    if fresh:
        rows = sum(file.rows_quarantined for file in fresh)
        sentences.append(f"{rows:,} rows of {len(fresh)} files were set aside in quarantine.")
    return sentences + [f"Held: {file.problem}" for file in after if file.problem]


def week_summary(
    workspace: Workspace, week: Week, delivered: Delivered, before: Before
) -> WeekSummary:
    """Gather what a person wants to see at the end of a run."""
    digests = latest_digests(workspace, week)
    arrived = [one for one in delivered.outcomes if one.delivery.status == "sent"]
    silent = [
        digest.content.name
        for digest in digests
        if digest.content.kind == "merchant" and not digest.content.fact("week", "gmv").is_known
    ]
    said = {one.merchant_id for one in delivered.waiting if one.held}
    withheld = [one for owner, one in still_held(workspace).items() if owner not in said]
    withheld += _set_aside(before.files, accounts(workspace))
    withheld += [f"Not archived: {fault}" for fault in faults_of(workspace, LANDING)]
    headers = sorted(_unknown_headers(workspace) - before.headers)
    if silent:
        withheld.append(f"No order export covers {week.iso} for {', '.join(silent)}.")
    return WeekSummary(
        week=week,
        readers=[
            Reader(
                headline=digest.subject,
                figures=key_figures(digest.content),
                folder=str(digest_folder(workspace.home, digest)),
            )
            for digest in digests
        ],
        delivered=[one.delivery.provider_id or "" for one in arrived],
        sent=dict(Counter(one.delivery.channel for one in arrived)),
        told_before=dict(Counter(one.delivery.channel for one in arrived if not one.is_new)),
        waiting=[one.sentence for one in delivered.waiting],
        failed=[one.problem for one in delivered.outcomes if one.problem],
        withheld=withheld,
        new_headers=headers,
        outbox=str(workspace.home.outbox / week.key),
    )
