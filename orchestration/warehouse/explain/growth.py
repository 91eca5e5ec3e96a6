"""How a figure has changed: two periods, or the days that both of them know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from orchestration.periods import Week
from orchestration.warehouse.explain.answer import Number, Part
from orchestration.warehouse.explain.build import day_values, period_row
from orchestration.warehouse.explain.figures import (
    Figure,
    Growth,
    days_known_by,
    on_common_days,
    part_of,
)
from orchestration.warehouse.explain.names import FigureName, month_after
from orchestration.warehouse.explain.walk import Side, Walk, alike, divided, subtracted
from orchestration.warehouse.read import Published

_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class _Sides:
    value: Side
    base: Side


def base_of(name: FigureName, growth: Growth) -> FigureName | None:
    """The figure that it is compared with; None where the calendar has no such week."""
    start: date | None
    if name.period == "month":
        start = month_after(name.start, -1 if growth.suffix == "mom" else -12)
    elif growth.suffix == "wow":
        start = name.start - _WEEK
    else:
        start = _a_year_before(name.start)
    return start and FigureName(name.merchant_id, name.period, start, growth.figure)


def _a_year_before(monday: date) -> date | None:
    """The same ISO week; a week 53 has none."""
    year, week, _ = monday.isocalendar()
    try:
        return Week(date.fromisocalendar(year - 1, week, 1)).monday
    except ValueError:
        return None


def growth_part(walk: Walk, name: FigureName, growth: Growth, side: Side) -> Part:
    """Explain a figure's growth by its value and its base, each with all that is under it."""
    if growth.suffix == "promo_yoy":
        return _in_promotion(walk, name, growth, side)
    base_name = base_of(name, growth)
    base_row = base_name and period_row(
        walk.published, base_name.merchant_id, base_name.period, base_name.start
    )
    published = (side.figures or {})[name.figure]
    if base_name is None or base_row is None:
        told = base_name.figure_id if base_name else "a week 53 a year before"
        return _part(
            name, side, published, (), None, (f"there is no base: {told} is not in the marts",)
        )
    sides = _Sides(side, Side(name.merchant_id, base_name.start, base_name.days, base_row.figures))
    return _compared(walk, name, growth, sides)


def _in_promotion(walk: Walk, name: FigureName, growth: Growth, side: Side) -> Part:
    """The week beside as many days of the edition before, which may begin on any weekday."""
    row = period_row(walk.published, name.merchant_id, name.period, name.start)
    flags = row.flags if row else {}
    start: date | None = flags.get("promotion_base_start")
    if start is None:
        is_one = flags.get("promotion") is not None
        reason = "no edition before is in the rulebook" if is_one else "the week is of no promotion"
        return _part(name, side, (side.figures or {})[name.figure], (), None, (reason,))
    days = [start + (day - side.start) for day in side.days]
    return _compared(walk, name, growth, _Sides(side, Side(name.merchant_id, start, days, None)))


def _compared(walk: Walk, name: FigureName, growth: Growth, sides: _Sides) -> Part:
    side, made_of = sides.value, part_of(growth.figure)
    published = (side.figures or {})[name.figure]
    if growth.is_like_for_like:
        sides = _common(walk.published, made_of, sides)
        made_of = on_common_days(made_of)
        if not sides.value.days:
            return _part(name, side, published, (), None, ("no day is known in both periods",))
    value = walk.part(growth.figure, made_of, sides.value, "value")
    base = walk.part(growth.figure, made_of, sides.base, "base")
    found = divided(subtracted(value.value, base.value), base.value)
    reasons = [f"its {p.role} is unknown: {r}" for p in (value, base) for r in p.unknown_because]
    if found is None and not reasons:
        reasons = ["its base is 0, and nothing is divided by that"]
    return _part(name, side, published, (value, base), found, reasons)


def _part(
    name: FigureName,
    side: Side,
    published: Number | None,
    parts: Sequence[Part],
    value: float | None,
    reasons: Sequence[str],
) -> Part:
    return Part(
        figure=name.figure,
        role="",
        how="growth",
        first=side.days[0],
        last=side.days[-1],
        value=value,
        unit="share",
        unknown_because=tuple(reasons),
        checks=(alike("(value − base) ÷ base", value, published),),
        parts=tuple(parts),
    )


def _common(published: Published, figure: Figure, sides: _Sides) -> _Sides:
    """Only the days whose places in both periods are known to both."""
    columns = days_known_by(figure)

    def known(side: Side) -> dict[int, date]:
        rows = day_values(published, side.merchant_id, side.days, columns)
        return {
            (day - side.start).days: day
            for day, row in rows.items()
            if all(row[column] is not None for column in columns)
        }

    value, base = known(sides.value), known(sides.base)
    places = sorted(set(value) & set(base))
    merchant_id = sides.value.merchant_id
    return _Sides(
        Side(merchant_id, sides.value.start, [value[place] for place in places], None),
        Side(merchant_id, sides.base.start, [base[place] for place in places], None),
    )
