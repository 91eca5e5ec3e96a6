"""Which digests wait, for what, and until when: what is required and missing before the cut-off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta

from orchestration.digest.content import DigestContent
from orchestration.periods import BUSINESS_ZONE, Week


@dataclass(frozen=True)
class Waiting:
    """A digest that is not sent yet: whose, what it waits for, and until when at the latest."""

    merchant_id: str
    missing: tuple[str, ...]
    until: datetime

    @property
    def sentence(self) -> str:
        """What a person must know."""
        until = self.until.astimezone(BUSINESS_ZONE)
        return (
            f"{self.merchant_id} waits for {'; '.join(self.missing)}. It goes as it is on "
            f"{until:%A %Y-%m-%d %H:%M}, or now with `seedbed digest send --merchant "
            f"{self.merchant_id} --anyway`."
        )

    def as_dict(self) -> dict[str, object]:
        return {**asdict(self), "until": self.until.isoformat()}


def cut_off(week: Week, hours: int) -> datetime:
    """When a week's digests go, whatever is missing; hours count from the end of its Sunday."""
    end = datetime.combine(week.as_of + timedelta(days=1), time(), BUSINESS_ZONE)
    return (end + timedelta(hours=hours)).astimezone(UTC)


def waiting(content: DigestContent, hours: int, moment: datetime) -> Waiting | None:
    """Why a digest is not sent at this moment; None if nothing keeps it.

    The data team's never waits: it is about what is missing.
    """
    until = cut_off(Week(content.week), hours)
    missing = tuple(
        f"{source.source} of {_days(source.missing_days)}"
        for source in content.sources
        if source.is_required and source.missing_days
    )
    if content.kind != "merchant" or not missing or moment >= until:
        return None
    return Waiting(content.merchant_id, missing, until)


def _days(days: Sequence[date]) -> str:
    first, last = min(days), max(days)
    is_run = (last - first).days + 1 == len(days)
    if is_run and len(days) > 1:
        return f"{first} to {last}"
    return ", ".join(map(str, days))
