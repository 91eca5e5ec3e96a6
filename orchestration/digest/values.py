"""Values of a digest's sections: advertising, broadcasts, incentives, corrections, reconciliation.

They are parts of `DigestContent`; `content.py` says what a digest is as a whole.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict

Role = Literal["feeds", "search", "full_site", "video_feed", "other", "unattributed"]
IncentiveStatus = Literal[
    "not_eligible",
    "undecidable",
    "exhausted",
    "achieved",
    "expired",
    "in_progress",
    "eligible",
]


class Frozen(BaseModel):
    """A value: never changed, and nothing in it that is not declared."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Restatement(Frozen):
    """A headline figure of an earlier week that is not what was told last.

    `cause_file_count` counts files that came to count, or no longer to count, since then;
    `withdrawn_file_count` those of them that count no more.
    """

    figure_id: str
    figure: str
    restated_week: date
    unit: str
    value_told: Decimal | None
    value_now: Decimal | None
    cause_file_count: int = 0
    withdrawn_file_count: int = 0


class Reconciliation(Frozen):
    """The GMV of the shop's own page beside ours; the four parts make the difference."""

    currency: str
    days_compared: int
    platform_gmv: Decimal
    gmv: Decimal | None
    uncovered_days: Decimal
    quarantined: Decimal
    cancelled_after_payment: Decimal
    other: Decimal


class AdRole(Frozen):
    """Advertising of the week in one KFS role; `base_spend` is the week before's.

    Orders and GMV are those paid within 7 days of a click, by the day of the click.
    """

    role: Role
    currency: str
    spend: Decimal | None
    clicks: int | None
    orders: int | None
    gmv: Decimal | None
    base_spend: Decimal | None


class LiveSession(Frozen):
    """One broadcast of a shop and day."""

    day: date
    currency: str
    minutes: Decimal | None
    viewers: int | None
    orders: int | None
    gmv: Decimal | None
    is_first_ever: bool = False


class NextStep(Frozen):
    """What is missing to the next tier or goal of an incentive, in its own unit."""

    metric: str
    unit: str
    gap: Decimal
    is_nearest: bool = False


class PromotionWeek(Frozen):
    """A week of a promotion beside what is fair to it; changes are ratios.

    `base_start` begins the same days of the edition before. Without one, `normal_weeks` whole weeks
    without a promotion stand for what is usual: the bases are their means.
    """

    promotion: str
    base_start: date | None = None
    normal_weeks: int = 0
    order_base: Decimal | None = None
    gmv_base: Decimal | None = None
    order_change: Decimal | None = None
    gmv_change: Decimal | None = None


class Mover(Frozen):
    """A merchant whose orders of the week lie outside its own usual range, low to high."""

    merchant_id: str
    name: str
    orders: int
    low: int
    high: int


class Movers(Frozen):
    """How many merchants can be judged by their own weeks, and whose week stands out."""

    judged: int
    outside: tuple[Mover, ...] = ()


class ProgrammeState(Frozen):
    """How all merchants stand with one version of a programme; counts are windows of the week.

    `gained` are those in which something was reached within the week, `lapsing` open ones that end
    soon and lack something. `earned` is what the rules give in
    this unit as far as it is known, `can_be_earned` the most that open windows still can (None
    where a cap is unknown), `committed` what of the budget is earned so far.
    """

    programme: str
    name: str
    unit: str
    open: int
    lapsing: int
    achieved: int
    undecidable: int
    earned: Decimal
    is_assumption: bool
    gained: int = 0
    can_be_earned: Decimal | None = None
    budget: Decimal | None = None
    committed: Decimal | None = None
    certainty: str = ""


class Incentive(Frozen):
    """How a merchant stands with one programme and window, by the rulebook.

    `cap` is the most that it can give, never a promise; `told_before` is what an earlier digest
    said was earned, where that was more. A window to come has no end.
    """

    programme: str
    name: str
    status: IncentiveStatus
    unit: str
    window_key: str = ""
    earned: Decimal | None = None
    granted: Decimal | None = None
    told_before: Decimal | None = None
    cap: Decimal | None = None
    last_day: date | None = None
    days_left: int | None = None
    is_assumption: bool = True
    missing: tuple[str, ...] = ()
    next_step: NextStep | None = None


class Peers(Frozen):
    """Similar merchants, the one itself among them: the median change of their GMV."""

    level: Literal["industry_l2", "industry_l1", "all"]
    name: str
    shops: int
    median_change: Decimal


class Standing(Frozen):
    """One merchant's incentive, as programme managers read of it."""

    merchant_id: str
    merchant: str
    incentive: Incentive


class Standings(Frozen):
    """Merchants of one kind: the first of them, and how many there are."""

    kind: Literal["lapsing", "open", "achieved", "undecidable"]
    count: int
    first: tuple[Standing, ...]
