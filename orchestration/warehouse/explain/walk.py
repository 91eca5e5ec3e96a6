"""From a figure down: what it is made of, part by part, each held against what is published."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

from orchestration.home import Home
from orchestration.warehouse.explain import shown
from orchestration.warehouse.explain.answer import Check, Day, Level, Number, Part
from orchestration.warehouse.explain.build import coverage_of, day_values
from orchestration.warehouse.explain.facts import FactTables, Scope, make_facts
from orchestration.warehouse.explain.figures import (
    COHORT,
    Count,
    Difference,
    Figure,
    Ratio,
    Sum,
    days_known_by,
    part_of,
)
from orchestration.warehouse.explain.lines import make_lines
from orchestration.warehouse.explain.proofs import check, prove, sums_of
from orchestration.warehouse.explain.raw import raw_files
from orchestration.warehouse.explain.reasons import why_unknown
from orchestration.warehouse.read import Published

# Divided by the same two numbers; a difference in the last digit is no other figure.
_TOLERANCE = 1e-12
# A digest rounds a quotient to cents.
_HALF_A_CENT = 0.005 + 1e-9


@dataclass(frozen=True)
class Side:
    """Days of a period, and what is published of them by figure.

    `figures` is None where nothing is published of just these days, as of those that two periods
    have in common.
    """

    merchant_id: str
    start: date
    days: Sequence[date]
    figures: Mapping[str, Any] | None


@dataclass
class Walk:
    """One walk through one build, with so many rows per level."""

    home: Home
    published: Published
    limit: int | None
    _numbers: count[int] = field(default_factory=lambda: count(1))

    def part(self, name: str, figure: Figure, side: Side, role: str = "") -> Part:
        """Explain a figure of a side; growth, which has two sides, is `growth.py`'s."""
        if isinstance(figure, Sum | Count):
            return self._of_days(name, figure, side, role)
        if isinstance(figure, Difference | Ratio):
            return self._of_two(name, figure, side, role)
        raise TypeError(f"{name} has two sides, and a walk goes down one.")

    def _of_days(self, name: str, figure: Sum | Count, side: Side, role: str) -> Part:
        published, tables = self.published, FactTables(next(self._numbers))
        days = self._days(name, figure, side)
        known = [day for day in days if day.value is not None]
        scope = Scope(side.merchant_id, side.start, [day.day for day in known])
        make_facts(published, tables, figure, scope)
        files = raw_files(self.home, published, side.merchant_id, tables.targets)
        make_lines(published, tables, figure, side.merchant_id, files)
        sums = sums_of(published, tables)
        total = _sum(figure, known, sums.facts)
        checks = [*_against(side, name, _what(figure, len(known)), total)]
        if known:
            checks += prove(published, tables, figure, days, sums)
        coverage = coverage_of(published, side.merchant_id, figure.needs, side.days)
        return Part(
            figure=name,
            role=role,
            how="sum" if isinstance(figure, Sum) else "count",
            first=side.days[0],
            last=side.days[-1],
            value=total,
            unit=figure.unit,
            coverage=coverage,
            unknown_because=() if known else why_unknown(side.merchant_id, coverage),
            checks=tuple(checks),
            days=Level() if figure == COHORT else shown.cut(days, self.limit),
            facts=shown.facts(published, tables, sums.facts, self.limit),
            line_count=sums.lines,
            files=shown.files(published, tables, files, self.limit),
        )

    def _days(self, name: str, figure: Sum | Count, side: Side) -> list[Day]:
        """Customers of a day are told, though they do not add up."""
        # What a like-for-like comparison takes for new customers are those of the days; of a
        # cohort nothing is published by day, but whether the day is known.
        columns = {Count("first_seen"): "new_customers", COHORT: "active_customers"}
        column = columns.get(figure, name) if isinstance(figure, Count) else name
        rows = day_values(
            self.published, side.merchant_id, side.days, [column, *days_known_by(figure)]
        )
        return [Day(day, rows[day][column] if day in rows else None) for day in side.days]

    def _of_two(self, name: str, figure: Difference | Ratio, side: Side, role: str) -> Part:
        roles = ("numerator", "denominator")
        if isinstance(figure, Difference):
            roles = ("minuend", "subtrahend")
        parts = []
        for part_name, part_role in zip(figure.parts, roles, strict=True):
            parts.append(self.part(part_name, part_of(part_name), side, part_role))
        first, second = parts
        how = "difference" if isinstance(figure, Difference) else "ratio"
        value = (
            subtracted(first.value, second.value)
            if how == "difference"
            else divided(first.value, second.value)
        )
        sign = "−" if how == "difference" else "÷"
        return Part(
            figure=name,
            role=role,
            how=how,
            first=side.days[0],
            last=side.days[-1],
            value=value,
            unit=figure.unit,
            unknown_because=_passed_on(parts, how) if value is None else (),
            checks=_against(side, name, f"{first.figure} {sign} {second.figure}", value),
            parts=(first, second),
        )


def _sum(figure: Sum | Count, known: Sequence[Day], facts: int) -> Number | None:
    """What the days come to, or so many customers; nothing is known without a day."""
    if not known:
        return None
    if isinstance(figure, Count):
        return facts
    values = [day.value for day in known if day.value is not None]
    return sum(values, Decimal(0) if isinstance(values[0], Decimal) else 0)


def _what(figure: Sum | Count, days: int) -> str:
    if isinstance(figure, Count):
        return f"customers of {days} known days, each once"
    return f"sum of {days} known days"


def _passed_on(parts: Sequence[Part], how: str) -> tuple[str, ...]:
    """Why a figure of two is unknown: one of them is, or the second is nothing."""
    reasons = [
        f"{part.figure} is unknown: {reason}" for part in parts for reason in part.unknown_because
    ]
    if not reasons and how == "ratio":
        reasons = [f"{parts[1].figure} is 0, and nothing is divided by that"]
    return tuple(reasons)


def _against(side: Side, name: str, what: str, value: Number | None) -> tuple[Check, ...]:
    """The value beside what is published of it, if anything is."""
    if side.figures is None or name not in side.figures:
        return ()
    return (alike(what, value, side.figures[name]),)


def alike(what: str, found: Number | None, expected: Number | None) -> Check:
    """Two numbers; a quotient is the same up to its last digit, or to the cent that is told."""
    if isinstance(found, float) and isinstance(expected, Decimal):
        return Check("total", what, found, expected, abs(found - float(expected)) <= _HALF_A_CENT)
    if isinstance(found, float) and isinstance(expected, float):
        return Check(
            "total", what, found, expected, math.isclose(found, expected, rel_tol=_TOLERANCE)
        )
    return check(what, found, expected)


def subtracted(value: Number | None, less: Number | None) -> Number | None:
    """The difference of two figures; unknown if one is."""
    if value is None or less is None:
        return None
    return Decimal(value) - Decimal(less)


def divided(value: Number | None, by: Number | None) -> float | None:
    """The quotient as the marts have it; unknown if one is, or the second is nothing."""
    return None if value is None or not by else float(value) / float(by)
