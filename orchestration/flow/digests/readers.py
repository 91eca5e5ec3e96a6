"""What a reader does by a link of a digest: read it, answer it, want no more of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import get_args

from orchestration.delivery.archive import archived_page
from orchestration.delivery.links import PURPOSES, Claim, LinkError, Links
from orchestration.digest.links import Answer
from orchestration.flow.workspace import Workspace
from orchestration.periods import Week
from orchestration.register import Recipient
from orchestration.settings import now
from orchestration.state.reader_models import Answer as AnswerRow
from orchestration.state.readers import answers_of, unsubscribe, write_answer

# How a person reads what was answered.
_WORDS: dict[str, str] = {
    "done": "we have done it",
    "not_for_us": "this is not for us",
    "looks_wrong": "a number looks wrong",
}


@dataclass(frozen=True)
class Opened:
    """A link that is good: what it may do, for whom, and in which language and name."""

    claim: Claim
    recipient: Recipient
    locale: str
    name: str


@dataclass(frozen=True)
class Answered:
    """One answer of a reader."""

    merchant_id: str
    recipient: str
    revision: int
    answer: str
    told_at: str

    def as_dict(self) -> dict[str, object]:
        return dict(vars(self))

    @property
    def sentence(self) -> str:
        return f"{_WORDS[self.answer]} ({self.told_at[:10]})"


def open_link(workspace: Workspace, links: Links, purpose: str, token: str) -> Opened:
    """What a link is for, if it is good and its reader still reads this digest.

    Raises:
        LinkError: it is none of ours, has expired, or the register has no such reader any more.
    """
    if purpose not in PURPOSES:
        raise LinkError("no such purpose")
    claim = links.read(purpose, token)
    register = workspace.register()
    merchant = register.get(claim.merchant_id)
    # Digests of all merchants are the team's, whatever they are called.
    if claim.kind == "merchant" and merchant is None:
        raise LinkError("no such merchant")
    owner = merchant or register.team
    recipient = next((one for one in owner.recipients if claim.is_of(one)), None)
    if recipient is None:
        raise LinkError("no such reader")
    name = merchant.name.in_locale(merchant.locale) if merchant else "Seedbed"
    return Opened(claim, recipient, owner.locale, name)


def read_page(workspace: Workspace, opened: Opened) -> str:
    """The digest as it was archived, as HTML.

    Raises:
        DeliveryError: the archive does not have it.
    """
    claim = opened.claim
    return archived_page(workspace.home, Week(claim.week), claim.merchant_id, claim.revision)


def act(workspace: Workspace, opened: Opened) -> None:
    """Do what the link is for; done twice it is done once."""
    claim, reader = opened.claim, opened.recipient.key
    if claim.purpose == "unsubscribe":
        unsubscribe(workspace.store, claim.merchant_id, reader, now())
    elif claim.purpose in get_args(Answer):
        row = AnswerRow(
            merchant_id=claim.merchant_id,
            week=claim.week,
            revision=claim.revision,
            recipient=reader,
            answer=claim.purpose,
            told_at=now(),
        )
        write_answer(workspace.store, row)


def answered(workspace: Workspace, week: Week) -> list[Answered]:
    """What readers answered to a week's digests, in the order in which it came."""
    return list(_answered(workspace, week))


def _answered(workspace: Workspace, week: Week) -> Iterator[Answered]:
    for row in answers_of(workspace.store, week.monday):
        told_at = row.told_at.isoformat(timespec="minutes")
        yield Answered(row.merchant_id, row.recipient, row.revision, row.answer, told_at)
