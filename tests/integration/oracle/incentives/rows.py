"""What is decided, as rows of the two tables."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

TO_COME = "next"


@dataclass(frozen=True)
class Key:
    """Which row: `window` is the window's first day, or `next` for the one to come."""

    merchant_id: str
    programme: str
    window: str
    week: date


@dataclass(frozen=True)
class EligibilityRow:
    """A row of fct_incentive_eligibility."""

    key: Key
    status: str
    version: int
    tier: int | None
    earned: Decimal | None
    granted: Decimal | None
    cap: Decimal | None
    remaining: Decimal | None
    window_start: date | None
    window_end: date | None
    days_left: int | None
    achieved_on: date | None
    can_rise: bool
    is_excluded: bool


@dataclass(frozen=True)
class CriterionRow:
    """A row of fct_incentive_criteria; `criterion` is a condition's id, or `tier_1` and so on."""

    key: Key
    role: str  # gate | goal | tier
    criterion: str
    actual: Decimal | None
    required: Fraction | None
    gap: Fraction | None
    is_met: bool | None
    deadline: date | None
    pace_needed: Fraction | None = None
    projected_on: date | None = None
    is_next_step: bool = False


@dataclass(frozen=True)
class Decisions:
    """All rows of some weeks."""

    eligibility: tuple[EligibilityRow, ...]
    criteria: tuple[CriterionRow, ...]
