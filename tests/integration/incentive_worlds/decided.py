"""What dbt decides of a world, beside what the oracle does: every difference as a line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import ROUND_CEILING, Decimal
from fractions import Fraction
from typing import Any

import duckdb
from oracle.incentives import Decisions, decide, programme_of
from oracle.incentives.rows import CriterionRow, EligibilityRow, Key

from incentive_worlds.homes import World, write_world
from orchestration.home import Home
from tests.dbt_runs import run_dbt

Cells = dict[str, Any]
Table = Mapping[tuple[Any, ...], Cells]

_KEYS = ("merchant_id", "programme", "window_key", "week")
_CRITERION = ("role", "criterion_id")
_STATE = (
    "status",
    "rule_version",
    "tier",
    "earned",
    "granted",
    "cap",
    "remaining",
    "window_start",
    "window_end",
    "days_left",
    "achieved_on",
    "can_rise",
    "excluded_by is not null",
)
_MEASURE = (
    "actual",
    "required",
    "gap",
    "is_met",
    "deadline",
    "pace_needed",
    "projected_on",
    "is_next_step",
)
_PLACES = Decimal("0.0001")


def by_oracle(world: World) -> Decisions:
    programmes = [programme_of(words) for words in world.programmes]
    return decide(world.merchants, programmes, world.weeks, world.parameters)


def build(home: Home, world: World) -> None:
    """Write the world and run the models that its decisions need."""
    write_world(home, world)
    run_dbt(home, "run", "--select", "+fct_incentive_eligibility", "+fct_incentive_criteria")


def differences(home: Home, decisions: Decisions) -> list[str]:
    """Every cell of the two tables that the models fill otherwise than the oracle."""
    return [
        *_compared(eligibility_table(home), dict(map(_state_cells, decisions.eligibility))),
        *_compared(criteria_table(home), dict(map(_criterion_cells, decisions.criteria))),
    ]


def eligibility_table(home: Home) -> Table:
    return _read(home, "fct_incentive_eligibility", _KEYS, _STATE)


def criteria_table(home: Home) -> Table:
    return _read(home, "fct_incentive_criteria", (*_KEYS, *_CRITERION), _MEASURE)


def _read(home: Home, table: str, keys: Sequence[str], cells: Sequence[str]) -> Table:
    with duckdb.connect() as connection:
        # Opened by itself, the file would be called marts, and so is a schema in it.
        connection.execute(f"attach '{home.marts_db}' as build (read_only)")
        query = f"select {', '.join([*keys, *cells])} from build.marts.{table}"
        rows = connection.sql(query).fetchall()
    width = len(keys)
    found = {row[:width]: dict(zip(cells, row[width:], strict=True)) for row in rows}
    assert len(found) == len(rows), f"{table} repeats a key"
    return found


def _key(key: Key) -> tuple[Any, ...]:
    return key.merchant_id, key.programme, key.window, key.week


def _state_cells(row: EligibilityRow) -> tuple[tuple[Any, ...], Cells]:
    cells = (
        row.status,
        row.version,
        row.tier,
        row.earned,
        row.granted,
        row.cap,
        row.remaining,
        row.window_start,
        row.window_end,
        row.days_left,
        row.achieved_on,
        row.can_rise,
        row.is_excluded,
    )
    return _key(row.key), dict(zip(_STATE, cells, strict=True))


def _criterion_cells(row: CriterionRow) -> tuple[tuple[Any, ...], Cells]:
    cells = (
        row.actual,
        row.required,
        row.gap,
        row.is_met,
        row.deadline,
        _rounded_up(row.pace_needed),
        row.projected_on,
        row.is_next_step,
    )
    return (*_key(row.key), row.role, row.criterion), dict(zip(_MEASURE, cells, strict=True))


def _rounded_up(value: Fraction | None) -> Decimal | None:
    if value is None:
        return None
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return exact.quantize(_PLACES, ROUND_CEILING)


def _compared(theirs: Table, ours: Table) -> Iterator[str]:
    for key in sorted(ours.keys() - theirs.keys(), key=str):
        yield f"{_label(key)}: the row is missing"
    for key in sorted(theirs.keys() - ours.keys(), key=str):
        yield f"{_label(key)}: the row is unexpected"
    for key in sorted(ours.keys() & theirs.keys(), key=str):
        for column, expected in ours[key].items():
            if theirs[key][column] != expected:
                found = theirs[key][column]
                yield f"{_label(key)}: {column} should be {expected} but is {found}"


def _label(key: Sequence[Any]) -> str:
    return " ".join(map(str, key))


def variety(decisions: Decisions) -> Counter[str]:
    """How many rows have each state: a comparison of rows that are all alike proves little."""
    return Counter(row.status for row in decisions.eligibility)
