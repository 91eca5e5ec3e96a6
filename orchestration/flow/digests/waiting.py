"""Whether a digest goes at a moment, as what, or what it waits for. Pure.

A week ends in exactly one way; whatever happens, it ends at the cut-off.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Literal

from orchestration.digest.content import DigestContent
from orchestration.digest.notice import NoticeReason
from orchestration.flow.digests.sendable import Lack, is_worth_telling, lacks
from orchestration.incentives.sendable import Sendable
from orchestration.periods import BUSINESS_ZONE, Week

HOLD, RELEASE = "hold", "release"
EndingCode = Literal["sent", "sent_with_gaps", "notice", "released", "suppressed"]


@dataclass(frozen=True)
class Window:
    """When digests of a week may leave, and when the last of them do, whatever is missing."""

    opens: datetime
    closes: datetime

    @classmethod
    def of(cls, week: Week, opens_hours: int, closes_hours: int) -> Window:
        """Hours count from the end of the week's Sunday; a window closes no earlier than it opens.

        A cut-off before the opening wins: who asks for an early cut-off wants no waiting.
        """
        end = datetime.combine(week.as_of + timedelta(days=1), time(), BUSINESS_ZONE)
        closes = (end + timedelta(hours=closes_hours)).astimezone(UTC)
        return cls(min((end + timedelta(hours=opens_hours)).astimezone(UTC), closes), closes)


@dataclass(frozen=True)
class Ruled:
    """What a person said last about a merchant's week."""

    ruling: str
    reason: str
    told_by: str


@dataclass(frozen=True)
class Going:
    """A digest that goes now: how its week ends by it."""

    ending: EndingCode
    detail: str = ""

    @property
    def notice(self) -> NoticeReason | None:
        """What the short notice is about that goes in its place; None for the digest itself."""
        if self.ending != "notice":
            return None
        return "held" if self.detail == "held" else "nothing_known"


@dataclass(frozen=True)
class Waiting:
    """A digest that does not go yet: whose, why, and until when at the latest."""

    merchant_id: str
    until: datetime
    lacks: tuple[Lack, ...] = ()
    held: Ruled | None = None
    changed: tuple[str, ...] = ()

    @property
    def state(self) -> str:
        return "held" if self.held else "waiting"

    @property
    def sentence(self) -> str:
        """What a person must know."""
        until = f"{self.until.astimezone(BUSINESS_ZONE):%A %Y-%m-%d %H:%M}"
        whose = f"--merchant {self.merchant_id} " if self.merchant_id else ""
        anyway = f"or now with `seedbed digest send {whose}--anyway`"
        name = self.merchant_id or "The data team's"
        if self.held:
            said = self.held.reason.rstrip(".") + "."
            return (
                f"{name} is held by {self.held.told_by}: {said} A notice goes on "
                f"{until} unless `seedbed digest release {name} --reason …` comes first."
            )
        if self.changed:
            return (
                f"{name} says otherwise than what was previewed: {'; '.join(self.changed)}. Look "
                f"at it with `seedbed digest preview {whose.rstrip()}` and send again, {anyway}."
            )
        if not self.lacks:
            return f"{name} leaves on {until} at the earliest, {anyway}."
        missing = "; ".join(lack.sentence for lack in self.lacks)
        return f"{name} waits for {missing}. It goes as it is on {until}, {anyway}."

    def as_dict(self) -> dict[str, object]:
        return {
            "merchant_id": self.merchant_id,
            "until": self.until.isoformat(),
            "waits_for": [lack.as_dict() for lack in self.lacks],
            "held_because": self.held.reason if self.held else "",
        }


def decide(
    content: DigestContent,
    sendable: Sendable,
    ruled: Ruled | None,
    window: Window,
    moment: datetime,
) -> Going | Waiting:
    """What becomes of a digest that has readers, and whose week has not ended yet.

    A person's hold beats everything until the cut-off; then a notice goes, for figures that
    somebody doubts must not, and silence would be an open hold. A release beats what is missing.
    """
    owner, is_over = content.merchant_id, moment >= window.closes
    if moment < window.opens:
        return Waiting(owner, window.opens)
    if content.kind != "merchant":
        return Going("sent")
    if ruled and ruled.ruling == HOLD:
        return Going("notice", "held") if is_over else Waiting(owner, window.closes, held=ruled)
    if ruled and ruled.ruling == RELEASE:
        return Going("released", ruled.reason)
    missing = lacks(content, sendable)
    if not missing:
        return Going("sent")
    if not is_over:
        return Waiting(owner, window.closes, missing)
    if not is_worth_telling(content, sendable):
        return Going("notice", "nothing_known")
    return Going("sent_with_gaps", "; ".join(lack.sentence for lack in missing))
