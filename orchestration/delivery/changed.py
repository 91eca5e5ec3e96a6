"""Which figures differ from what was told: read from what was issued, never worked out again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from orchestration.delivery.issued import figures_of
from orchestration.digest.content import DigestContent
from orchestration.digest.correction import Changes, FigureChange

Row = Mapping[str, Any]
_CENT = Decimal("0.01")


def changes_since(told: Iterable[Row], content: DigestContent) -> Changes:
    """What a digest says otherwise than the figures that were told.

    What was told and is in the digest no more, such as a cohort that has grown too old for its
    table, is no change; nor is what is new and unknown.
    """
    before = {str(row["figure_id"]): row for row in told}
    now = figures_of(content)
    return Changes(
        figures=tuple(_changed_facts(before, content)),
        cohort_cells=_count(before, now, "cohort"),
        incentives=_count(before, now, "incentive"),
    )


def _count(before: Mapping[str, Row], now: Iterable[Row], period: str) -> int:
    return sum(
        row["period"] == period
        and row["figure_id"] in before
        and _differs(before[row["figure_id"]], row)
        for row in now
    )


def _changed_facts(before: Mapping[str, Row], content: DigestContent) -> Iterator[FigureChange]:
    for fact in content.facts:
        row = before.get(fact.figure_id, {"value": None, "change": None, "is_known": False})
        change = FigureChange(fact, row["value"], row["change"], bool(row["is_known"]))
        now = {"value": fact.value, "is_known": fact.is_known}
        is_compared_otherwise = fact.is_known and fact.change != row["change"]
        if _differs(row, now) or is_compared_otherwise:
            yield change


def _differs(before: Row, now: Row) -> bool:
    return (_amount(before["value"]), before["is_known"]) != (
        _amount(now["value"]),
        now["is_known"],
    )


def _amount(value: Any) -> Decimal | None:
    return None if value is None else Decimal(value).quantize(_CENT)
