"""A small digest, its recipients and a channel that can fail."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal

from orchestration.delivery.channel import AmbiguousDeliveryError, Message, Receipt
from orchestration.digest.compose_merchant import MerchantRows, compose_merchant
from orchestration.digest.content import DigestContent
from orchestration.digest.correction import Changes, Correction, FigureChange, render_correction
from orchestration.digest.render import RenderedDigest, render_digest
from orchestration.periods import Week
from orchestration.register import LocalName, Merchant, Recipient

WEEK = Week(date(2024, 9, 9))
NOW = datetime(2024, 9, 16, 2, 0, tzinfo=UTC)
OWNER = Recipient(channel="email", address="owner@example.com", digest="merchant")
SHOP_CHANNEL = Recipient(channel="slack", address="C0123456", digest="merchant")
TEAM_CHANNEL = Recipient(channel="slack", address="C0000001", digest="data_team")


def now() -> datetime:
    return NOW


def content(gmv: str = "219120.43", merchant_id: str = "m001") -> DigestContent:
    shop = Merchant(
        merchant_id=merchant_id, name=LocalName(zh="云朵家居"), joined_on=date(2024, 3, 1)
    )
    row = {
        "figure_id": f"{merchant_id}/2024-W37/week/gmv",
        "merchant_id": merchant_id,
        "week": WEEK.monday,
        "period": "week",
        "figure": "gmv",
        "period_start": WEEK.monday,
        "period_end": WEEK.as_of,
        "value": Decimal(gmv),
        "unit": "CNY",
        "comparison": "previous_week",
        "base_period_start": date(2024, 9, 2),
        "base_value": None,
        "change": None,
        "like_for_like_change": None,
        "days_covered": 7,
        "days_in_period": 7,
        "is_known": True,
        "is_complete": True,
        "is_history_complete": True,
        "has_base": False,
    }
    return compose_merchant(shop, WEEK, MerchantRows(facts=[row]))


def rendered(gmv: str = "219120.43", revision: int = 1) -> RenderedDigest:
    return render_digest(content(gmv), build_id="b1", revision=revision)


def correction(gmv: str, revision: int, number: int) -> Correction:
    """A GMV that was told as that of `content()`, and is another one now."""
    now_told = content(gmv)
    change = FigureChange(now_told.fact("week", "gmv"), Decimal("219120.43"), None, is_known=True)
    return render_correction(now_told, Changes((change,)), number, "b2", revision)


@dataclass
class Switch:
    """A channel that remembers what it took, and fails with the next error it is given."""

    is_idempotent: bool = False
    errors: list[BaseException] = field(default_factory=list)
    taken: list[Message] = field(default_factory=list)
    # What a look finds of a message that nobody is sure of; without one it cannot look.
    found: list[Receipt | None] = field(default_factory=list)
    name: str = "switch"

    def send(self, message: Message) -> Receipt:
        if self.errors:
            raise self.errors.pop(0)
        self.taken.append(message)
        return Receipt(provider_id=f"id-{len(self.taken)}")

    def find(self, message: Message) -> Receipt | None:
        if not self.found:
            raise AmbiguousDeliveryError(f"{message.address}: nobody can look")
        return self.found.pop(0)
