"""The sums of a figure's facts and lines, held against those above them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from orchestration.warehouse.explain.answer import Check, Day, Number
from orchestration.warehouse.explain.facts import FactTables
from orchestration.warehouse.explain.figures import Count, Sum
from orchestration.warehouse.read import Published

_PLURALS = {"orders": "orders", "refunds": "refunds", "ads": "account days"}

# A customer's lines prove it if they carry its key, a counted order's if there are any.
_SUMS = """
with
  by_fact as (
    select
      fact,
      count(*) as lines,
      coalesce(sum(value), 0) as value,
      count(*) filter (where customer_key = fact) as own_lines
    from {lines}
    group by fact
  )
select
  count(*) as facts,
  coalesce(sum(facts.value), 0) as value,
  cast(coalesce(sum(facts.line_count), 0) as bigint) as expected_lines,
  cast(coalesce(sum(by_fact.lines), 0) as bigint) as lines,
  coalesce(sum(by_fact.value), 0) as line_value,
  count(*) filter (where by_fact.value = facts.value) as equal_facts,
  count(*) filter (where by_fact.lines > 0) as told_facts,
  count(*) filter (where by_fact.own_lines > 0) as own_facts
from {facts} as facts
left join by_fact using (fact)
"""


@dataclass(frozen=True)
class Sums:
    """What the facts and lines of a figure come to."""

    facts: int
    value: Decimal
    expected_lines: int
    lines: int
    line_value: Decimal
    equal_facts: int
    told_facts: int
    own_facts: int


def sums_of(published: Published, tables: FactTables) -> Sums:
    """Add up the tables of a part."""
    query = _SUMS.format(facts=tables.facts, lines=tables.lines)
    (row,) = published.rows(query)
    return Sums(**row)


def prove(
    published: Published,
    tables: FactTables,
    figure: Sum | Count,
    days: Sequence[Day],
    sums: Sums,
) -> Iterator[Check]:
    """Hold the lines against the facts, and the facts against the days."""
    if isinstance(figure, Count):
        # Who comes on two days is one customer, so days do not add up.
        yield each("customers have lines that carry their key", sums.own_facts, sums.facts)
        yield each("lines of their orders are there", sums.lines, sums.expected_lines)
        return
    plural = _PLURALS[figure.facts]
    yield from _of_days(published, tables, plural, days, sums)
    if figure.value == "1":
        yield each(f"{plural} have lines", sums.told_facts, sums.facts)
    else:
        yield check(f"sum of {sums.lines:,} lines", sums.line_value, sums.value)
        yield each(f"{plural} are the sum of their lines", sums.equal_facts, sums.facts)
    if figure.facts == "orders":
        yield each(f"lines of these {plural} are there", sums.lines, sums.expected_lines)


def _of_days(
    published: Published, tables: FactTables, plural: str, days: Sequence[Day], sums: Sums
) -> Iterator[Check]:
    query = f"select day, sum(value) as value from {tables.facts} group by day"
    by_day: dict[Any, Any] = {row["day"]: row["value"] for row in published.rows(query)}
    told = [day for day in days if day.value is not None]
    equal = sum(by_day.pop(day.day, 0) == day.value for day in told)
    total = sum((day.value for day in told if day.value is not None), Decimal(0))
    yield check(f"sum of {sums.facts:,} {plural}", sums.value, total)
    # What is left in `by_day` are facts of a day that the mart does not count.
    yield each(f"days are the sum of their {plural}", equal, len(told) + len(by_day))


def check(what: str, found: Number | None, expected: Number | None) -> Check:
    """Two exact numbers."""
    return Check("total", what, found, expected, found == expected)


def each(what: str, found: int, expected: int) -> Check:
    """So many of so many rows."""
    return Check("each", what, found, expected, found == expected)
