"""Why a merchant stands as it does with a programme: every gate, goal and tier with its figures."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from orchestration.flow.eligibility.listing import Asked, Decision, decisions_of
from orchestration.flow.workspace import HomeError
from orchestration.home import Home
from orchestration.periods import Week
from orchestration.warehouse.read import Published, open_published


@dataclass(frozen=True)
class Criterion:
    """One gate, goal or tier; `is_met` None is unknown, `gap` is in `unit`."""

    role: str
    criterion_id: str
    entry: int | None
    metric: str | None
    comparison: str | None
    period: str | None
    actual: Decimal | None
    required: Decimal | None
    gap: Decimal | None
    unit: str | None
    is_met: bool | None
    deadline: date | None
    days_missing: int | None
    first_missing_day: date | None
    source: str | None
    pace_needed: Decimal | None
    projected_on: date | None
    is_next_step: bool


_COLUMNS = ", ".join(Criterion.__dataclass_fields__)


@dataclass(frozen=True)
class Explained:
    """One decision with what it rests on."""

    decision: Decision
    criteria: tuple[Criterion, ...]


@dataclass(frozen=True)
class Explanation:
    """A merchant's decisions on one programme: one for each window of the week."""

    build_id: str
    week: Week
    windows: tuple[Explained, ...]

    def as_dict(self) -> dict[str, Any]:
        return {
            "build_id": self.build_id,
            "week": self.week.key,
            "windows": [
                {
                    **one.decision.as_dict(),
                    "criteria": [asdict(criterion) for criterion in one.criteria],
                }
                for one in self.windows
            ],
        }


def explain_decision(
    home: Home, merchant_id: str, programme: str, week: Week | None
) -> Explanation:
    """A merchant's decisions on a programme, criterion by criterion.

    Raises:
        WarehouseError: nothing is published.
        HomeError: the week is not decided, or there is no decision of this merchant on it.
    """
    with open_published(home) as published:
        listed = decisions_of(published, Asked(week, merchant_id, programme))
        if not listed.decisions:
            raise HomeError(
                f"{merchant_id} has no window of {programme} in {listed.week.iso}; "
                f"`seedbed eligibility list --merchant {merchant_id}` shows those that it has."
            )
        windows = (Explained(one, _criteria(published, one)) for one in listed.decisions)
        return Explanation(listed.build_id, listed.week, tuple(windows))


def _criteria(published: Published, decision: Decision) -> tuple[Criterion, ...]:
    found = published.rows(
        f"select {_COLUMNS} from marts.fct_incentive_criteria where merchant_id = $1 "
        "and programme = $2 and window_key = $3 and week = $4 "
        "order by case role when 'gate' then 1 when 'goal' then 2 else 3 end, entry, tier, "
        "criterion_id",
        [decision.merchant_id, decision.programme, decision.window_key, decision.week],
    )
    return tuple(Criterion(**row) for row in found)
