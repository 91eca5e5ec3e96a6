"""Decisions of a week as the published build has them: which there are, filtered."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any, get_args

from orchestration.digest.values import IncentiveStatus
from orchestration.flow.workspace import HomeError
from orchestration.home import Home
from orchestration.periods import Week
from orchestration.warehouse.read import Published, open_published

STATUSES: tuple[str, ...] = get_args(IncentiveStatus)


@dataclass(frozen=True)
class Decision:
    """How a merchant stands with one programme and window at the end of a week.

    Amounts are in `cap_unit`; None is unknown. A window to come (`window_key` next) has no days.
    """

    merchant_id: str
    programme: str
    window_key: str
    week: date
    as_of: date
    status: str
    tier: int | None
    earned: Decimal | None
    granted: Decimal | None
    told: Decimal | None
    shortfall: Decimal | None
    cap: Decimal | None
    cap_unit: str
    remaining: Decimal | None
    window_start: date | None
    window_end: date | None
    days_left: int | None
    achieved_on: date | None
    reward_mode: str
    excluded_by: str | None
    missing: str | None
    rule_version: int
    certainty: str
    is_assumption: bool
    rulebook_hash: str | None

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


_COLUMNS = ", ".join(Decision.__dataclass_fields__)


@dataclass(frozen=True)
class Asked:
    """Which decisions somebody wants; None wants all."""

    week: Week | None = None
    merchant_id: str | None = None
    programme: str | None = None
    status: str | None = None


@dataclass(frozen=True)
class Listed:
    """Decisions of a week, and the build that they are from."""

    build_id: str
    week: Week
    decisions: tuple[Decision, ...]

    def as_dict(self) -> dict[str, Any]:
        return {
            "build_id": self.build_id,
            "week": self.week.key,
            "decisions": [one.as_dict() for one in self.decisions],
        }


def list_decisions(home: Home, asked: Asked) -> Listed:
    """The decisions of a week, by programme, merchant and window.

    Raises:
        WarehouseError: nothing is published.
        HomeError: the published build did not decide this week, or knows no such programme.
    """
    with open_published(home) as published:
        return decisions_of(published, asked)


def decisions_of(published: Published, asked: Asked) -> Listed:
    """The same of a build that is open already."""
    week = _decided_week(published, asked.week)
    if asked.programme is not None:
        _check_programme(published, week, asked.programme)
    return Listed(published.build_id, week, _decisions(published, week, asked))


def _decided_week(published: Published, week: Week | None) -> Week:
    """The asked week, or the newest that the build decided.

    Raises:
        HomeError: it decided no week, or another one.
    """
    found = published.rows(
        "select 1 from duckdb_tables() where table_name = 'fct_incentive_eligibility'"
    )
    # A week without any programme is decided all the same; the team's facts tell which it was.
    decided = (
        [
            row["week"]
            for row in published.rows("select distinct week from reporting.rpt_team_facts")
        ]
        if found
        else []
    )
    if not decided:
        raise HomeError(
            f"Build {published.build_id} decided no week; run `seedbed run --week last`."
        )
    if week is None:
        return Week(max(decided))
    if week.monday not in decided:
        raise HomeError(
            f"Build {published.build_id} did not decide {week.iso}; "
            f"run `seedbed run --week {week.key}`."
        )
    return week


def _check_programme(published: Published, week: Week, programme: str) -> None:
    known = [
        row["programme"]
        for row in published.rows(
            "select distinct programme from marts.fct_incentive_eligibility where week = $1 "
            "order by all",
            [week.monday],
        )
    ]
    if programme not in known:
        raise HomeError(
            f"No merchant has a decision on '{programme}' in {week.iso}; there are "
            f"{', '.join(known) or 'none at all'}."
        )


def _decisions(published: Published, week: Week, asked: Asked) -> tuple[Decision, ...]:
    wishes = {
        "merchant_id": asked.merchant_id,
        "programme": asked.programme,
        "status": asked.status,
    }
    wanted = {name: value for name, value in wishes.items() if value is not None}
    rows = published.rows(
        f"select {_COLUMNS} from marts.fct_incentive_eligibility where "
        + " and ".join(["week = $week", *(f"{name} = ${name}" for name in wanted)])
        + " order by programme, merchant_id, window_key",
        {"week": week.monday, **wanted},
    )
    return tuple(Decision(**row) for row in rows)
