"""Two sets of decisions of one week side by side: who changes state, and how amounts move."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from orchestration.periods import Week

Row = Mapping[str, Any]
_Key = tuple[str, str, str]


@dataclass(frozen=True)
class Change:
    """One decision that is another one then; None where there is none at all."""

    merchant_id: str
    programme: str
    window_key: str
    status_now: str | None
    status_then: str | None
    earned_now: Decimal | None
    earned_then: Decimal | None
    cap_now: Decimal | None
    cap_then: Decimal | None
    unit: str


@dataclass(frozen=True)
class Amounts:
    """Sums of one programme and unit; units are never added.

    `windows_*` counts decisions, `unknown_*` those of them whose earned amount is unknown and
    therefore in no sum.
    """

    programme: str
    unit: str
    windows_now: int
    windows_then: int
    unknown_now: int
    unknown_then: int
    earned_now: Decimal
    earned_then: Decimal
    cap_now: Decimal
    cap_then: Decimal


@dataclass(frozen=True)
class Comparison:
    """What changes in a week."""

    week: Week
    changes: tuple[Change, ...]
    amounts: tuple[Amounts, ...]

    def as_dict(self) -> dict[str, Any]:
        return {
            "week": self.week.key,
            "changes": [asdict(one) for one in self.changes],
            "amounts": [asdict(one) for one in self.amounts],
        }


def compare_decisions(week: Week, now: Sequence[Row], then: Sequence[Row]) -> Comparison:
    """Compare decisions of one week; both are rows of fct_incentive_eligibility."""
    before, after = _by_key(now), _by_key(then)
    changes = [
        _change(key, before.get(key), after.get(key))
        for key in sorted(before.keys() | after.keys())
    ]
    programmes = sorted({(row["programme"], row["cap_unit"]) for row in [*now, *then]})
    return Comparison(
        week,
        tuple(one for one in changes if _is_one(one)),
        tuple(_amounts(programme, unit, now, then) for programme, unit in programmes),
    )


def _by_key(rows: Iterable[Row]) -> dict[_Key, Row]:
    return {(row["programme"], row["merchant_id"], row["window_key"]): row for row in rows}


def _change(key: _Key, now: Row | None, then: Row | None) -> Change:
    programme, merchant_id, window_key = key
    nothing: Row = {}
    before, after = now or nothing, then or nothing
    return Change(
        merchant_id=merchant_id,
        programme=programme,
        window_key=window_key,
        status_now=before.get("status"),
        status_then=after.get("status"),
        earned_now=before.get("earned"),
        earned_then=after.get("earned"),
        cap_now=before.get("cap"),
        cap_then=after.get("cap"),
        unit=(after or before)["cap_unit"],
    )


def _is_one(change: Change) -> bool:
    now = (change.status_now, change.earned_now, change.cap_now)
    return now != (change.status_then, change.earned_then, change.cap_then)


def _amounts(programme: str, unit: str, now: Sequence[Row], then: Sequence[Row]) -> Amounts:
    before, after = (
        [row for row in rows if (row["programme"], row["cap_unit"]) == (programme, unit)]
        for rows in (now, then)
    )
    return Amounts(
        programme=programme,
        unit=unit,
        windows_now=len(before),
        windows_then=len(after),
        unknown_now=_unknown(before),
        unknown_then=_unknown(after),
        earned_now=_sum(before, "earned"),
        earned_then=_sum(after, "earned"),
        cap_now=_sum(before, "cap"),
        cap_then=_sum(after, "cap"),
    )


def _unknown(rows: Sequence[Row]) -> int:
    return sum(row["earned"] is None for row in rows)


def _sum(rows: Sequence[Row], column: str) -> Decimal:
    return sum((row[column] for row in rows if row[column] is not None), Decimal(0))
