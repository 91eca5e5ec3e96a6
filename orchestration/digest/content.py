"""What a digest says, as typed facts: no language, no markup, no clock, no build.

Two contents are the same digest when their hashes are equal; so nothing stands here that can
differ between two runs over the same data.
"""

from __future__ import annotations

import hashlib
import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from pydantic import Field

from orchestration.digest.codes import ActionCode, Caveat, Comparison, Kind, VerdictCode
from orchestration.digest.team_values import AsComposed, Growth
from orchestration.digest.values import (
    AdRole,
    Frozen,
    Incentive,
    LiveSession,
    Movers,
    Peers,
    ProgrammeState,
    PromotionWeek,
    Reconciliation,
    Restatement,
    Standings,
)
from orchestration.register import Locale

ORDERS = "qianfan__orders"
# The figures of a merchant's first screen, and those that a later digest corrects.
HEADLINE = ("gmv", "order_count", "active_customers", "new_customers")
# In place of a merchant's id, for all of them; the register gives it to no merchant.
PROGRAMMES = "programmes"
# A later export that says the same again is no news: nobody gets a second message for it.
_PROVENANCE = {"latest_effective_at", "file_count", "rows_loaded"}


class DigestError(Exception):
    """A digest cannot be composed; the message names the row or figure at fault."""


class Fact(Frozen):
    """One figure of one period; an unknown one has no value, and never 0 instead.

    A known figure without value does not exist (an average of no orders). Days are None where
    several merchants are counted together.
    `change` is a ratio (0.12 = 12 % more), kept to 0.01 %. With the caveat like_for_like it
    compares only the days that both periods have, and `base` is not told. With the caveat promotion
    the week or the one before is one of a promotion: nothing is compared.
    """

    figure_id: str
    figure: str
    period: Literal["week", "month_to_date"]
    period_start: date
    period_end: date
    value: Decimal | None
    unit: str
    is_known: bool
    days_covered: int | None = None
    days_in_period: int | None = None
    comparison: Comparison | None = None
    base: Decimal | None = None
    base_period_start: date | None = None
    change: Decimal | None = None
    caveats: tuple[Caveat, ...] = ()


class SourceState(Frozen):
    """What one source has delivered for the week."""

    source: str
    is_required: bool
    days_covered: int
    days_in_period: int
    missing_days: tuple[date, ...] = ()
    bridged_days: tuple[date, ...] = ()
    latest_effective_at: datetime | None = None
    file_count: int = 0
    rows_loaded: int = 0
    rows_quarantined: int = 0
    rows_held: int = 0
    due_hours: int | None = None


class CohortCell(Frozen):
    """One month of a cohort; null figures when no day of that month is covered."""

    month_number: int
    active_customers: int | None
    retention_rate: Decimal | None
    is_complete: bool


class Cohort(Frozen):
    """Customers by the month of their first order, or of the first one that we know."""

    cohort_month: date
    cohort_size: int
    is_history_complete: bool
    cells: tuple[CohortCell, ...]


class TrailingWeek(Frozen):
    """One of the last weeks, the reported one included."""

    week: date
    gmv: Decimal | None
    order_count: int | None
    is_complete: bool


class Insight(Frozen):
    """A playbook finding: which sentence, with which numbers."""

    block: str
    verdict: str
    message: str
    params: dict[str, int | float | str] = Field(default_factory=dict)


class Action(Frozen):
    """The one thing to do; the days, the incentive and its currency, if it is about such.

    `folder` is where the data team drops the file that is asked for; its reader never sees it.
    """

    code: ActionCode
    source: str | None = None
    days: tuple[date, ...] = ()
    folder: str | None = None
    due_at: datetime | None = None
    count: int | None = None
    names: tuple[str, ...] = ()
    incentive: Incentive | None = None
    currency: str | None = None


class MerchantState(Frozen):
    """One line of the data team's list."""

    merchant_id: str
    name: str
    sources: tuple[SourceState, ...]


class DigestContent(Frozen):
    """Everything one digest says.

    `week` is its Monday; `merchant_id` is empty for the data team, PROGRAMMES for those who keep
    the rulebook.
    """

    kind: Kind
    merchant_id: str
    name: str
    locale: Locale
    week: date
    as_of: date
    joined_on: date | None = None
    verdict: VerdictCode
    action: Action
    next_export: Action | None = None
    promotion: PromotionWeek | None = None
    facts: tuple[Fact, ...]
    insights: tuple[Insight, ...] = ()
    restatements: tuple[Restatement, ...] = ()
    reconciliation: Reconciliation | None = None
    peers: Peers | None = None
    ad_roles: tuple[AdRole, ...] = ()
    live_sessions: tuple[LiveSession, ...] = ()
    incentives: tuple[Incentive, ...] = ()
    programmes: tuple[ProgrammeState, ...] = ()
    standings: tuple[Standings, ...] = ()
    trailing_weeks: tuple[TrailingWeek, ...] = ()
    cohorts: tuple[Cohort, ...] = ()
    sources: tuple[SourceState, ...] = ()
    merchants: tuple[MerchantState, ...] = ()
    movers: Movers | None = None
    growth: Growth | None = None
    as_composed: AsComposed | None = None

    def fact(self, period: str, figure: str) -> Fact:
        """The fact of this name.

        Raises:
            DigestError: the content has no such fact.
        """
        for fact in self.facts:
            if (fact.period, fact.figure) == (period, figure):
                return fact
        raise DigestError(
            f"The digest of {self.merchant_id or 'the team'} has no {period} {figure}."
        )

    def source(self, name: str) -> SourceState | None:
        """The state of a source, or None when the merchant does not deliver it."""
        return next((state for state in self.sources if state.source == name), None)


def canonical_json(content: DigestContent) -> str:
    """The content as JSON that is equal whenever the content is: sorted keys, decimals as text."""
    return _canonical(content.model_dump(mode="json"))


def _canonical(plain: dict[str, Any]) -> str:
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def content_hash(content: DigestContent) -> str:
    """sha256 over what a digest says, in hex; where it comes from, and what passes, is left out."""
    said = content.model_dump(
        mode="json",
        exclude={
            "as_composed": True,
            "sources": {"__all__": _PROVENANCE},
            "merchants": {"__all__": {"sources": {"__all__": _PROVENANCE}}},
            "restatements": {"__all__": {"cause_file_count", "withdrawn_file_count"}},
        },
    )
    return hashlib.sha256(_canonical(said).encode()).hexdigest()
